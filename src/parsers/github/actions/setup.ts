/** Actions that prepare the machine: builders, emulation, the engine. */
import { always } from '../../../core/choices.ts';
import type { Driver, Host } from '../../../model/facts.ts';
import { table } from '../../../core/table.ts';
import { known, literal, type Text } from '../../../core/text.ts';
import type { ActionCall } from './action.ts';
import { flag } from './alternatives.ts';

const DRIVERS: Readonly<Record<string, Driver>> = table({
  docker: 'docker',
  'docker-container': 'docker-container',
  kubernetes: 'kubernetes',
  remote: 'remote',
  cloud: 'cloud',
});

function one(call: ActionCall, input: string): Text | undefined {
  const values = call.input(input);
  return values?.length === 1 ? values[0]?.value : undefined;
}

/**
 * docker/setup-buildx-action: a new builder, in use unless told otherwise; the driver is docker-container by default.
 */
export function setupBuildx(call: ActionCall): void {
  const { machine } = call.frame;
  const said = call.input('driver');
  const value = said === undefined ? 'docker-container' : known(one(call, 'driver'));
  const driver = value === undefined ? 'unknown' : (DRIVERS[value === '' ? 'docker-container' : value] ?? 'unknown');
  const name = known(one(call, 'name')) ?? `builder-${machine.builders.size + 1}`;
  machine.builders.set(name, driver);
  if (call.input('use') === undefined || flag(one(call, 'use')) !== false) machine.driver = driver;
  if (flag(one(call, 'install')) === true) machine.buildxInstalled = true;
  call.output('name', always(literal(name)));
  call.output('driver', always(literal(value ?? 'docker-container')));
}

/** docker/setup-qemu-action: every platform can be run from here on. */
export function setupQemu(call: ActionCall): void {
  call.frame.machine.emulation = 'set up';
}

/** docker/setup-docker-action installs an engine of its own, the newest unless told. */
export function setupDocker(call: ActionCall): void {
  const version = call.input('version') === undefined ? 'latest' : known(one(call, 'version'));
  const major = /^(?:v|version=v?)?(\d+)\./.exec(version ?? '')?.[1];
  const { engine: _, ...host } = call.frame.machine.host;
  replaceHost(
    call.frame.machine,
    major !== undefined
      ? { ...host, engine: Number(major) }
      : version === 'latest'
        ? { ...host, engine: NEWEST_ENGINE }
        : host,
  );
}

/** What `latest` meant when this was written; newer ones keep its image store. */
const NEWEST_ENGINE = 29;

function replaceHost(machine: { host: Host }, host: Host): void {
  machine.host = host;
}

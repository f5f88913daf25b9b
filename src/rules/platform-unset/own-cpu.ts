/** A script that asks its own machine for the CPU, builds on it, and gives the app the answer: both ends agree. */
import type { Guard } from '../../core/choices.ts';
import type { Cpu } from '../../core/platform.ts';
import type { Text } from '../../core/text.ts';
import type { Rollout } from '../../model/facts.ts';
import type { Model } from '../../model/voyage.ts';
import { decidesAgainst, givenFor } from '../support/given.ts';
import type { Way } from '../support/ways.ts';

/**
 * One of the choices by which the app comes to this CPU is answered by all deploys of the build's run with what the
 * machine is, and none of them gives the answer of the other CPU.
 */
export function isOfItsOwnCpu(model: Model, { build, arrival: { workload } }: Way): boolean {
  const { cpu, when } = workload;
  if (cpu === undefined || when.length === 0) return false;
  const deploys = model.rollouts.filter((one) => one.publishes !== undefined && one.run === build.run);
  return when.some((guard) => {
    const giving = deploys.filter((one) => givenFor(one, guard) !== undefined);
    const deciding = giving.filter((one) => !decidesAgainst(one, [guard]));
    return deciding.length > 0 && deciding.every((one) => asksItself(one, cpu, guard, giving));
  });
}

function asksItself(deploy: Rollout, cpu: Cpu, guard: Guard, all: readonly Rollout[]): boolean {
  const asked = deploy.when.filter(({ cond }) => cond.includes(`{${MACHINE}}`));
  if (asksMachine(givenFor(deploy, guard) ?? [])) asked.push(guard);
  return asked.length > 0 && asked.every((one) => (cpuIn(one) ?? otherwise(one, all) ?? cpu) === cpu);
}

const MACHINE = 'uname -m';

function asksMachine(value: Text): boolean {
  return value.some((part) => typeof part !== 'string' && part.hole === MACHINE);
}

/** `*` is what the other branches leave. */
function otherwise({ cond }: Guard, all: readonly Rollout[]): Cpu | undefined {
  const named = all.flatMap(({ when }) => when.filter((one) => one.cond === cond).map(cpuIn));
  const cpus = new Set(named.filter((one) => one !== undefined));
  return cpus.size !== 1 ? undefined : cpus.has('arm64') ? 'amd64' : 'arm64';
}

/** The CPU for which a choice goes this way; undefined where it names none (`*`). */
function cpuIn({ cond, is }: Guard): Cpu | undefined {
  const named = `${cond} ${is}`;
  const found = /aarch64|arm64/i.test(named) ? 'arm64' : /x86_64|amd64/i.test(named) ? 'amd64' : undefined;
  const turned = is === 'false' || is === 'no';
  return found === undefined || !turned ? found : found === 'arm64' ? 'amd64' : 'arm64';
}

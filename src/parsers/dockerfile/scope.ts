/** Variables of a Dockerfile: globals, then each stage's ARG and ENV, with the build's arguments over the defaults. */
import { spelled } from '../../core/sealed.ts';
import { byName } from '../../core/secrets.ts';
import { hole, known, type Text } from '../../core/text.ts';
import type { Platforms } from '../../core/platform.ts';
import type { Declaration, DockerfileReading, StageReading } from './reading.ts';
import { expandWord, type Lookup } from './expand.ts';

/** BuildKit sets these by itself. */
export const BUILT_IN = /^(TARGET|BUILD)(PLATFORM|OS|ARCH|VARIANT)$/;
const PROXIES = new Set([
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'FTP_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'ftp_proxy',
  'no_proxy',
  'all_proxy',
]);
/** Longer than any value that means something here; keeps `ARG B=$A$A` chains from growing without end. */
const MAX_LENGTH = 10_000;

export interface Scope {
  readonly args: ReadonlyMap<string, Text>;
  readonly env: ReadonlyMap<string, Text>;
}

export const NO_SCOPE: Scope = { args: new Map(), env: new Map() };

export function lookupIn(scope: Scope): Lookup {
  return (name) => scope.env.get(name) ?? scope.args.get(name) ?? (PROXIES.has(name) ? hole(name) : undefined);
}

export function globalScope(reading: DockerfileReading, buildArgs: ReadonlyMap<string, Text>): Scope {
  const args = new Map<string, Text>();
  const lookup: Lookup = (name) => args.get(name) ?? (BUILT_IN.test(name) ? hole(name) : undefined);
  for (const one of reading.globals) {
    const value =
      buildArgs.get(one.name) ??
      (one.value === undefined ? undefined : bounded(one, expandWord(one.value.text, lookup, reading.escape)));
    if (value !== undefined) args.set(one.name, byName(one.name, value));
  }
  return { args, env: new Map() };
}

/** For FROM: the globals and BuildKit's own variables; the target's are known when one platform is built for. */
export function fromLookup(globals: Scope, platforms: Platforms | undefined): Lookup {
  const target = platforms?.kind === 'set' && platforms.list.length === 1 ? platforms.list[0] : undefined;
  return (name) => {
    const value = globals.args.get(name);
    if (value !== undefined) return value;
    if (target !== undefined && name === 'TARGETARCH') return [target.arch];
    if (target !== undefined && name === 'TARGETOS') return [target.os];
    return BUILT_IN.test(name) ? hole(name) : undefined;
  };
}

/** The scope at the end of a stage, with a look at it before every instruction. */
export function stageScope(
  stage: StageReading,
  parent: Scope,
  globals: Scope,
  buildArgs: ReadonlyMap<string, Text>,
  escape: string,
  visit: (index: number, scope: Scope) => void,
): Scope {
  const args = new Map(parent.args);
  const env = new Map(parent.env);
  const scope = { args, env };
  const lookup = lookupIn(scope);
  for (const [index, instruction] of stage.instructions.entries()) {
    visit(index, scope);
    if (instruction.kind === 'arg') {
      for (const one of instruction.declarations) {
        const value =
          buildArgs.get(one.name) ??
          (one.value === undefined
            ? inherited(one.name, globals)
            : bounded(one, expandWord(one.value.text, lookup, escape)));
        if (value !== undefined) args.set(one.name, byName(one.name, value));
      }
    } else if (instruction.kind === 'env') {
      // All pairs of one ENV see the values from before it.
      const values = instruction.pairs.map(
        (one) => [one.name, bounded(one, expandWord(one.value?.text ?? '', lookup, escape))] as const,
      );
      for (const [name, value] of values) env.set(name, byName(name, value));
    }
  }
  return scope;
}

function inherited(name: string, globals: Scope): Text | undefined {
  return globals.args.get(name) ?? (BUILT_IN.test(name) ? hole(name) : undefined);
}

function bounded(one: Declaration, value: Text): Text {
  const length = value.reduce((sum, part) => sum + (spelled(part)?.length ?? 1), 0);
  return length > MAX_LENGTH ? hole(one.name) : value;
}

export function wholeText(text: Text): string {
  return known(text) ?? text.map((part) => (typeof part === 'string' ? part : '\u0000')).join('');
}

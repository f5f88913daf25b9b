/**
 * A command line without a shell: words are split at blanks, `'…'` keeps them, `${NAME}` is a hole unless the
 * environment says otherwise.
 */
import { Budget } from '../../src/core/budget.ts';
import { ALWAYS } from '../../src/core/choices.ts';
import type { Fact, FactOf, Host } from '../../src/model/facts.ts';
import { showRef } from '../../src/core/image-ref.ts';
import { indexLines, siteOf, type Site } from '../../src/core/site.ts';
import { concat, hole, known, literal, show, type Text } from '../../src/core/text.ts';
import type { Kind, Reading, Readings } from '../../src/project/readings.ts';
import { COMMANDS } from '../../src/tools/index.ts';
import type { Arg, CommandResult, Frame, Invocation, Machine, NewFact, World } from '../../src/project/evaluation.ts';
import { CALLS } from '../../src/parsers/calls.ts';

export interface Surroundings {
  readonly env?: Readonly<Record<string, string | Text>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly readings?: readonly Reading[];
  readonly stdin?: string | Text;
  readonly cwd?: string;
  readonly host?: Host;
  readonly machine?: Partial<Machine>;
}

type Emitted<K extends Fact['kind']> = Extract<NewFact, { kind: K }>;

export interface Ran {
  readonly result: CommandResult;
  readonly facts: readonly NewFact[];
  readonly machine: Machine;
  /** Innermost commands that no handler knows, as `name arg arg`. */
  readonly unknown: readonly string[];
  readonly changes: readonly NonNullable<Parameters<Invocation['run']>[1]>[];
  readonly shells: readonly string[];
  only<K extends Fact['kind']>(kind: K): Emitted<K>;
  all<K extends Fact['kind']>(kind: K): readonly Emitted<K>[];
  /** The exact characters a site covers. */
  under(site: Site | undefined): string | undefined;
  stdout(): string | undefined;
}

const FILE = 'deploy.sh';

export function textOf(written: string): Text {
  return concat(
    ...written.split(/\$\{([^}]+)\}/).map((piece, index) => (index % 2 === 0 ? literal(piece) : hole(piece))),
  );
}

function machine(more: Partial<Machine> = {}, host: Host = { kind: 'unknown' }): Machine {
  return { host, driver: 'docker', builders: new Map(), emulation: 'not set up', files: new Map(), ...more };
}

export function run(commandLine: string, surroundings: Surroundings = {}): Ran {
  const lines = indexLines(FILE, commandLine);
  const site = siteOf(lines, [0, commandLine.length]);
  const args: Arg[] = [...commandLine.matchAll(/(?:'[^']*'|\$\{[^}]*\}|[^\s'])+/g)].map((found) => {
    const range = [found.index, found.index + found[0].length] as const;
    return { text: textOf(found[0].replaceAll("'", '')), site: siteOf(lines, range), range };
  });
  const facts: NewFact[] = [];
  const unknown: string[] = [];
  const changes: NonNullable<Parameters<Invocation['run']>[1]>[] = [];
  const shells: string[] = [];
  const here = machine(surroundings.machine, surroundings.host);
  const world = worldOf(surroundings, facts);
  const frame: Frame = {
    run: 'test',
    via: [],
    env: new Map(),
    cwd: surroundings.cwd ?? '',
    machine: here,
    inCi: false,
    when: ALWAYS,
    openEnvironment: true,
  };
  const variable = (name: string): Text | undefined => {
    const value = surroundings.env?.[name];
    return typeof value === 'string' ? literal(value) : value;
  };

  function start(words: readonly Arg[], env: ReadonlyMap<string, Text>, cwd: string): CommandResult {
    const [name, ...rest] = words;
    const called = known(name?.text)?.replace(/^.*\//, '') ?? '';
    const handler = COMMANDS.get(called);
    if (handler === undefined || name === undefined) {
      unknown.push(words.map((word) => show(word.text)).join(' '));
      return {};
    }
    const path = (text: Text): string | undefined => {
      const written = known(text)?.replace(/^\/project\/?/, '');
      if (written === undefined || written.startsWith('/') || written.startsWith('..')) return undefined;
      const plain = written.replace(/^\.\//, '').replace(/\/$/, '');
      return plain === '' || plain === '.' ? cwd : cwd === '' ? plain : `${cwd}/${plain}`;
    };
    return handler({
      name: called,
      args: rest,
      site,
      nameSite: name.site,
      world,
      frame,
      env: (wanted) => env.get(wanted) ?? variable(wanted),
      stdin: typeof surroundings.stdin === 'string' ? textOf(surroundings.stdin) : surroundings.stdin,
      file: (wanted) => {
        const place = path(literal(wanted));
        const stored = place === undefined ? undefined : here.files.get(place)?.[0]?.value;
        const content = place === undefined ? undefined : surroundings.files?.[place];
        return stored ?? (content === undefined ? undefined : textOf(content));
      },
      path,
      emit: (fact) => facts.push(fact),
      run(inner, change = {}) {
        changes.push(change);
        return start(inner, new Map([...env, ...(change.env ?? [])]), change.cwd ?? cwd);
      },
      shell(text) {
        shells.push(show(text));
        return {};
      },
    });
  }

  const result = start(args, new Map(), surroundings.cwd ?? '');
  const all = <K extends Fact['kind']>(kind: K): Emitted<K>[] =>
    facts.filter((fact): fact is Emitted<K> => fact.kind === kind);
  return {
    result,
    facts,
    machine: here,
    unknown,
    changes,
    shells,
    all,
    only(kind) {
      const found = all(kind);
      if (found.length !== 1)
        throw new Error(`expected one ${kind}, got ${found.length}: ${facts.map((fact) => fact.kind).join(', ')}`);
      return found[0]!;
    },
    under: (place) =>
      place === undefined
        ? undefined
        : (place.file === FILE ? commandLine : (surroundings.files?.[place.file] ?? '')).slice(
            place.span.start,
            place.span.end,
          ),
    stdout: () => (result.stdout === undefined ? undefined : show(result.stdout)),
  };
}

function worldOf(surroundings: Surroundings, facts: NewFact[]): World {
  const byFile = new Map((surroundings.readings ?? []).map((reading) => [reading.file, reading]));
  const paths = [...byFile.keys(), ...Object.keys(surroundings.files ?? {})];
  const readings: Readings = {
    get: (file) => byFile.get(file),
    ofKind: <K extends Kind>(kind: K) =>
      [...byFile.values()].filter((reading): reading is Extract<Reading, { kind: K }> => reading.kind === kind),
    exists: (path) => paths.some((one) => one === path || one.startsWith(`${path}/`)),
    text: (file) => surroundings.files?.[file],
  };
  return {
    readings,
    bindings: new Map(),
    emit: (fact) => facts.push(fact),
    commands: COMMANDS,
    calls: CALLS,
    budget: new Budget(100_000),
    called: new Set(),
  };
}

export const names = (build: Pick<FactOf<'build'>, 'names'>): string[] => build.names.map((one) => showRef(one.ref));

export { showRef };

/** What a stage fetches or installs that is made for one CPU, named so in constant text. */
import { cpuOf, type Cpu } from '../../core/platform.ts';
import type { Range } from '../../core/site.ts';
import { EMPTY, concat, concatAll, hole, known, literal, type Text } from '../../core/text.ts';
import type { Assignment, Command, Script, Statement, Word } from '../shell/reading.ts';
import type { Lookup } from './expand.ts';

export interface Download {
  readonly cpu: Cpu;
  readonly text: string;
  readonly range: Range;
  /** Absolute paths that the same RUN writes or unpacks to, as far as it names them. */
  readonly paths: readonly string[];
  readonly by: string;
}

const CPU_WORD = /(?<![A-Za-z0-9])(x86[_-]64|amd64|x64|aarch64|arm64(?:v8)?)(?![A-Za-z0-9])/gi;
const OTHER_SYSTEM = /(?<![a-z])(darwin|macos|osx|apple|windows|win32|win64|win|freebsd)(?![a-z])/i;
const CHOOSES_CPU = /arch|platform|uname|machine|cpu/i;
const WRAPPERS = new Set(['sudo', 'command', 'exec', 'time', 'nice', 'env', 'builtin']);
const INSTALLERS = new Set(['rpm', 'dpkg', 'apt', 'apt-get', 'yum', 'dnf', 'microdnf', 'zypper', 'apk', 'gdebi']);

/** The one CPU that a name or address is for; undefined when it names none, both, or one of another system. */
export function cpuNamedIn(text: Text): Cpu | undefined {
  if (text.some((part) => typeof part !== 'string' && CHOOSES_CPU.test(part.hole))) return undefined;
  const found = new Set<Cpu>();
  for (const part of text) {
    if (typeof part !== 'string') continue;
    if (OTHER_SYSTEM.test(part)) return undefined;
    for (const [word] of part.matchAll(CPU_WORD)) {
      const cpu = cpuOf(word.toLowerCase().replace('-', '_').replace('v8', ''));
      if (cpu !== undefined) found.add(cpu);
    }
  }
  return found.size === 1 ? [...found][0] : undefined;
}

export function downloadsOf(script: Script, lookup: Lookup, shown: (text: Text) => string): Download[] {
  return new ScriptWalk(lookup, shown).walk(script);
}

class ScriptWalk {
  private readonly variables = new Map<string, Text>();
  private readonly found: Download[] = [];
  private readonly paths = new Set<string>();

  constructor(
    private readonly lookup: Lookup,
    private readonly shown: (text: Text) => string,
  ) {}

  walk(script: Script): Download[] {
    this.statements(script.body, false);
    const paths = [...this.paths];
    return this.found.map((one) => ({ ...one, paths }));
  }

  /** `chosen`: whether this runs depends on a condition, which may well be the CPU. */
  private statements(list: readonly Statement[], chosen: boolean): void {
    for (const one of list) this.statement(one, chosen);
  }

  private statement(one: Statement, chosen: boolean): void {
    switch (one.kind) {
      case 'command':
        return this.command(one, chosen);
      case 'pipeline':
        return this.statements(one.stages, chosen);
      case 'and-or': {
        let tested = chosen;
        for (const command of one.commands) {
          this.statement(command, tested);
          tested ||= isTest(command);
        }
        return;
      }
      case 'if':
        for (const branch of one.branches) this.statements([...branch.condition, ...branch.body], true);
        return this.statements(one.otherwise ?? [], true);
      case 'case':
        for (const arm of one.arms) this.statements(arm.body, true);
        return;
      case 'for':
        this.variables.set(one.variable, hole(one.variable));
        return this.statements(one.body, chosen);
      case 'while':
        return this.statements([...one.condition, ...one.body], chosen);
      case 'arithmetic-for':
      case 'group':
      case 'subshell':
      case 'function':
        return this.statements(one.body, chosen);
      case 'background':
        return this.statement(one.command, chosen);
      case 'test':
      case 'arithmetic':
        return;
    }
  }

  private command(command: Command, chosen: boolean): void {
    if (command.words.length === 0) {
      for (const one of command.assignments) this.assign(one, chosen);
      return;
    }
    for (const one of command.declarations) this.assign(one, chosen);
    const words = command.words.map((word) => ({ text: this.expand(word), range: word.range }));
    for (const redirect of command.redirects)
      if (redirect.target !== undefined) this.path(this.expand(redirect.target));
    for (const word of words) this.path(word.text);
    if (chosen) return;
    const by = words.findIndex(
      (word) => !WRAPPERS.has(known(word.text) ?? '') && !/^[A-Za-z_]\w*=/.test(known(word.text) ?? ''),
    );
    const name = (known(words[by]?.text) ?? '').replace(/^.*\//, '');
    const args = words.slice(by + 1);
    const candidates = args.filter((arg, index) =>
      fetches(
        name,
        args.map((one) => this.shown(one.text)),
        this.shown(arg.text),
        index,
      ),
    );
    const cpus = new Set(candidates.flatMap((arg) => cpuNamedIn(arg.text) ?? []));
    const first = candidates.find((arg) => cpuNamedIn(arg.text) !== undefined);
    const [cpu] = cpus;
    if (first === undefined || cpu === undefined || cpus.size > 1) return;
    this.found.push({ cpu, text: this.shown(first.text), range: first.range, paths: [], by: name });
  }

  private assign(one: Assignment, chosen: boolean): void {
    const value = one.value === undefined ? EMPTY : this.expand(one.value);
    const before = one.append ? (this.variables.get(one.name) ?? this.lookup(one.name) ?? EMPTY) : EMPTY;
    this.variables.set(
      one.name,
      chosen || one.array !== undefined ? hole(`${one.name} (chosen by platform)`) : concat(before, value),
    );
  }

  private expand(word: Word): Text {
    return concatAll(
      word.parts.map((part): Text => {
        if (part.kind === 'literal') return literal(part.value);
        if (part.kind === 'parameter') {
          const value = this.variables.get(part.name) ?? this.lookup(part.name);
          if (part.operator === undefined && part.index === undefined && !part.length && !part.indirect)
            return value ?? hole(part.name);
          if ((part.operator === ':-' || part.operator === '-') && value === undefined) return hole(part.name);
          return hole(`${part.name} (platform?)`);
        }
        if (part.kind === 'command-substitution') return hole(substitutionName(part.script));
        return hole(part.kind);
      }),
    );
  }

  private path(text: Text): void {
    for (const found of this.shown(text).matchAll(/(?:^|[=:])(\/(?!\/)[^\s:]*)/g))
      this.paths.add(found[1]!.replace(/\/+$/, ''));
  }
}

/** Does this argument name what the command fetches or installs? */
function fetches(name: string, args: readonly string[], arg: string, index: number): boolean {
  if (name === 'curl' || name === 'wget' || name === 'aria2c')
    return /:\/\//.test(arg) || /^[\w-]+(\.[\w-]+)+\//.test(arg);
  if (name === 'aws') return args[0] === 's3' && arg.startsWith('s3://');
  if (INSTALLERS.has(name))
    return (
      !arg.startsWith('-') &&
      (/:\/\/|\.(rpm|deb|apk)$/.test(arg) || /[.:](x86_64|amd64|aarch64|arm64)$/.test(arg)) &&
      !args.includes('--add-architecture')
    );
  const previous = args[index - 1] ?? '';
  if (/^(pip[\d.]*|uv|python[\d.]*)$/.test(name)) {
    return (
      args.includes('install') &&
      (arg.endsWith('.whl') ||
        arg.startsWith('--platform=') ||
        arg.startsWith('--python-platform=') ||
        /^--(python-)?platform$/.test(previous))
    );
  }
  if (/^(npm|pnpm|yarn|bun)$/.test(name))
    return (
      arg.startsWith('--cpu=') || previous === '--cpu' || /^@?[\w./-]*-linux(musl|-musl|-gnu)?-(x64|arm64)/.test(arg)
    );
  return false;
}

function isTest(one: Statement): boolean {
  if (one.kind === 'test') return true;
  if (one.kind === 'pipeline') return one.stages.some(isTest) || one.stages.length > 1;
  if (one.kind === 'and-or') return one.commands.some(isTest);
  return one.kind === 'command' && ['[', 'test', 'grep', 'case'].includes(one.words[0]?.raw ?? '');
}

/** Names the hole by the command: `uname -m` and `dpkg --print-architecture` choose the CPU, `cat VERSION` does not. */
function substitutionName(script: Script): string {
  const [first] = script.body;
  if (script.body.length === 1 && first?.kind === 'command')
    return `$(${first.words.map((word) => word.raw).join(' ')})`;
  return '$(… platform?)';
}

/** Runs Make targets: prerequisites first, each recipe line in a shell of its own, with make's variables put in. */
import { ALWAYS, always, both, type Values, type When } from '../../model/guard.ts';
import { NOWHERE, indexLines, siteOf, spanOf, type Hop, type Lines } from '../../model/site.ts';
import { hole, known, literal, type Text } from '../../model/text.ts';
import { read } from '../../parsers/makefile.ts';
import type { MakeAssignment, MakeCondition, MakefileReading, MakeItem, MakeRule, RecipeLine } from '../../parsers/makefile/reading.ts';
import { verbatim, type MappedText } from '../../parsers/mapped.ts';
import { parseScript } from '../../parsers/shell/parse.ts';
import { runScript } from '../shell/index.ts';
import type { CommandResult, Environment, Frame, Invocation, ShellOptions, World } from '../world.ts';
import { stem } from './make/functions.ts';
import { parseRecipe, recipeTexts, splitLines, type RecipeText } from './make/recipe.ts';
import { MakeVariables } from './make/variables.ts';

export interface MakeRequest {
  /** Project-relative. */
  readonly folder: string;
  /** Project-relative; absent: the first of make's own names in `folder`. */
  readonly file?: string;
  /** Empty: the default goal. */
  readonly targets: readonly string[];
  /** `make NAME=value` */
  readonly variables: ReadonlyMap<string, Text>;
}

const DEFAULT_NAMES = ['GNUmakefile', 'makefile', 'Makefile'];
const MAX_INCLUDES = 50;
const MAX_CALLS = 25;

export function runMake(invocation: Invocation, request: MakeRequest): CommandResult {
  const { world, frame } = invocation;
  const reading = makefileIn(world, request);
  if (reading === undefined || frame.via.length > MAX_CALLS) return { status: 'unknown' };
  const label = `make${request.targets.length === 0 ? '' : ` ${request.targets.join(' ')}`}`;
  const call: Hop = { label, file: invocation.site.file, span: invocation.site.span };
  const run = new MakeRun(world, { ...frame, cwd: request.folder, via: [...frame.via, call] }, request, (name) => {
    const value = invocation.env(name);
    return value === undefined ? undefined : (frame.env.get(name) ?? always(value));
  });
  run.load(reading);
  return { status: run.make(request.targets) };
}

/** The targets that no other target and no caller leads to, each as a run of its own. */
export function runMakefile(world: World, reading: MakefileReading, frame: Frame): void {
  if (isIncluded(world, reading.file)) return;
  const folder = reading.file.includes('/') ? reading.file.slice(0, reading.file.lastIndexOf('/')) : '';
  const request = (target: string): MakeRequest => ({ folder, file: reading.file, targets: [target], variables: new Map() });
  const start = (target: string, own: Frame): MakeRun => {
    const run = new MakeRun(world, { ...own, cwd: folder }, request(target), (name) => own.env.get(name));
    run.load(reading);
    return run;
  };
  for (const target of start('', silent(frame)).entryTargets()) {
    if (world.called.has(targetKey(reading.file, target)) || world.fuel <= 0) continue;
    const own: Frame = {
      ...frame,
      run: `${frame.run}#${target}`,
      machine: { ...frame.machine, builders: new Map(frame.machine.builders), files: new Map(frame.machine.files) },
    };
    start(target, own).make([target]);
  }
}

/** Another Makefile includes it by name: its targets run with that one's variables. */
function isIncluded(world: World, file: string): boolean {
  return world.called.has(file) || world.readings.ofKind('makefile').some((one) => one.file !== file && one.items.some((item) => item.kind === 'include'
    && item.files.text.split(/\s+/).some((path) => projectPath(one.file.slice(0, Math.max(0, one.file.lastIndexOf('/'))), path) === file)));
}

/** Reading variables to find the targets must not leave anything behind. */
function silent(frame: Frame): Frame {
  return { ...frame, machine: { ...frame.machine, builders: new Map(), files: new Map() } };
}

function targetKey(file: string, target: string): string {
  return `${file}#${target}`;
}

function makefileIn(world: World, { folder, file }: MakeRequest): MakefileReading | undefined {
  const names = file === undefined ? DEFAULT_NAMES.map((name) => (folder === '' ? name : `${folder}/${name}`)) : [file];
  for (const name of names) {
    const reading = world.readings.get(name);
    if (reading?.kind === 'makefile') return reading;
    const text = file === undefined ? undefined : world.readings.text(name);
    if (text !== undefined) return read({ file: name, text, lines: indexLines(name, text) });
  }
  return undefined;
}

interface Rule {
  readonly rule: MakeRule;
  readonly lines: Lines;
  readonly when: When;
  readonly targets: readonly string[];
  readonly pattern?: string;
}

type Status = 'ok' | 'fails' | 'unknown';

class MakeRun {
  private readonly variables: MakeVariables;
  private readonly rules: Rule[] = [];
  private readonly specific: { readonly assignment: MakeAssignment; readonly targets: readonly string[]; readonly when: When }[] = [];
  private readonly done = new Map<string, Status>();
  private readonly shellResults = new Map<string, Values>();
  private file = '';
  private includes = 0;
  private counter = 0;
  private mainLines: Lines | undefined;

  constructor(
    private readonly world: World,
    private readonly frame: Frame,
    private readonly request: MakeRequest,
    environment: (name: string) => Values | undefined,
  ) {
    this.variables = new MakeVariables({
      environment,
      open: frame.openEnvironment,
      shell: (command, written) => this.shellFunction(command, written),
      folder: request.folder,
      goals: request.targets.join(' '),
    }, request.variables);
    for (const name of request.variables.keys()) this.variables.exported.add(name);
  }

  // ── reading the file, top to bottom ───────────────────────────────────────────────────────────

  load(reading: MakefileReading): void {
    if (this.file === '') {
      this.file = reading.file;
      this.mainLines = reading.lines;
    }
    for (const item of reading.items) {
      const when = this.decide(item.when);
      if (when !== undefined) this.item(item, when, reading.lines);
    }
  }

  private item(item: MakeItem, when: When, lines: Lines): void {
    switch (item.kind) {
      case 'assignment': {
        if (item.targets !== undefined) {
          this.specific.push({ assignment: item, targets: this.words(item.targets), when });
          return;
        }
        this.assign(this.variables, item, when);
        return;
      }
      case 'rule': {
        const pattern = item.pattern === undefined ? undefined : this.words(item.pattern)[0];
        this.rules.push({ rule: item, lines, when, targets: this.words(item.targets), ...(pattern === undefined ? {} : { pattern }) });
        return;
      }
      case 'include':
        for (const file of this.words(item.files)) this.include(file);
        return;
      case 'export':
        if (item.names.text.trim() === '') this.variables.exportsAll = true;
        else for (const name of this.words(item.names)) this.variables.exported.add(name);
        return;
      case 'unexport':
        for (const name of this.words(item.names)) this.variables.exported.delete(name);
    }
  }

  private assign(variables: MakeVariables, item: MakeAssignment, when: When): void {
    const name = known(variables.expand(item.name.text)[0]?.value);
    if (name === undefined || name === '') return;
    variables.assign(name, item.operator, item.value.text, when, item.override);
    if (item.exported) variables.exported.add(name);
  }

  private include(file: string): void {
    if (this.includes++ >= MAX_INCLUDES) return;
    const path = projectPath(this.request.folder, file);
    if (path === undefined) return;
    const reading = this.world.readings.get(path);
    if (reading?.kind === 'makefile') {
      this.world.called.add(path);
      this.load(reading);
      return;
    }
    // `include .env`: lines of NAME=value.
    const text = this.world.readings.text(path);
    if (text !== undefined) this.load(read({ file: path, text, lines: indexLines(path, text) }));
  }

  /** The choices under which a line holds; undefined when it doesn't. */
  private decide(conditions: readonly MakeCondition[], variables = this.variables): When | undefined {
    let when: When | undefined = ALWAYS;
    for (const condition of conditions) {
      const decided = variables.decide(condition);
      if (decided === false || when === undefined) return undefined;
      if (decided !== true) when = both(when, decided);
    }
    return when;
  }

  private words(text: MappedText): string[] {
    return this.variables.expand(text.text).flatMap((one) => known(one.value)?.split(/\s+/) ?? []).filter((word) => word !== '' && word !== '|');
  }

  /** `$(shell …)` runs once for one text, however often make expands it. */
  private shellFunction(command: Text, written: string): Values {
    const text = known(command);
    if (text === undefined) return always(hole(written));
    const before = this.shellResults.get(text);
    if (before !== undefined) return before;
    this.shellResults.set(text, always(hole(written)));
    if (this.world.fuel <= 0) return always(hole(written));
    const { script } = parseScript(text, () => 0);
    const lines = this.mainLines ?? indexLines(this.file, '');
    const outcome = runScript(this.world, { ...this.frame, env: this.frame.env }, { script, name: `${this.file}#${written}`, lines, options: PLAIN_SHELL });
    const values = outcome.stdout?.map((one) => ({ value: oneLine(one.value), when: one.when })) ?? always(hole(written));
    this.shellResults.set(text, values);
    return values;
  }

  // ── targets ───────────────────────────────────────────────────────────────────────────────────

  /** Targets with a recipe or prerequisites that no other target needs. */
  entryTargets(): string[] {
    const needed = new Set(this.rules.flatMap((one) => (isSpecial(one) ? [] : this.words(one.rule.prerequisites))));
    const targets = new Set<string>();
    for (const one of this.rules) for (const target of one.targets) if (!target.startsWith('.') && !target.includes('%') && !needed.has(target)) targets.add(target);
    return [...targets];
  }

  make(targets: readonly string[]): Status {
    let status: Status = 'ok';
    const goal = targets.length > 0 ? targets : this.defaultGoal();
    for (const target of goal) {
      const result = this.target(target, [], this.variables, this.frame.via);
      if (result === 'fails') return 'fails';
      if (result === 'unknown') status = 'unknown';
    }
    return status;
  }

  private defaultGoal(): string[] {
    const stated = known(this.variables.value('.DEFAULT_GOAL')[0]?.value);
    if (stated !== undefined && stated !== '') return [stated];
    const first = this.rules.find((one) => one.targets.some((target) => !target.startsWith('.') && !target.includes('%')));
    return first === undefined ? [] : first.targets.slice(0, 1);
  }

  private target(name: string, above: readonly string[], outer: MakeVariables, via: readonly Hop[]): Status {
    const finished = this.done.get(name);
    if (finished !== undefined) return finished;
    if (above.includes(name) || above.length > 100 || this.world.fuel <= 0) return 'ok';
    this.world.called.add(targetKey(this.file, name));
    const rules = this.rulesFor(name);
    const [first] = rules;
    if (first === undefined) return 'ok';
    const variables = this.variablesFor(name, outer);
    const prerequisites = rules.flatMap(({ rule, pattern, stem: stemText }) => {
      const words = variables.expand(rule.prerequisites.text).flatMap((one) => known(one.value)?.split(/\s+/) ?? []).filter((word) => word !== '' && word !== '|');
      return pattern ? words.map((word) => word.replace('%', () => stemText)) : words;
    });
    const hop: Hop = { label: `target ${name}`, file: first.lines.file, span: spanOf(first.lines, first.rule.range) };
    const inner = [...via, hop];
    let status: Status = 'ok';
    for (const one of prerequisites) {
      const result = this.target(one, [...above, name], variables, inner);
      if (result === 'fails') return this.finish(name, 'fails');
      if (result === 'unknown') status = 'unknown';
    }
    const automatic = new Map<string, Values>([
      ['@', always(literal(name))], ['<', always(literal(prerequisites[0] ?? ''))], ['^', always(literal([...new Set(prerequisites)].join(' ')))],
      ['+', always(literal(prerequisites.join(' ')))], ['?', always(literal(prerequisites.join(' ')))], ['*', always(literal(first.stem))],
      ['@D', always(literal(name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.'))], ['@F', always(literal(name.slice(name.lastIndexOf('/') + 1)))],
    ]);
    for (const one of rules) {
      if (one.rule.recipe.length === 0) continue;
      const result = this.recipe(name, one, variables, automatic, inner);
      if (result === 'fails') return this.finish(name, 'fails');
      if (result === 'unknown') status = 'unknown';
    }
    return this.finish(name, status);
  }

  private finish(name: string, status: Status): Status {
    this.done.set(name, status);
    return status;
  }

  /** Every rule that names the target; the pattern rule that fits when none of them has a recipe. */
  private rulesFor(name: string): (Omit<Rule, 'pattern'> & { readonly pattern: boolean; readonly stem: string })[] {
    const explicit = this.rules.filter((one) => one.targets.includes(name)).map((one) => ({ ...one, pattern: one.pattern !== undefined, stem: one.pattern === undefined ? '' : (stem(name, one.pattern) ?? '') }));
    if (explicit.some((one) => one.rule.recipe.length > 0)) return explicit;
    for (const one of this.rules) {
      const found = one.rule.recipe.length === 0 ? undefined : one.targets.filter((target) => target.includes('%')).map((target) => stem(name, target)).find((text) => text !== undefined);
      if (found !== undefined) return [...explicit, { ...one, pattern: true, stem: found }];
    }
    return explicit;
  }

  private variablesFor(name: string, outer: MakeVariables): MakeVariables {
    const own = this.specific.filter((one) => one.targets.some((target) => stem(name, target) !== undefined));
    if (own.length === 0) return outer;
    const variables = outer.copy();
    for (const { assignment, when } of own) this.assign(variables, assignment, when);
    return variables;
  }

  // ── recipes ───────────────────────────────────────────────────────────────────────────────────

  private recipe(target: string, { rule, lines, when }: { rule: MakeRule; lines: Lines; when: When }, variables: MakeVariables, automatic: ReadonlyMap<string, Values>, via: readonly Hop[]): Status {
    const options = shellOptions(variables);
    let status: Status = 'ok';
    const groups = this.rules.some((one) => one.targets.includes('.ONESHELL')) ? [joinLines(rule.recipe)] : rule.recipe;
    const ignoresAll = this.rules.find((one) => one.targets.includes('.IGNORE') && (this.words(one.rule.prerequisites).length === 0 || this.words(one.rule.prerequisites).includes(target)));
    for (const [index, line] of groups.entries()) {
      const conditions = this.decide(line.when, variables);
      const held = conditions === undefined ? undefined : both(both(this.frame.when, when) ?? when, conditions);
      if (held === undefined || this.world.fuel-- <= 0) continue;
      const ignored = line.ignoresErrors ?? ignoresAll?.rule.range;
      const frame = this.frameFor(held, variables, via, ignored === undefined ? undefined : {
        why: 'ignored by make', by: line.ignoresErrors === undefined ? '.IGNORE' : '-', site: siteOf(lines, ignored, via),
      });
      let result: Status | undefined;
      for (const [part, text] of this.texts(line, variables, automatic).entries()) {
        const one = this.shell(text, frame, lines, options, `${this.file}#${target}:${index}.${part}`);
        result = result === undefined || result === one ? one : 'unknown';
        if (one === 'fails' && text.when.length === 0) break;
      }
      if (ignored !== undefined) continue;
      if (result === 'fails') return 'fails';
      if (result === 'unknown') status = 'unknown';
    }
    return status;
  }

  private texts(line: RecipeLine, variables: MakeVariables, automatic: ReadonlyMap<string, Values>): RecipeText[] {
    return recipeTexts(line.text, (written) => variables.reference(written, automatic), () => `__make_${this.counter++}`).flatMap(splitLines);
  }

  private shell(recipe: RecipeText, frame: Frame, lines: Lines, options: ShellOptions, name: string): Status {
    const when = both(frame.when, recipe.when);
    if (when === undefined || recipe.text.text.trim() === '') return 'ok';
    const script = parseRecipe(stripPrefix(recipe.text));
    return runScript(this.world, { ...frame, when, env: new Map([...frame.env, ...recipe.bindings]) }, { script, name, lines, options }).status;
  }

  private frameFor(when: When, variables: MakeVariables, via: readonly Hop[], ignored: NonNullable<NonNullable<Frame['fate']>['masked']> | undefined): Frame {
    const { frame } = this;
    const env = new Map<string, Values>(frame.env);
    const exported = variables.exportsAll ? variables.names.filter((name) => /^[A-Za-z_]\w*$/.test(name)) : [...variables.exported];
    for (const name of new Set([...exported, ...variables.names.filter((one) => frame.env.has(one) && one !== 'SHELL')])) env.set(name, variables.value(name));
    const environment: Environment = env;
    return {
      ...frame, when, via, env: environment,
      ...(ignored === undefined ? {} : { fate: { ...frame.fate, masked: ignored } }),
      ...(frame.nested === undefined ? {} : { nested: { ...frame.nested, depth: frame.nested.depth + 1, ...(ignored === undefined ? {} : { swallowers: [ignored, ...frame.nested.swallowers] }) } }),
    };
  }
}

const PLAIN_SHELL: ShellOptions = { interpreter: 'sh', errexit: false, pipefail: false, nounset: false };

/** `SHELL := /bin/bash -o pipefail`, `.SHELLFLAGS := -eu -o pipefail -c` */
function shellOptions(variables: MakeVariables): ShellOptions {
  const shell = known(variables.value('SHELL')[0]?.value) ?? '/bin/sh';
  const flags = known(variables.value('.SHELLFLAGS')[0]?.value) ?? '-c';
  const [program = '/bin/sh', ...own] = shell.split(/\s+/);
  const words = [...own, ...flags.split(/\s+/)];
  const has = (letter: string, name: string): boolean => words.some((word, index) => (/^-[a-zA-Z]+$/.test(word) && word.includes(letter) && word !== '-o')
    || (/^-[a-zA-Z]*o$/.test(word) && words[index + 1] === name));
  return {
    interpreter: program.replace(/^.*\//, ''),
    errexit: has('e', 'errexit'),
    nounset: has('u', 'nounset'),
    pipefail: words.some((word, index) => /^-[a-zA-Z]*o$/.test(word) && words[index + 1] === 'pipefail'),
  };
}

/** `@`, `-` and `+` may also come out of a variable or a `define`. */
function stripPrefix(text: MappedText): MappedText {
  const prefix = /^[\s@+-]*/.exec(text.text)![0];
  if (prefix.length === 0) return text;
  const pieces = text.pieces.map((piece, index) => {
    const end = text.pieces[index + 1]?.at ?? text.text.length;
    if (end <= prefix.length) return undefined;
    const cut = Math.max(0, prefix.length - piece.at);
    return { ...piece, at: Math.max(0, piece.at - prefix.length), source: piece.verbatim ? piece.source + cut : piece.source };
  });
  return { text: text.text.slice(prefix.length), pieces: pieces.filter((piece) => piece !== undefined) };
}

function joinLines(recipe: readonly RecipeLine[]): RecipeLine {
  const [first] = recipe;
  const parts: { text: string; pieces: MappedText['pieces'][number][] } = { text: '', pieces: [] };
  for (const line of recipe) {
    if (parts.text !== '') {
      const at = line.text.pieces[0]?.source ?? 0;
      parts.pieces.push({ at: parts.text.length, source: at, sourceEnd: at, verbatim: true });
      parts.text += '\n';
    }
    for (const piece of line.text.pieces) parts.pieces.push({ ...piece, at: piece.at + parts.text.length });
    parts.text += line.text.text;
  }
  const when = first?.when ?? [];
  return { text: parts.pieces.length === 0 ? verbatim('', 0) : parts, range: first?.range ?? [NOWHERE.start, NOWHERE.end], when, ...(first?.ignoresErrors === undefined ? {} : { ignoresErrors: first.ignoresErrors }) };
}

function isSpecial(rule: Rule): boolean {
  return rule.targets.some((target) => target.startsWith('.') && !target.includes('/'));
}

function oneLine(text: Text): Text {
  return text.map((part, index) => (typeof part === 'string' ? (index === text.length - 1 ? part.replace(/\n+$/, '') : part).replaceAll('\n', ' ') : part)).filter((part) => part !== '');
}

function projectPath(folder: string, file: string): string | undefined {
  const parts: string[] = [];
  const from = file.startsWith('/project/') ? file.slice('/project/'.length) : file.startsWith('/') ? undefined : `${folder}/${file}`;
  if (from === undefined) return undefined;
  for (const part of from.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

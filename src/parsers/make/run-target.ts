/** One run of make: reads a Makefile top to bottom, then makes targets. */
import { ALWAYS, always, both, type Values, type When } from '../../core/choices.ts';
import { indexLines, siteOf, spanOf, type Hop, type Lines, type Site } from '../../core/site.ts';
import { contentOf, respelled, spelled } from '../../core/sealed.ts';
import { hole, known, literal, type Text } from '../../core/text.ts';
import { read } from './read.ts';
import type { MakeAssignment, MakeCondition, MakefileReading, MakeItem, MakeRule, RecipeLine } from './reading.ts';
import type { MappedText } from '../../syntax/mapped.ts';
import { parseScript } from '../shell/parse.ts';
import { runScript } from '../shell/run.ts';
import type { Frame, ShellOptions, World } from '../../project/evaluation.ts';
import { joinPath } from '../../project/paths.ts';
import { stem } from './functions.ts';
import { isSpecial, rulesFor, type Rule } from './rules.ts';
import { recipeFrame } from './recipe-frame.ts';
import { STEPS_PER_RECIPE, parseRecipe, recipeTexts, splitLines, type RecipeText } from './recipe.ts';
import { PLAIN_SHELL, joinLines, shellOptions, stripPrefix } from './shell.ts';
import { MakeVariables } from './variables.ts';
import { defined } from '../../core/optional.ts';

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

const MAX_INCLUDES = 50;

/** Its rules are looked for among all of the file, its prerequisites expanded. */
const STEPS_PER_TARGET = 5;

/** Under this name a target counts as called. */
export function targetKey(file: string, target: string): string {
  return `${file}#${target}`;
}

type Status = 'ok' | 'fails' | 'unknown';

export class MakeRun {
  private readonly variables: MakeVariables;
  private readonly rules: Rule[] = [];
  private readonly specific: {
    readonly assignment: MakeAssignment;
    readonly targets: readonly string[];
    readonly when: When;
  }[] = [];
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
    this.variables = new MakeVariables(
      {
        environment,
        open: frame.openEnvironment,
        shell: (command, written) => this.shellFunction(command, written),
        folder: request.folder,
        goals: request.targets.join(' '),
      },
      request.variables,
    );
    for (const name of request.variables.keys()) this.variables.exported.add(name);
  }

  // ── reading the file, top to bottom ───────────────────────────────────────────────────────────

  /** `about`: what is in a file that is no Makefile may be judged and not shown. */
  load(reading: MakefileReading, about?: string): void {
    if (this.file === '') {
      this.file = reading.file;
      this.mainLines = reading.lines;
    }
    for (const item of reading.items) {
      if (!this.world.budget.spend()) return;
      const when = this.decide(item.when);
      if (when !== undefined) this.item(item, when, reading.lines, about);
    }
  }

  private item(item: MakeItem, when: When, lines: Lines, about: string | undefined): void {
    switch (item.kind) {
      case 'assignment': {
        if (item.targets !== undefined) {
          this.specific.push({ assignment: item, targets: this.words(item.targets), when });
          return;
        }
        this.assign(this.variables, item, when, about);
        return;
      }
      case 'rule': {
        const pattern = item.pattern === undefined ? undefined : this.words(item.pattern)[0];
        this.rules.push({
          rule: item,
          lines,
          when,
          targets: this.words(item.targets),
          ...defined({ pattern }),
        });
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

  private assign(variables: MakeVariables, item: MakeAssignment, when: When, about?: string): void {
    const name = known(variables.expand(item.name.text)[0]?.value);
    if (name === undefined || name === '') return;
    variables.assign(name, item.operator, item.value.text, when, item.override, about);
    if (item.exported) variables.exported.add(name);
  }

  private include(file: string): void {
    if (this.includes++ >= MAX_INCLUDES) return;
    const path = joinPath(this.request.folder, file);
    if (path === undefined) return;
    const reading = this.world.readings.get(path);
    if (reading?.kind === 'makefile') {
      this.world.called.add(path);
      this.load(reading);
      return;
    }
    // `include .env`: lines of NAME=value.
    const text = this.world.readings.text(path);
    if (text !== undefined) this.load(read({ file: path, text, lines: indexLines(path, text) }), contentOf(path));
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
    return this.variables
      .expand(text.text)
      .flatMap((one) => known(one.value)?.split(/\s+/) ?? [])
      .filter((word) => word !== '' && word !== '|');
  }

  /** `$(shell …)` runs once for one text, however often make expands it. */
  private shellFunction(command: Text, written: string): Values {
    const text = known(command);
    if (text === undefined) return always(hole(written));
    const before = this.shellResults.get(text);
    if (before !== undefined) return before;
    this.shellResults.set(text, always(hole(written)));
    if (!this.world.budget.spend()) return always(hole(written));
    const { script } = parseScript(text, () => 0);
    const lines = this.mainLines ?? indexLines(this.file, '');
    const outcome = runScript(
      this.world,
      { ...this.frame, env: this.frame.env },
      { script, name: `${this.file}#${written}`, lines, options: PLAIN_SHELL },
    );
    const values =
      outcome.stdout?.map((one) => ({ value: oneLine(one.value), when: one.when })) ?? always(hole(written));
    this.shellResults.set(text, values);
    return values;
  }

  // ── targets ───────────────────────────────────────────────────────────────────────────────────

  /** Targets with a recipe or prerequisites that no other target needs. */
  entryTargets(): string[] {
    const needed = new Set(this.rules.flatMap((one) => (isSpecial(one) ? [] : this.words(one.rule.prerequisites))));
    const targets = new Set<string>();
    for (const one of this.rules)
      for (const target of one.targets)
        if (!target.startsWith('.') && !target.includes('%') && !needed.has(target)) targets.add(target);
    return [...targets];
  }

  /** Where a target's first rule stands. */
  siteOf(target: string): Site {
    const rule = this.rules.find((one) => one.targets.includes(target));
    const lines = rule?.lines ?? this.mainLines ?? indexLines(this.file, '');
    return siteOf(lines, rule?.rule.range ?? [0, 0], this.frame.via);
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
    const first = this.rules.find((one) =>
      one.targets.some((target) => !target.startsWith('.') && !target.includes('%')),
    );
    return first === undefined ? [] : first.targets.slice(0, 1);
  }

  private target(name: string, above: readonly string[], outer: MakeVariables, via: readonly Hop[]): Status {
    const finished = this.done.get(name);
    if (finished !== undefined) return finished;
    if (above.includes(name) || above.length > 100 || !this.world.budget.spend(STEPS_PER_TARGET)) return 'ok';
    this.world.called.add(targetKey(this.file, name));
    const rules = rulesFor(this.rules, name);
    const [first] = rules;
    if (first === undefined) return 'ok';
    const variables = this.variablesFor(name, outer);
    const prerequisites = rules.flatMap(({ rule, pattern, stem: stemText }) => {
      const words = variables
        .expand(rule.prerequisites.text)
        .flatMap((one) => known(one.value)?.split(/\s+/) ?? [])
        .filter((word) => word !== '' && word !== '|');
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
      ['@', always(literal(name))],
      ['<', always(literal(prerequisites[0] ?? ''))],
      ['^', always(literal([...new Set(prerequisites)].join(' ')))],
      ['+', always(literal(prerequisites.join(' ')))],
      ['?', always(literal(prerequisites.join(' ')))],
      ['*', always(literal(first.stem))],
      ['@D', always(literal(name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : '.'))],
      ['@F', always(literal(name.slice(name.lastIndexOf('/') + 1)))],
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

  private variablesFor(name: string, outer: MakeVariables): MakeVariables {
    const own = this.specific.filter((one) => one.targets.some((target) => stem(name, target) !== undefined));
    if (own.length === 0) return outer;
    const variables = outer.copy();
    for (const { assignment, when } of own) this.assign(variables, assignment, when);
    return variables;
  }

  // ── recipes ───────────────────────────────────────────────────────────────────────────────────

  private recipe(
    target: string,
    { rule, lines, when }: { rule: MakeRule; lines: Lines; when: When },
    variables: MakeVariables,
    automatic: ReadonlyMap<string, Values>,
    via: readonly Hop[],
  ): Status {
    const options = shellOptions(variables);
    let status: Status = 'ok';
    const groups = this.rules.some((one) => one.targets.includes('.ONESHELL')) ? joinLines(rule.recipe) : rule.recipe;
    const ignoresAll = this.rules.find(
      (one) =>
        one.targets.includes('.IGNORE') &&
        (this.words(one.rule.prerequisites).length === 0 || this.words(one.rule.prerequisites).includes(target)),
    );
    for (const [index, line] of groups.entries()) {
      const conditions = this.decide(line.when, variables);
      const held = conditions === undefined ? undefined : both(both(this.frame.when, when) ?? when, conditions);
      if (held === undefined || !this.world.budget.spend()) continue;
      const ignored = line.ignoresErrors ?? ignoresAll?.rule.range;
      const frame = recipeFrame(
        this.frame,
        held,
        variables,
        via,
        ignored === undefined
          ? undefined
          : {
              why: 'ignored by make',
              by: line.ignoresErrors === undefined ? '.IGNORE' : '-',
              site: siteOf(lines, ignored, via),
            },
      );
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
    return recipeTexts(
      line.text,
      (written) => variables.reference(written, automatic),
      () => `__make_${this.counter++}`,
    ).flatMap(splitLines);
  }

  private shell(recipe: RecipeText, frame: Frame, lines: Lines, options: ShellOptions, name: string): Status {
    const when = both(frame.when, recipe.when);
    if (when === undefined || recipe.text.text.trim() === '' || !this.world.budget.spend(STEPS_PER_RECIPE)) return 'ok';
    const script = parseRecipe(stripPrefix(recipe.text));
    return runScript(
      this.world,
      { ...frame, when, env: new Map([...frame.env, ...recipe.bindings]) },
      { script, name, lines, options, capture: false },
    ).status;
  }
}

/** `$(shell …)` turns newlines into spaces. */
function oneLine(text: Text): Text {
  return text.flatMap((part, index) => {
    const value = spelled(part) ?? '';
    return respelled(part, (index === text.length - 1 ? value.replace(/\n+$/, '') : value).replaceAll('\n', ' '));
  });
}

/** Runs just's recipes: dependencies first, each line in a shell of its own, a recipe with a `#!` as one script. */
import { always, both, byDefault, given, type Values } from '../../core/choices.ts';
import { siteOf, spanOf, type Hop } from '../../core/site.ts';
import { respelled, spelled } from '../../core/sealed.ts';
import { hole, literal, type Text } from '../../core/text.ts';
import { parseJustExpression } from './expression.ts';
import type { JustCall, JustfileReading, JustRecipe } from './reading.ts';
import { mappedBuilder } from '../../syntax/mapped.ts';
import { parseScript } from '../shell/parse.ts';
import { ignoring } from '../../project/ignoring.ts';
import { inTurn } from '../../project/in-turn.ts';
import { runScript } from '../shell/run.ts';
import { optionsOf } from '../shell/scripts.ts';
import type { CommandResult, Frame, Invocation, ShellOptions, World } from '../../project/evaluation.ts';
import { JustValues, words } from './values.ts';
import { STEPS_PER_RECIPE, parseRecipe, recipeTexts, type RecipeText } from '../make/recipe.ts';
import { PLAIN_SHELL } from '../make/shell.ts';
import { dirname, joinPath } from '../../project/paths.ts';

export interface JustRequest {
  /** Where just looks for the justfile, upwards. */
  readonly folder: string;
  /** Project-relative; absent: just's own names. */
  readonly file?: string;
  /** Recipes with what follows them; just tells by their parameters which words are arguments. */
  readonly words: readonly Text[];
  readonly variables: ReadonlyMap<string, Values>;
}

type Status = 'ok' | 'fails' | 'unknown';

const NAMES = ['justfile', 'Justfile', '.justfile', 'JUSTFILE'];
const MAX_CALLS = 25;

export function runJust(invocation: Invocation, request: JustRequest): CommandResult {
  const { world, frame } = invocation;
  const reading = justfileFor(world, request);
  if (reading === undefined || frame.via.length > MAX_CALLS) return { status: 'unknown' };
  const via: Hop[] = [...frame.via, { label: 'just', file: invocation.site.file, span: invocation.site.span }];
  const run = new JustRun(world, { ...frame, via }, reading, request.variables, (name) => {
    const value = invocation.env(name);
    return value === undefined ? undefined : (frame.env.get(name) ?? always(value));
  });
  return { status: run.call(request.words) };
}

/** The recipes that no other recipe and no caller leads to, each as a run of its own. */
export function runJustfile(world: World, reading: JustfileReading, frame: Frame): void {
  if (world.called.has(reading.file)) return;
  const needed = new Set(reading.recipes.flatMap((one) => [...one.before, ...one.after].map(({ name }) => name)));
  inTurn(
    world,
    reading.recipes,
    ({ range }) => siteOf(reading.lines, range),
    (recipe) => {
      if (needed.has(recipe.name) || world.called.has(`${reading.file}#${recipe.name}`)) return;
      const machine = {
        ...frame.machine,
        builders: new Map(frame.machine.builders),
        files: new Map(frame.machine.files),
      };
      new JustRun(world, { ...frame, run: `${frame.run}#${recipe.name}`, machine }, reading, new Map(), (name) =>
        frame.env.get(name),
      ).recipe(recipe, undefined, frame.via);
    },
  );
}

function justfileFor(world: World, { folder, file }: JustRequest): JustfileReading | undefined {
  if (file !== undefined) return justfileAt(world, file);
  for (let at = folder; ; at = dirname(at)) {
    for (const name of NAMES) {
      const reading = justfileAt(world, at === '' ? name : `${at}/${name}`);
      if (reading !== undefined) return reading;
    }
    if (at === '') return undefined;
  }
}

function justfileAt(world: World, file: string): JustfileReading | undefined {
  const reading = world.readings.get(file);
  return reading?.kind === 'justfile' ? reading : undefined;
}

class JustRun {
  private readonly readings: readonly JustfileReading[];
  private readonly values: JustValues;
  private readonly done = new Map<string, Status>();
  private readonly outputs = new Map<string, Values>();
  private readonly folder: string;
  private counter = 0;
  private depth = 0;

  constructor(
    private readonly world: World,
    private readonly frame: Frame,
    private readonly main: JustfileReading,
    overrides: ReadonlyMap<string, Values>,
    environment: (name: string) => Values | undefined,
  ) {
    this.folder = dirname(main.file);
    this.readings = withImports(world, main);
    this.values = new JustValues(this.readings, {
      environment,
      open: frame.openEnvironment,
      overrides,
      folder: this.folder,
      calledIn: frame.cwd,
      command: (text) => this.output(text),
    });
  }

  /** `just build api push`: the words after a recipe are its arguments as far as it has parameters. */
  call(words: readonly Text[]): Status {
    let rest = words;
    if (rest.length === 0) {
      const first = this.main.recipes[0];
      return first === undefined ? 'ok' : this.recipe(first, [], this.frame.via);
    }
    let status: Status = 'ok';
    while (rest.length > 0) {
      const name = rest[0]?.length === 1 && typeof rest[0][0] === 'string' ? rest[0][0] : undefined;
      const recipe = name === undefined ? undefined : this.find(name);
      if (recipe === undefined) return 'unknown';
      const last = recipe.parameters.at(-1);
      const count = last?.variadic === true ? rest.length - 1 : Math.min(recipe.parameters.length, rest.length - 1);
      const result = this.recipe(
        recipe,
        rest.slice(1, 1 + count).map((one) => always(one)),
        this.frame.via,
      );
      if (result === 'fails') return 'fails';
      if (result === 'unknown') status = 'unknown';
      rest = rest.slice(1 + count);
    }
    return status;
  }

  /** `args` undefined: nobody calls it, so its parameters may be anything. */
  recipe(recipe: JustRecipe, args: readonly Values[] | undefined, via: readonly Hop[]): Status {
    const key = `${recipe.name} ${JSON.stringify(args ?? 'open')}`;
    const before = this.done.get(key);
    if (before !== undefined) return before;
    if (this.depth > MAX_CALLS || !this.world.budget.spend()) return 'unknown';
    // Known before its dependencies run, so that a circle ends.
    this.done.set(key, 'unknown');
    this.depth++;
    const { file, lines } = this.readings.find((one) => one.recipes.includes(recipe)) ?? this.main;
    this.world.called.add(`${this.main.file}#${recipe.name}`);
    const inner: Hop[] = [...via, { label: `recipe ${recipe.name}`, file, span: spanOf(lines, recipe.range) }];
    const locals = this.parameters(recipe, args);
    const steps = [
      () => this.calls(recipe.before, locals, inner),
      () => this.body(recipe, locals, inner),
      () => this.calls(recipe.after, locals, inner),
    ];
    let status: Status = 'ok';
    for (const step of steps) {
      const result = step();
      if (result !== 'ok') status = result;
      if (result === 'fails') break;
    }
    this.depth--;
    this.done.set(key, status);
    return status;
  }

  private calls(calls: readonly JustCall[], locals: ReadonlyMap<string, Values>, via: readonly Hop[]): Status {
    let status: Status = 'ok';
    for (const { name, args } of calls) {
      const recipe = this.find(name);
      if (recipe === undefined) continue;
      const result = this.recipe(
        recipe,
        args.map((one) => this.values.evaluate(one, locals)),
        via,
      );
      if (result === 'fails') return 'fails';
      if (result === 'unknown') status = 'unknown';
    }
    return status;
  }

  private find(name: string): JustRecipe | undefined {
    const target = this.main.aliases.find((one) => one.name === name)?.target ?? name;
    return this.readings.flatMap((one) => one.recipes).find((one) => one.name === target);
  }

  private parameters(recipe: JustRecipe, args: readonly Values[] | undefined): Map<string, Values> {
    const locals = new Map<string, Values>();
    for (const [index, parameter] of recipe.parameters.entries()) {
      const passed = parameter.variadic
        ? args !== undefined && args.length > index
          ? words(args.slice(index))
          : undefined
        : args?.[index];
      const fallback =
        parameter.default === undefined
          ? parameter.variadic
            ? always(literal(''))
            : undefined
          : this.values.evaluate(parameter.default, locals);
      const name = `${recipe.name} ${parameter.name}`;
      const open = (): Values =>
        fallback === undefined
          ? always(hole(`${parameter.name}@${name}`))
          : [
              ...fallback.map((one) => ({ ...one, when: [...one.when, ...byDefault(name)] })),
              { value: hole(`${parameter.name}@${name}`), when: given(name) },
            ];
      locals.set(parameter.name, passed ?? (args === undefined ? open() : (fallback ?? always(hole(parameter.name)))));
    }
    return locals;
  }

  private body(recipe: JustRecipe, locals: ReadonlyMap<string, Values>, via: readonly Hop[]): Status {
    const reading = this.readings.find((one) => one.recipes.includes(recipe)) ?? this.main;
    const { shebang } = recipe;
    const lines = shebang === undefined ? recipe.lines : [{ text: joined(recipe) }];
    const options: ShellOptions =
      shebang === undefined
        ? shellOf(this.main.settings.shell)
        : { ...PLAIN_SHELL, interpreter: shebang.interpreter, ...optionsOf(shebang.options) };
    if (!/^(?:ba|da|z|k|a)?sh$/.test(options.interpreter)) return 'ok';
    const frame = this.frameFor(recipe, locals, via);
    let status: Status = 'ok';
    for (const [index, line] of lines.entries()) {
      const ignored = 'ignoresErrors' in line ? line.ignoresErrors : undefined;
      const swallower =
        ignored === undefined
          ? undefined
          : { why: 'ignored by make' as const, by: '-', site: siteOf(reading.lines, ignored, via) };
      const inner = ignoring(frame, swallower);
      const reference = (written: string): Values =>
        this.values.evaluate(parseJustExpression(written.slice(2, -2)), locals);
      for (const [part, text] of recipeTexts(
        line.text,
        reference,
        () => `__just_${this.counter++}`,
        'braces',
      ).entries()) {
        const result = this.shell(text, inner, reading, options, `${reading.file}#${recipe.name}:${index}.${part}`);
        if (ignored !== undefined || result === 'ok') continue;
        status = result;
        if (result === 'fails' && text.when.length === 0) return 'fails';
      }
    }
    return status;
  }

  private shell(
    recipe: RecipeText,
    frame: Frame,
    reading: JustfileReading,
    options: ShellOptions,
    name: string,
  ): Status {
    const when = both(frame.when, recipe.when);
    if (when === undefined || recipe.text.text.trim() === '' || !this.world.budget.spend(STEPS_PER_RECIPE)) return 'ok';
    const run = { script: parseRecipe(recipe.text), name, lines: reading.lines, options, capture: false };
    return runScript(this.world, { ...frame, when, env: new Map([...frame.env, ...recipe.bindings]) }, run).status;
  }

  private frameFor(recipe: JustRecipe, locals: ReadonlyMap<string, Values>, via: readonly Hop[]): Frame {
    const { frame } = this;
    const env = new Map(frame.env);
    const { exportAll } = this.main.settings;
    for (const { assignments } of this.readings)
      for (const one of assignments) if (one.exported || exportAll) env.set(one.name, this.values.variable(one.name));
    for (const one of recipe.parameters)
      if (one.exported || exportAll) env.set(one.name, locals.get(one.name) ?? always(hole(one.name)));
    return {
      ...frame,
      via,
      env,
      cwd: recipe.staysPut ? frame.cwd : this.folder,
      ...(frame.nested === undefined ? {} : { nested: { ...frame.nested, depth: frame.nested.depth + 1 } }),
    };
  }

  private output(text: string): Values {
    const before = this.outputs.get(text);
    if (before !== undefined) return before;
    const unknown = always(hole(`\`${text}\``));
    this.outputs.set(text, unknown);
    if (!this.world.budget.spend()) return unknown;
    const { script } = parseScript(text, () => 0);
    const outcome = runScript(
      this.world,
      { ...this.frame, cwd: this.folder },
      { script, name: `${this.main.file}#\`${text}\``, lines: this.main.lines, options: PLAIN_SHELL },
    );
    const values = outcome.stdout?.map((one) => ({ value: trimmed(one.value), when: one.when })) ?? unknown;
    this.outputs.set(text, values);
    return values;
  }
}

function withImports(world: World, main: JustfileReading): JustfileReading[] {
  const found = [main];
  for (let at = 0; at < found.length && found.length < 50; at++) {
    for (const path of found[at]!.imports) {
      const file = joinPath(dirname(found[at]!.file), path);
      const reading = file === undefined ? undefined : justfileAt(world, file);
      if (reading === undefined || found.includes(reading)) continue;
      world.called.add(reading.file);
      found.push(reading);
    }
  }
  return found;
}

function joined(recipe: JustRecipe) {
  const builder = mappedBuilder();
  for (const { text } of recipe.lines) {
    builder.slice(text, 0, text.text.length);
    const end = text.pieces.at(-1)?.sourceEnd ?? 0;
    builder.insert('\n', end, end);
  }
  return builder.done();
}

/** `["bash", "-euo", "pipefail", "-c"]` */
function shellOf(shell: readonly string[]): ShellOptions {
  const [program = 'sh', ...flags] = shell;
  return { interpreter: program.replace(/^.*\//, ''), ...optionsOf(flags) };
}

/** Without the line breaks at the end, as in a command substitution. */
function trimmed(text: Text): Text {
  const last = text.at(-1);
  return last === undefined
    ? text
    : [...text.slice(0, -1), ...respelled(last, (spelled(last) ?? '').replace(/\n+$/, ''))];
}

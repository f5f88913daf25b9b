/** Runs a Taskfile's tasks: dependencies first, each command in a shell of its own. */
import { always, both, mapValues, type Values } from '../../core/choices.ts';
import { siteOf, spanOf, type Hop } from '../../core/site.ts';
import { respelled, spelled } from '../../core/sealed.ts';
import { byName } from '../../core/secrets.ts';
import { hole, known, literal } from '../../core/text.ts';
import { parseScript } from '../shell/parse.ts';
import type { Task, TaskCall, TaskCommand, TaskfileReading, TaskVariable } from './reading.ts';
import { ignoring } from '../../project/ignoring.ts';
import { inTurn } from '../../project/in-turn.ts';
import { runScript } from '../shell/run.ts';
import type { CommandResult, Frame, Invocation, ShellOptions, World } from '../../project/evaluation.ts';
import { STEPS_PER_RECIPE, parseRecipe, recipeTexts, type RecipeText } from '../make/recipe.ts';
import { PLAIN_SHELL } from '../make/shell.ts';
import { joinPath } from '../../project/paths.ts';
import { PROJECT_ROOT } from '../../project/paths.ts';
import { reference, renderTemplate, type TaskScope } from './templates.ts';
import { defined } from '../../core/optional.ts';
import { taskfileFor, withIncludes } from './files.ts';

export interface TaskRequest {
  /** Where task looks for the Taskfile, upwards. */
  readonly folder: string;
  readonly file?: string;
  /** Empty: `default`. */
  readonly tasks: readonly string[];
  readonly variables: ReadonlyMap<string, Values>;
  /** What follows `--`. */
  readonly rest?: Values;
}

type Status = 'ok' | 'fails' | 'unknown';
const MAX_CALLS = 25;

export function runTask(invocation: Invocation, request: TaskRequest): CommandResult {
  const { world, frame } = invocation;
  const reading = taskfileFor(world, request);
  if (reading === undefined || frame.via.length > MAX_CALLS) return { status: 'unknown' };
  const via: Hop[] = [
    ...frame.via,
    { label: ['task', ...request.tasks].join(' '), file: invocation.site.file, span: invocation.site.span },
  ];
  const environment = (name: string): Values | undefined => {
    const value = invocation.env(name);
    return value === undefined ? undefined : (frame.env.get(name) ?? always(value));
  };
  const run = new TaskRun(world, { ...frame, via }, reading, {
    given: request.variables,
    environment,
    ...defined({ rest: request.rest }),
  });
  let status: Status = 'ok';
  for (const name of request.tasks.length === 0 ? ['default'] : request.tasks) {
    const result = run.start(name, via);
    if (result === 'fails') return { status: 'fails' };
    if (result === 'unknown') status = 'unknown';
  }
  return { status };
}

/** The tasks that no other task and no caller leads to, each as a run of its own. */
export function runTaskfile(world: World, reading: TaskfileReading, frame: Frame): void {
  if (world.called.has(reading.file)) return;
  const needed = new Set(
    reading.tasks.flatMap((one) =>
      [...one.dependencies, ...one.commands].flatMap((step) => (step.kind === 'call' ? [step.name] : [])),
    ),
  );
  inTurn(
    world,
    reading.tasks,
    ({ range }) => siteOf(reading.lines, range),
    (task) => {
      if (task.internal || needed.has(task.name) || world.called.has(`${reading.file}#${task.name}`)) return;
      const machine = {
        ...frame.machine,
        builders: new Map(frame.machine.builders),
        files: new Map(frame.machine.files),
      };
      new TaskRun(world, { ...frame, run: `${frame.run}#${task.name}`, machine }, reading, {
        given: new Map(),
        environment: (name) => frame.env.get(name),
      }).start(task.name, frame.via);
    },
  );
}

interface Outside {
  /** `task NAME=value` */
  readonly given: ReadonlyMap<string, Values>;
  readonly environment: (name: string) => Values | undefined;
  readonly rest?: Values;
}

interface Found {
  readonly task: Task;
  readonly reading: TaskfileReading;
  readonly folder: string;
}

class TaskRun {
  private readonly files: { readonly reading: TaskfileReading; readonly prefix: string; readonly folder: string }[];
  private readonly outputs = new Map<string, Values>();
  private counter = 0;
  private depth = 0;

  constructor(
    private readonly world: World,
    private readonly frame: Frame,
    main: TaskfileReading,
    private readonly outside: Outside,
  ) {
    this.files = withIncludes(world, main);
  }

  start(name: string, via: readonly Hop[]): Status {
    const found = this.find(name, '');
    return found === undefined ? 'unknown' : this.task(found, this.outside.given, via);
  }

  private find(name: string, prefix: string): (Found & { prefix: string }) | undefined {
    const whole = name.startsWith(':') ? name.slice(1) : `${prefix}${name}`;
    for (const { reading, prefix: own, folder } of this.files) {
      if (!whole.startsWith(own)) continue;
      const rest = whole.slice(own.length);
      const task =
        reading.tasks.find((one) => one.name === rest || one.aliases.includes(rest)) ??
        (rest === '' ? reading.tasks.find((one) => one.name === 'default') : undefined);
      if (task !== undefined) return { task, reading, folder, prefix: own };
    }
    return undefined;
  }

  private task(
    { task, reading, folder, prefix }: Found & { prefix: string },
    passed: ReadonlyMap<string, Values>,
    via: readonly Hop[],
  ): Status {
    if (this.depth > MAX_CALLS || !this.world.budget.spend()) return 'unknown';
    this.depth++;
    this.world.called.add(`${reading.file}#${task.name}`);
    const inner: Hop[] = [
      ...via,
      { label: `task ${prefix}${task.name}`, file: reading.file, span: spanOf(reading.lines, task.range) },
    ];
    const scope = this.scopeOf({ task, reading, folder }, passed);
    const frame = this.frameFor({ task, reading, folder }, scope, inner);
    let status: Status = 'ok';
    for (const [index, step] of [...task.dependencies, ...task.commands].entries()) {
      const result = this.step(
        step,
        { task, reading, folder, prefix },
        scope,
        frame,
        `${reading.file}#${task.name}:${index}`,
      );
      if (result !== 'ok') status = result;
      if (result === 'fails') break;
    }
    this.depth--;
    return status;
  }

  private step(
    step: TaskCommand,
    found: Found & { prefix: string },
    scope: TaskScope,
    frame: Frame,
    name: string,
  ): Status {
    let status: Status = 'ok';
    for (const item of step.each ?? [undefined]) {
      const items = item === undefined ? undefined : renderTemplate(item, scope);
      const own: TaskScope =
        items === undefined ? scope : { ...scope, variable: (one) => (one === 'ITEM' ? items : scope.variable(one)) };
      const result =
        step.kind === 'call'
          ? this.call(step, found, own, frame.via)
          : this.shell(step, found, own, frame, `${name} ${item ?? ''}`);
      if (result !== 'ok') status = result;
      if (result === 'fails') break;
    }
    return status;
  }

  private call(call: TaskCall, { prefix }: { prefix: string }, scope: TaskScope, via: readonly Hop[]): Status {
    const name = known(renderTemplate(call.name, scope)[0]?.value);
    const target = name === undefined ? undefined : this.find(name, prefix);
    if (target === undefined) return 'unknown';
    const passed = new Map(call.vars.map((one) => [one.name, this.valueOf(one, scope)] as const));
    return this.task(target, passed, via);
  }

  private shell(
    command: Extract<TaskCommand, { kind: 'shell' }>,
    { task, reading }: Found,
    scope: TaskScope,
    frame: Frame,
    name: string,
  ): Status {
    const ignored = command.ignoresErrors ?? task.ignoresErrors;
    const swallower =
      ignored === undefined
        ? undefined
        : {
            why: 'continue-on-error' as const,
            by: 'ignore_error: true',
            site: siteOf(reading.lines, ignored, frame.via),
          };
    const inner = ignoring(frame, swallower);
    const set = [...this.files[0]!.reading.options, ...reading.options, ...task.options, ...command.options];
    const has = (long: string, short: string): boolean => set.includes(long) || set.includes(short);
    const options: ShellOptions = {
      interpreter: 'bash',
      errexit: has('errexit', 'e'),
      pipefail: has('pipefail', 'pipefail'),
      nounset: has('nounset', 'u'),
    };
    let status: Status = 'ok';
    for (const [part, text] of recipeTexts(
      command.text,
      (written) => reference(written.slice(2, -2), scope),
      () => `__task_${this.counter++}`,
      'braces',
    ).entries()) {
      const result = this.script(text, inner, reading, options, `${name}.${part}`);
      if (ignored !== undefined || result === 'ok') continue;
      status = result;
      if (result === 'fails' && text.when.length === 0) return 'fails';
    }
    return status;
  }

  private script(
    text: RecipeText,
    frame: Frame,
    reading: TaskfileReading,
    options: ShellOptions,
    name: string,
  ): Status {
    const when = both(frame.when, text.when);
    if (when === undefined || text.text.text.trim() === '' || !this.world.budget.spend(STEPS_PER_RECIPE)) return 'ok';
    return runScript(
      this.world,
      { ...frame, when, env: new Map([...frame.env, ...text.bindings]) },
      { script: parseRecipe(text.text), name, lines: reading.lines, options, capture: false },
    ).status;
  }

  // ── variables ─────────────────────────────────────────────────────────────────────────────────

  /**
   * The task's own variables, the caller's, the file's, the main file's, the environment: the first that has a name
   * wins.
   */
  private scopeOf({ task, reading, folder }: Found, passed: ReadonlyMap<string, Values>): TaskScope {
    const special = new Map<string, Values>([
      ['TASK', always(literal(task.name))],
      ['ROOT_DIR', at(this.files[0]!.folder)],
      ['TASKFILE_DIR', at(folder)],
      ['USER_WORKING_DIR', this.frame.cwd === undefined ? always(hole('USER_WORKING_DIR')) : at(this.frame.cwd)],
      ['CLI_ARGS', this.outside.rest ?? always(this.frame.openEnvironment ? hole('CLI_ARGS') : literal(''))],
      ['TIMESTAMP', always(hole('TIMESTAMP', 'unique'))],
    ]);
    const levels = [task.vars, reading.vars, this.files[0]!.reading.vars, reading.env, this.files[0]!.reading.env];
    const cache = new Map<string, Values>();
    const busy = new Set<string>();
    const valueIn = (name: string): Values | undefined => {
      const ready = cache.get(name) ?? special.get(name);
      if (ready !== undefined) return ready;
      const own = busy.has(name) ? undefined : task.vars.find((one) => one.name === name);
      const variable =
        own ??
        (busy.has(name)
          ? undefined
          : passed.has(name)
            ? undefined
            : levels
                .slice(1)
                .flat()
                .find((one) => one.name === name));
      if (variable === undefined)
        return passed.get(name) ?? this.outside.given.get(name) ?? this.outside.environment(name);
      busy.add(name);
      const values = this.valueOf(variable, scope);
      busy.delete(name);
      cache.set(name, values);
      return values;
    };
    const scope: TaskScope = {
      open: this.frame.openEnvironment,
      variable: (name) => {
        const values = valueIn(name);
        return values === undefined ? undefined : mapValues(values, name, (one) => byName(name, one));
      },
    };
    return scope;
  }

  private valueOf(variable: TaskVariable, scope: TaskScope): Values {
    if (variable.command !== undefined) return this.output(renderTemplate(variable.command, scope), variable.name);
    return variable.value === undefined ? always(hole(variable.name)) : renderTemplate(variable.value, scope);
  }

  private output(command: Values, name: string): Values {
    const text = command.length === 1 ? known(command[0]!.value) : undefined;
    if (text === undefined) return always(hole(name));
    const before = this.outputs.get(text);
    if (before !== undefined) return before;
    this.outputs.set(text, always(hole(name)));
    if (!this.world.budget.spend()) return always(hole(name));
    const { reading, folder } = this.files[0]!;
    const { script } = parseScript(text, () => 0);
    const outcome = runScript(
      this.world,
      { ...this.frame, cwd: folder },
      { script, name: `${reading.file}#${name}`, lines: reading.lines, options: PLAIN_SHELL },
    );
    const values = outcome.stdout?.map((one) => ({ ...one, value: withoutNewline(one.value) })) ?? always(hole(name));
    this.outputs.set(text, values);
    return values;
  }

  private frameFor({ task, reading, folder }: Found, scope: TaskScope, via: readonly Hop[]): Frame {
    const { frame } = this;
    const env = new Map(frame.env);
    for (const one of [...this.files[0]!.reading.env, ...reading.env, ...task.env])
      if (!frame.env.has(one.name)) env.set(one.name, this.valueOf(one, scope));
    const dir = task.dir === undefined ? '' : known(renderTemplate(task.dir, scope)[0]?.value);
    return {
      ...frame,
      via,
      env,
      cwd: dir === undefined ? undefined : joinPath(folder, dir),
      ...(frame.nested === undefined ? {} : { nested: { ...frame.nested, depth: frame.nested.depth + 1 } }),
    };
  }
}

function at(folder: string): Values {
  return always(literal(folder === '' ? PROJECT_ROOT : `${PROJECT_ROOT}/${folder}`));
}

function withoutNewline(text: Values[number]['value']): Values[number]['value'] {
  const last = text.at(-1);
  return last === undefined
    ? text
    : [...text.slice(0, -1), ...respelled(last, (spelled(last) ?? '').replace(/\n+$/, ''))];
}

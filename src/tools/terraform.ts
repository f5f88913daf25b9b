/**
 * `terraform`, `tofu` and `terragrunt`: what an apply declares, with the variables it is given, and what an output
 * prints.
 */
import { posix } from 'node:path';
import { ALWAYS, compatible, restsOnDefault, type Values } from '../core/choices.ts';
import type { Range } from '../core/site.ts';
import { judged } from '../core/sealed.ts';
import { known, concat, hole, literal, textKey, type Text } from '../core/text.ts';
import { applyModule, outputNames, outputValues, variableNames, wrappedModule } from '../parsers/terraform/run.ts';
import type { RootCall } from '../parsers/terraform/scope.ts';
import { fromValues, type Value } from '../parsers/terraform/value.ts';
import { readValueFile } from '../parsers/terraform/variables.ts';
import type { CommandResult, Frame, Invocation, Machine, World } from '../project/evaluation.ts';
import { steering } from './environment.ts';
import { parseOptions, type Options } from './options.ts';
import { either } from './probes.ts';
import { cut } from './texts.ts';

type Given = Pick<RootCall, 'given' | 'open' | 'filesNamed'>;

/** What a plan was given holds for the apply of that plan, and for the outputs after it. */
const plans = new WeakMap<Machine, Map<string, Given>>();

/** Plans that a pipeline saves to a file: another job of it may apply one. Two under one name can't be told apart. */
const saved = new WeakMap<World['called'], Map<string, { readonly run: string; readonly given: Given | 'several' }>>();

export function terraform(invocation: Invocation): CommandResult {
  const options = parseOptions(invocation.args, {
    values: [
      '-var',
      '-var-file',
      '--var',
      '--var-file',
      '-out',
      '--out',
      '-chdir',
      '--terragrunt-working-dir',
      '--working-dir',
      '--terragrunt-config',
    ],
    singleDashLong: true,
  });
  const words = options.positionals.map((arg) => known(arg.text) ?? '').filter((word) => !RUNS.has(word));
  const [verb, name] = words;
  const label = `${invocation.name} ${verb ?? ''}`;
  // LocalStack's: what it applies, and with which variables, is nothing to AWS.
  if (verb === 'apply' && invocation.name === 'tflocal') return {};
  if (verb === 'apply' && !options.has('-destroy')) {
    apply(invocation, options, label);
    invocation.emit({ kind: 'rollout', site: invocation.site, label, service: 'any', effect: 'on change' });
    return { long: { what: 'deploy', label, ...unlocked(options) } };
  }
  if (verb === 'apply' || verb === 'destroy') return { long: { what: 'destroy', label, ...unlocked(options) } };
  if (verb === 'output') return { stdout: printed(invocation, options, name) };
  if (verb === 'plan') remember(invocation, options);
  return verb === 'plan' || verb === 'state' || verb === 'workspace' ? either({}) : {};
}

function unlocked(options: Options): { readonly unlocked?: true } {
  const value = options.value('-lock') ?? options.value('--lock');
  return judged(value) === 'false' ? { unlocked: true } : {};
}

/** The folder it works in; undefined when that can't be told. */
function folderOf(invocation: Invocation, options: Options): string | undefined {
  const stated = options.value('-chdir') ?? options.value('--terragrunt-working-dir') ?? options.value('--working-dir');
  const path = invocation.path(stated ?? ['.']);
  return path === '.' ? '' : path?.replace(/\/$/, '');
}

function apply(invocation: Invocation, options: Options, label: string): void {
  const { world, frame, site } = invocation;
  const folder = folderOf(invocation, options);
  // A rehearsal follows one failure through the script; what it deploys is known already.
  if (folder === undefined || frame.nested?.failing !== undefined) return;
  const wrapped = wrappedModule(world, folder);
  const call: RootCall = {
    ...givenTo(invocation, options, folder),
    frame: { ...frame, cwd: folder, via: [...frame.via, { label, file: site.file, span: site.span }] },
  };
  if (wrapped === undefined) applyModule(world, folder, call);
  else
    applyModule(
      world,
      wrapped.folder,
      { ...call, given: new Map([...wrapped.given, ...call.given]), open: true },
      folder,
    );
}

function remember(invocation: Invocation, options: Options): void {
  const folder = folderOf(invocation, options);
  if (folder === undefined) return;
  const {
    frame: { machine, run },
    world: { called },
  } = invocation;
  const given = stated(invocation, options, folder);
  const own = plans.get(machine) ?? new Map<string, Given>();
  plans.set(machine, own.set(folder, given));
  const file = options.value('-out') ?? options.value('--out');
  if (file === undefined) return;
  const files = saved.get(called) ?? new Map<string, { run: string; given: Given | 'several' }>();
  const key = planKey(run, folder, file);
  const before = files.get(key);
  saved.set(called, files.set(key, { run, given: before === undefined || before.run === run ? given : 'several' }));
}

/** A plan keeps its name on the way from job to job, and is applied where it was made. */
function planKey(run: string, folder: string, file: Text): string {
  const name = judged(file);
  return `${run.replace(/#.*$/s, '')} ${folder} ${name === undefined ? textKey(file) : posix.basename(name)}`;
}

function givenTo(invocation: Invocation, options: Options, folder: string): Given {
  const own = stated(invocation, options, folder);
  const file = options.positionals.filter(({ text }) => !RUNS.has(known(text) ?? ''))[1];
  const planned =
    plans.get(invocation.frame.machine)?.get(folder) ??
    (file === undefined || !isApply(options) ? undefined : elsewhere(invocation, folder, file.text));
  return planned === undefined ? own : { ...planned, given: new Map([...planned.given, ...own.given]) };
}

/** What the plan of another job was given: whatever it may have been, where nobody here makes that plan. */
function elsewhere({ world: { called }, frame: { run } }: Invocation, folder: string, file: Text): Given {
  const found = saved.get(called)?.get(planKey(run, folder, file))?.given;
  return found === undefined || found === 'several' ? { given: new Map(), open: true } : found;
}

const RUNS: ReadonlySet<string> = new Set(['run-all', 'run']);

function isApply({ positionals }: Options): boolean {
  return positionals.some(({ text }) => known(text) === 'apply');
}

/** `TF_VAR_name`, then `-var-file` and `-var` in their order. */
function stated(invocation: Invocation, options: Options, folder: string): Given {
  const { world, frame } = invocation;
  const given = new Map<string, Value>();
  const paths: (string | undefined)[] = [];
  let open = frame.openEnvironment || options.unknown.length > 0;
  for (const name of variableNames(world, folder)) {
    const value = steering(invocation, `TF_VAR_${name}`);
    if (value !== undefined) given.set(name, exported(invocation, `TF_VAR_${name}`) ?? text(invocation, value));
  }
  for (const { name, value } of options.list) {
    if (value === undefined) continue;
    if (name.endsWith('-var')) {
      const assigned = cut(value, '=');
      const variable = assigned === undefined ? undefined : judged(assigned[0])?.trim();
      if (assigned === undefined || variable === undefined) open = true;
      else given.set(variable, text(invocation, assigned[1]));
    } else if (name.endsWith('-var-file')) {
      const path = judged(value);
      paths.push(path);
      const values = path === undefined ? undefined : readValueFile(world, posix.normalize(posix.join(folder, path)));
      if (values === undefined) open = true;
      for (const [variable, one] of values ?? []) given.set(variable, one);
    }
  }
  return { given, open, filesNamed: paths.length > 0 && !paths.includes(undefined) };
}

const NO_RANGE: Range = [0, 0];

function text(invocation: Invocation, value: Text): Value {
  return toValue(invocation, [{ value, when: ALWAYS }]);
}

/** With all the ways in which the environment may have it here. */
function exported(invocation: Invocation, variable: string): Value | undefined {
  const { env, when } = invocation.frame;
  const ways = env.get(variable)?.filter((one) => compatible(one.when, when)) ?? [];
  return ways.length === 0 ? undefined : toValue(invocation, ways);
}

function toValue({ site }: Invocation, values: Values): Value {
  return fromValues(values, { lines: { file: site.file, starts: [0] }, range: NO_RANGE });
}

/** `terraform output -raw name`, or all outputs as JSON. */
function printed(invocation: Invocation, options: Options, name: string | undefined): Text {
  const folder = folderOf(invocation, options);
  const nothing = hole(`terraform output ${name ?? ''}`.trimEnd());
  if (folder === undefined) return nothing;
  const isJson = options.has('-json') || options.has('--json');
  if (name !== undefined) {
    const value = outputText(invocation, options, folder, name);
    return value === undefined
      ? nothing
      : isJson
        ? concat(literal('"'), value, literal('"\n'))
        : concat(value, literal('\n'));
  }
  if (!isJson) return nothing;
  const entries = outputNames(invocation.world, wrappedModule(invocation.world, folder)?.folder ?? folder).map(
    (each, index) =>
      concat(
        literal(`${index === 0 ? '' : ','}"${each}":{"value":"`),
        outputText(invocation, options, folder, each) ?? hole(`terraform output ${each}`),
        literal('"}'),
      ),
  );
  return entries.length === 0 ? nothing : concat(literal('{'), ...entries, literal('}\n'));
}

/** What holds unless somebody gives other variables. */
function outputText(invocation: Invocation, options: Options, folder: string, name: string): Text | undefined {
  const { world, frame } = invocation;
  const wrapped = wrappedModule(world, folder);
  const call: RootCall = { ...givenTo(invocation, options, folder), frame: rootFrame(frame, folder) };
  const values: Values | undefined =
    wrapped === undefined
      ? outputValues(world, folder, name, call)
      : outputValues(world, wrapped.folder, name, {
          ...call,
          given: new Map([...wrapped.given, ...call.given]),
          open: true,
        });
  const plain = values?.filter((one) => one.when.length === 0 || restsOnDefault(one.when)) ?? [];
  const [only] = plain;
  return plain.length === 1 && only !== undefined && only.value.length > 0 ? only.value : undefined;
}

function rootFrame(frame: Frame, folder: string): Frame {
  return { ...frame, cwd: folder };
}

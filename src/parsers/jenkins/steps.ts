/** What calls in a pipeline do: Jenkins's steps, the project's own functions, and what nobody here knows. */
import { always, given, byDefault, type Values } from '../../core/choices.ts';
import { hole, known, literal } from '../../core/text.ts';
import { joinPath } from '../../project/paths.ts';
import { MAY_DO_ALL } from '../github/actions/foreign.ts';
import { variableHole } from '../shell/names.ts';
import { pipeline } from './declarative.ts';
import { withVariables, type Here } from './here.ts';
import type { Interpreter } from './interpreter.ts';
import type { Call, Expression } from './reading.ts';
import { shell } from './shell.ts';
import { machineFor } from './machine.ts';
import { NOTHING, stringOf, text, unknown, valuesOf, type Value } from './values.ts';
import { methodCall } from './methods.ts';
import { parallel } from './ways.ts';

/** Steps that build, push and deploy nothing, and give nothing that a command is made of. */
const HARMLESS =
  /^(?:echo|println?|checkout|git|input|junit|archiveArtifacts|archive|cleanWs|deleteDir|stash|unstash|mail|emailext|slackSend|slackUploadFile|office365ConnectorSend|hipchatSend|discordSend|telegramSend|milestone|properties|sleep|isUnix|pwd|fileExists|library|publishHTML|publishCoverage|cobertura|jacoco|recordIssues|recordCoverage|scanForIssues|xunit|step|nexusArtifactUploader|nexusPublisher|waitForQualityGate|withSonarQubeEnv|dependencyCheck|dependencyCheckPublisher|snykSecurity|tool|jdk|maven|nodejs|gradle|updateGitlabCommitStatus|gitlabCommitStatus|githubNotify|setBuildStatus|notifyBuild|addBadge|addShortText|buildDiscarder|disableConcurrentBuilds|logRotator|pollSCM|cron|githubPush|triggers|skipDefaultCheckout|skipStagesAfterUnstable|preserveStashes|timestamps|ansiColor|durabilityHint|parallelsAlwaysFailFast|libraries|lib|upstream|writeJSON|writeYaml|zip|unzip|sha1|sha256|touch|findFiles|validateDeclarativePipeline|jiraSendBuildInfo|jiraComment|s3Upload|s3Download|s3Delete|cfnValidate|ecrListImages|unstable|allOf|anyOf|not|branch|expression|when|setGitHubPullRequestStatus|publishChecks|perfReport|allure|cucumber|getContext|bitbucketStatusNotify|dockerFingerprintFrom|dockerFingerprintRun|retry|lock|container|ws|wrap|script|steps|stages|post|withDockerRegistry|withDockerContainer|withDockerServer|readJSON|readYaml|readProperties|readMavenPom|readCSV|configFile|configFileProvider|warnError|buildName|buildDescription|waitUntil|podTemplate|containerTemplate|docker|any|label|booleanParam|always|success|failure)$/;

type Step = (interpreter: Interpreter, call: Call, here: Here, unused: boolean) => Value;

const STEPS: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['pipeline', (interpreter, call, here) => pipeline(interpreter, call, here)],
  ['sh', shell],
  ['node', node],
  ['stage', (interpreter, call, here, unused) => body(interpreter, call, withHop(interpreter, call, here), unused)],
  ['dir', folder],
  ['withEnv', environment],
  ['withCredentials', credentials],
  ['withAWS', account],
  ['parallel', together],
  ['timeout', limit],
  ['catchError', swallow],
  ['error', ends],
  ['load', loaded],
  ['readFile', (interpreter, call, here) => text(hole(`the content of ${first(interpreter, call, here) ?? 'a file'}`))],
  ['writeFile', write],
  ['ecrLogin', () => text(literal(':'))],
  ['string', parameter],
  ['choice', parameter],
  ['booleanParam', parameter],
  ['credentials', () => unknown('a credential')],
  ['parameters', (interpreter, call, here) => each(interpreter, call, here)],
  ['properties', (interpreter, call, here) => each(interpreter, call, here)],
]);

export function call(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const own = of.of === undefined ? interpreter.functions.get(of.name) : undefined;
  if (own !== undefined) return interpreter.function(own, of, here, unused);
  if (of.of !== undefined) return methodCall(interpreter, of, of.of, here, unused);
  const variable = here.scope.find(of.name);
  if (variable?.kind === 'closure') return interpreter.closure(variable, here, interpreter.args(of, here), unused);
  const step = STEPS.get(of.name);
  if (step !== undefined) return step(interpreter, of, here, unused);
  if (!HARMLESS.test(of.name)) {
    blindSpot(interpreter, of, here);
    return closures(interpreter, of, here, unused) ?? interpreter.open(of, here);
  }
  return body(interpreter, of, here, unused);
}

/** Runs the closures among the arguments. */
export function body(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  for (const one of of.args) if (one.kind !== 'closure') interpreter.evaluate(one, here);
  for (const { value } of of.named) interpreter.evaluate(value, here);
  return closures(interpreter, of, here, unused) ?? interpreter.open(of, here);
}

function closures(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value | undefined {
  let result: Value | undefined;
  for (const one of of.args)
    if (one.kind === 'closure') result = interpreter.closure(interpreter.evaluate(one, here), here, [], unused);
  return result;
}

function each(interpreter: Interpreter, of: Call, here: Here): Value {
  for (const one of [...of.args, ...of.named.map(({ value }) => value)])
    interpreter.closure(interpreter.evaluate(one, here), here);
  return NOTHING;
}

/** The first argument or the one of this name, where it is known. */
function first(interpreter: Interpreter, of: Call, here: Here, name = 'file'): string | undefined {
  const found = of.args.find(({ kind }) => kind !== 'closure') ?? of.named.find((one) => one.name === name)?.value;
  return found === undefined ? undefined : stringOf(interpreter.evaluate(found, here));
}

export function withHop(interpreter: Interpreter, of: Call, here: Here): Here {
  const name = first(interpreter, of, here, 'name') ?? '';
  return {
    ...here,
    via: [...here.via, interpreter.hop(`${interpreter.reading.file} › stage ${name}`, of.nameRange)],
  };
}

function node(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  return body(interpreter, of, { ...here, ...machineFor(interpreter, first(interpreter, of, here, 'label')) }, unused);
}

function folder(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const path = first(interpreter, of, here, 'path');
  const cwd =
    path === undefined || here.cwd === undefined
      ? undefined
      : joinPath(here.cwd, path.replace(/^(?:\$\{?WORKSPACE\}?|env\.WORKSPACE)\/?/, '') || '.');
  return body(interpreter, of, { ...here, cwd }, unused);
}

/** `withEnv(['A=b'])` */
function environment(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const [list, closure] = of.args;
  const given = list === undefined ? undefined : interpreter.evaluate(list, here);
  const variables = (given?.kind === 'list' ? given.items : []).flatMap((one): [string, Values][] => {
    const values = valuesOf(one, 'withEnv');
    const [head] = values[0]?.value ?? [];
    const name = typeof head === 'string' ? /^(\w+)=/.exec(head)?.[1] : undefined;
    if (name === undefined) return [];
    return [
      [
        name,
        values.map(({ value: [start, ...rest], when }) => ({
          value: [String(start).slice(name.length + 1), ...rest].filter((part) => part !== ''),
          when,
        })),
      ],
    ];
  });
  return closure === undefined
    ? NOTHING
    : interpreter.closure(interpreter.evaluate(closure, here), withVariables(here, variables), [], unused);
}

/** `[string(credentialsId: 'x', variable: 'TOKEN')]`: names, and none of the values. */
function credentials(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const [list] = of.args;
  const named = (list?.kind === 'list' ? list.items : []).flatMap((one) =>
    one.kind === 'call' ? one.named : one.kind === 'map' ? one.entries : [],
  );
  const variables = named.flatMap(({ name, value }): [string, Values][] => {
    const variable = /variable$/i.test(name) ? stringOf(interpreter.evaluate(value, here)) : undefined;
    return variable === undefined ? [] : [[variable, always(variableHole(variable))]];
  });
  const closure = of.args.at(-1);
  return closure?.kind === 'closure'
    ? interpreter.closure(interpreter.evaluate(closure, here), withVariables(here, variables), [], unused)
    : NOTHING;
}

/** `withAWS(region: 'eu-west-1', role: …)` */
function account(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const region = of.named.find(({ name }) => name === 'region')?.value;
  const values = region === undefined ? undefined : valuesOf(interpreter.evaluate(region, here), 'AWS_REGION');
  const inner =
    values === undefined
      ? here
      : withVariables(here, [
          ['AWS_REGION', values],
          ['AWS_DEFAULT_REGION', values],
        ]);
  return interpreter.closure(closureOf(interpreter, of, here), inner, [], unused);
}

function closureOf(interpreter: Interpreter, of: Call, here: Here): Value | undefined {
  const last = of.args.at(-1);
  return last?.kind === 'closure' ? interpreter.evaluate(last, here) : undefined;
}

/** `parallel a: { … }, b: { … }`, or a map of them. */
function together(interpreter: Interpreter, of: Call, here: Here): Value {
  const maps = of.args.map((one) => interpreter.evaluate(one, here));
  const branches = [
    ...of.named.map(({ value }) => interpreter.evaluate(value, here)),
    ...maps.flatMap((one) => (one.kind === 'map' ? [...one.entries.values()] : [])),
  ];
  parallel(
    interpreter,
    branches.map((one) => (inner) => void interpreter.closure(one, inner)),
    here,
  );
  return NOTHING;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['NANOSECONDS', 1e-9],
  ['MICROSECONDS', 1e-6],
  ['MILLISECONDS', 1e-3],
  ['SECONDS', 1],
  ['MINUTES', 60],
  ['HOURS', 3600],
  ['DAYS', 86_400],
]);

export function limitOf(interpreter: Interpreter, of: Call, here: Here): Here {
  const time = Number(first(interpreter, of, here, 'time'));
  const unit = of.named.find(({ name }) => name === 'unit')?.value;
  const size = UNITS.get((unit === undefined ? undefined : stringOf(interpreter.evaluate(unit, here))) ?? 'MINUTES');
  const silence = of.named.find(({ name }) => name === 'activity')?.value;
  const before = here.fate.limit?.seconds ?? Number.POSITIVE_INFINITY;
  // A limit on silence is none on time; of two the tighter one cuts off.
  if (Number.isNaN(time) || size === undefined || time <= 0 || time * size >= before) return here;
  if (silence?.kind === 'constant' && silence.value === 'true') return here;
  const by =
    unit === undefined
      ? `timeout(${time})`
      : `timeout of ${time} ${stringOf(interpreter.evaluate(unit, here))?.toLowerCase()}`;
  return {
    ...here,
    fate: { ...here.fate, limit: { seconds: time * size, by, site: interpreter.siteOf(of.range, here) } },
  };
}

function limit(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  return interpreter.closure(closureOf(interpreter, of, here), limitOf(interpreter, of, here), [], unused);
}

/** It lets the build fail or be unstable, unless it is told that neither is to be. */
function swallow(interpreter: Interpreter, of: Call, here: Here, unused: boolean): Value {
  const result = of.named.find(({ name }) => name === 'buildResult')?.value;
  const swallows = result !== undefined && stringOf(interpreter.evaluate(result, here)) === 'SUCCESS';
  const masked = {
    by: "catchError(buildResult: 'SUCCESS')",
    why: 'continue-on-error' as const,
    site: interpreter.siteOf(of.nameRange, here),
  };
  const value = interpreter.closure(
    closureOf(interpreter, of, here),
    swallows ? { ...here, fate: { ...here.fate, masked } } : here,
    [],
    unused,
  );
  if (interpreter.left === 'error') interpreter.left = undefined;
  return value;
}

function ends(interpreter: Interpreter): Value {
  interpreter.left = 'error';
  return NOTHING;
}

/** `string(name: 'TAG', defaultValue: 'dev')`: a caller may give another. */
function parameter(interpreter: Interpreter, of: Call, here: Here): Value {
  const argument = (name: string): Expression | undefined => of.named.find((one) => one.name === name)?.value;
  const [named, value] = [argument('name'), argument('defaultValue') ?? argument('choices')];
  const name = named === undefined ? undefined : stringOf(interpreter.evaluate(named, here));
  if (name === undefined) return NOTHING;
  const found = value === undefined ? undefined : interpreter.evaluate(value, here);
  // Of a choice, the first.
  const usual = found?.kind === 'list' ? found.items[0] : found;
  const whole = usual === undefined ? undefined : stringOf(usual);
  const [only] = whole === undefined ? [] : [whole.split('\n')[0] ?? ''];
  const key = `${name}@${interpreter.reading.file}`;
  interpreter.environment.parameters.set(
    name,
    only === undefined || only === ''
      ? always(variableHole(name))
      : [
          {
            value: literal(only),
            when: byDefault(key, { value: literal(only), site: interpreter.siteOf(value?.range ?? of.range, here) }),
          },
          { value: variableHole(name), when: given(key) },
        ],
  );
  return NOTHING;
}

/** Another file of Groovy: what it defines isn't known. */
function loaded(interpreter: Interpreter, of: Call, here: Here): Value {
  blindSpot(interpreter, of, here);
  return unknown('load');
}

function write(interpreter: Interpreter, of: Call, here: Here): Value {
  const [file, content] = ['file', 'text'].map((name) => of.named.find((one) => one.name === name)?.value);
  const name = file === undefined ? undefined : stringOf(interpreter.evaluate(file, here));
  const path = name === undefined || here.cwd === undefined ? undefined : joinPath(here.cwd, name);
  if (path !== undefined && content !== undefined)
    here.machine.files.set(path, valuesOf(interpreter.evaluate(content, here), name ?? 'text'));
  return NOTHING;
}

/** A step of a shared library or a plug-in that nobody here knows, and what it was given. */
export function blindSpot(interpreter: Interpreter, of: Call, here: Here): void {
  const texts = [
    ...of.args.map((value) => ({ role: undefined, value })),
    ...of.named.map(({ name, value }) => ({ role: name, value })),
  ].flatMap(({ role, value }) => {
    if (value.kind === 'closure') return [];
    const found = interpreter.evaluate(value, here);
    return found.kind === 'text'
      ? found.values.slice(0, 4).map((one) => ({ ...(role === undefined ? {} : { role }), text: one.value }))
      : [];
  });
  if (texts.every((one) => known(one.text) === '')) return;
  interpreter.world.emit(
    {
      kind: 'blind-spot',
      what: 'action',
      label: of.name,
      may: MAY_DO_ALL,
      given: texts,
      site: interpreter.siteOf(of.nameRange, here),
    },
    interpreter.environment.frame(here),
  );
}

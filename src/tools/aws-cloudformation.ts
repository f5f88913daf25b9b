/** `aws cloudformation …`: templates deployed with the values a script gives their parameters. */
import { always, type Values } from '../core/choices.ts';
import { judged, seal } from '../core/sealed.ts';
import { known, literal, type Text } from '../core/text.ts';
import type { Arg, CommandResult, Invocation, LongCommand } from '../project/evaluation.ts';
import type { AwsCall, AwsHandler, AwsHandlers } from './aws.ts';
import { content, filePath } from './aws-values.ts';
import { answer, line } from './environment.ts';
import { parseJsonText, textAt, type JsonText } from './json-text.ts';
import { look, wait } from './probes.ts';
import { stackOutput, type Asked } from './stack-outputs.ts';
import { evaluateStack } from './stacks.ts';
import { cut, head, split } from './texts.ts';
import { defined } from '../core/optional.ts';

export interface StackParameters {
  readonly values: ReadonlyMap<string, Values>;
  /** Some word may hold any parameter. */
  readonly open: boolean;
}

/** `Key=Value …`, `ParameterKey=K,ParameterValue=V …`, or a JSON file of either shape. */
export function readParameters(invocation: Invocation, words: readonly Arg[]): StackParameters {
  const values = new Map<string, Values>();
  let open = false;
  const set = (key: Text | undefined, value: Text | undefined): void => {
    // A name that the template doesn't declare goes no further.
    const name = judged(key);
    if (name === undefined) open = true;
    else if (value !== undefined) values.set(name, always(value));
  };
  for (const word of words) {
    const start = head(word.text);
    if (start.startsWith('file://') || /^\s*[[{]/.test(start)) {
      const text = content(invocation, word);
      const json = text === undefined ? undefined : parseJsonText(text);
      if (json === undefined) open = true;
      else readDocument(json, set);
    } else if (start.startsWith('ParameterKey=')) {
      readPair(word.text, set);
    } else {
      const assigned = cut(word.text, '=');
      if (assigned === undefined) open = true;
      else set(assigned[0], assigned[1]);
    }
  }
  return { values, open };
}

function readPair(text: Text, set: (key: Text | undefined, value: Text | undefined) => void): void {
  // A value may hold commas (a list), so it ends only where another key begins.
  const value = cut(text, 'ParameterValue=')?.[1];
  const key = split(cut(text, 'ParameterKey=')?.[1] ?? [], ',')[0];
  set(key, value === undefined ? undefined : (cut(value, ',UsePreviousValue=')?.[0] ?? value));
}

function readDocument(json: JsonText, set: (key: Text | undefined, value: Text | undefined) => void): void {
  if (json.kind === 'list') {
    for (const item of json.items) {
      if (item.kind !== 'string') set(textAt(item, 'ParameterKey'), textAt(item, 'ParameterValue'));
      else if (head(item.text).startsWith('ParameterKey=')) readPair(item.text, set);
      else set(cut(item.text, '=')?.[0], cut(item.text, '=')?.[1]);
    }
    return;
  }
  if (json.kind !== 'object') return;
  const inner = json.entries.get('Parameters');
  if (inner !== undefined) {
    readDocument(inner, set);
    return;
  }
  for (const [key, value] of json.entries)
    if (value.kind === 'string') set(json.about === undefined ? literal(key) : seal(key, json.about), value.text);
}

/** The template as the project has it; `aws cloudformation package` and the like write a copy of it elsewhere. */
function templateOf(invocation: Invocation, call: AwsCall): string | undefined {
  const file = call.value('--template-file');
  if (file !== undefined) return invocation.path(file.text);
  const body = call.value('--template-body');
  return body === undefined ? undefined : filePath(invocation, body);
}

function deployStack(invocation: Invocation, call: AwsCall): void {
  const file = templateOf(invocation, call);
  const stackName = call.value('--stack-name')?.text;
  const parameters = readParameters(
    invocation,
    (call.options.get('--parameter-overrides') ?? call.options.get('--parameters'))?.values ?? [],
  );
  const label = `aws cloudformation ${call.operation}`;
  if (file !== undefined) {
    evaluateStack(invocation, {
      file: packaged(invocation, file),
      label,
      parameters,
      ...defined({ stackName, region: call.region }),
    });
  }
  invocation.emit({
    kind: 'rollout',
    site: invocation.site,
    label,
    service: 'any',
    effect: 'on change',
    ...defined({ name: stackName }),
  });
}

/** Remembers in the machine's files which template a packaged one was made from. */
const PACKAGED = 'packaged:';

const packageTemplate: AwsHandler = (invocation, call) => {
  const source = templateOf(invocation, call);
  const output = call.value('--output-template-file');
  const target = output === undefined ? undefined : invocation.path(output.text);
  if (source !== undefined && target !== undefined)
    invocation.frame.machine.files.set(PACKAGED + target, always(literal(source)));
  return {};
};

function packaged(invocation: Invocation, file: string): string {
  return judged(invocation.frame.machine.files.get(PACKAGED + file)?.[0]?.value) ?? file;
}

/** One that only begins the work answers at once: there is nothing to see on the way. */
function longOf(
  invocation: Invocation,
  call: AwsCall,
  unconfirmed: boolean,
  what: LongCommand['what'] = 'deploy',
): CommandResult {
  const label = `aws cloudformation ${call.operation}`;
  return {
    stdout: line(answer(invocation, label)),
    long: { what, label, ...(unconfirmed ? { quiet: true, unconfirmed: { site: invocation.site } } : {}) },
  };
}

const deploy: AwsHandler = (invocation, call) => {
  deployStack(invocation, call);
  return call.has('--no-execute-changeset') ? {} : longOf(invocation, call, false);
};

/** Returns as soon as the work has begun. */
const begin: AwsHandler = (invocation, call) => {
  deployStack(invocation, call);
  return longOf(invocation, call, true);
};

const changeSet: AwsHandler = (invocation, call) => {
  deployStack(invocation, call);
  return { stdout: line(answer(invocation, 'change set')) };
};

/** Makes the set, or changes all its stacks. */
const stackSet: AwsHandler = (invocation, call) => {
  deployStack(invocation, call);
  return { stdout: line(answer(invocation, 'stack set')) };
};

const execute: AwsHandler = (invocation, call) => longOf(invocation, call, true);
/** Whatever becomes of it, no image depends on it. */
const remove: AwsHandler = (invocation, call) => ({
  ...longOf(invocation, call, false),
  long: { what: 'destroy', label: `aws cloudformation ${call.operation}`, quiet: true },
});

const waits: AwsHandler = (invocation, call) => {
  const label = `aws cloudformation wait ${known(call.positionals[0]?.text) ?? ''}`.trimEnd();
  confirm(invocation, call, label);
  return wait(invocation, { stdout: [] });
};

function confirm(invocation: Invocation, call: AwsCall, label: string): void {
  const name = call.value('--stack-name')?.text;
  invocation.emit({
    kind: 'confirmation',
    site: invocation.site,
    what: 'stack',
    label,
    ...defined({ name }),
  });
}

const describe: AwsHandler = (invocation, call) => {
  confirm(invocation, call, `aws cloudformation ${call.operation}`);
  return look(invocation, { stdout: line(stackAnswer(invocation, call)) });
};

/** One output of one stack is the same value wherever it's asked for. */
function stackAnswer(invocation: Invocation, call: AwsCall): Text {
  const stack = judged(call.value('--stack-name')?.text);
  const asked = askedOf(call);
  const stated =
    asked === undefined
      ? undefined
      : stackOutput(invocation.world, invocation.frame, call.value('--stack-name')?.text, asked);
  if (stated !== undefined) return stated;
  if (asked === undefined || stack === undefined)
    return answer(invocation, asked?.name ?? `aws cloudformation ${call.operation}`);
  return [{ hole: `${stack}.${asked.name}@stack output`, nature: 'unknown' }];
}

/** The output that a query picks: of all stacks' exports, or of a stack by its key or by what it is exported as. */
function askedOf(call: AwsCall): Asked | undefined {
  const found = /\b(OutputKey|ExportName|Name)\s*==\s*[`'"]+([\w:.-]+)[`'"]+/.exec(
    judged(call.value('--query')?.text) ?? '',
  );
  if (found === null || (found[1] === 'Name') !== (call.operation === 'list-exports')) return undefined;
  return { by: found[1] === 'OutputKey' ? 'key' : 'export', name: found[2] ?? '' };
}

export const CLOUDFORMATION: AwsHandlers = new Map<string, AwsHandler>([
  ['deploy', deploy],
  ['create-stack', begin],
  ['update-stack', begin],
  ['create-change-set', changeSet],
  ['execute-change-set', execute],
  ['create-stack-set', stackSet],
  ['update-stack-set', stackSet],
  ['delete-stack', remove],
  ['package', packageTemplate],
  ['wait', waits],
  ['describe-stacks', describe],
  ['describe-stack-events', describe],
  ['list-exports', describe],
]);

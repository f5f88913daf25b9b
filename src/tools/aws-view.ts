/** What a call of the AWS CLI describes, as services see it: in options, in JSON and in shorthand. */
import { parseImageRef } from '../core/image-ref.ts';
import { judged } from '../core/sealed.ts';
import type { Site } from '../core/site.ts';
import { table } from '../core/table.ts';
import { hole, show, type Text } from '../core/text.ts';
import type { Arg, Invocation } from '../project/evaluation.ts';
import { originOf } from '../project/origin.ts';
import { emitWorkload } from '../project/workloads.ts';
import type { Said } from '../services/start.ts';
import type { Running, Stated, View } from '../services/view.ts';
import { defined, oneOrNone } from '../core/optional.ts';
import type { AwsCall } from './aws.ts';
import { field, jsonOf, nameFromArn } from './aws-values.ts';
import { at, isSaid, itemsAt, printed, saidWords, type JsonText } from './json-text.ts';
import { cut } from './texts.ts';

type Path = readonly string[];

/** Something may be said there that can't be read. */
const UNREADABLE: Text = hole('input');

/** Options that say the same thing in another way. */
const OTHER_OPTIONS: Readonly<Record<string, readonly string[]>> = table({
  ServiceName: ['--service-arn'],
  AgentRuntimeName: ['--agent-runtime-id'],
});

/** Fields that AWS's own interface calls otherwise than CloudFormation does. */
const OTHER_FIELDS: Readonly<Record<string, string>> = table({
  ImageTagMutabilityExclusionFilterValue: 'filter',
  BuildSpec: 'buildspec',
});

/** As some services write a field, and as others do. */
const spellings = (name: string): string[] => [name, lower(name), ...oneOrNone(OTHER_FIELDS[name])];

const option = (name: string): string => `-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export function viewOf(invocation: Invocation, call: AwsCall): View {
  const input = call.value('--cli-input-json');
  const whole = jsonOf(invocation, input);
  const own = ([first = '']: Path): Arg | undefined =>
    [option(first), ...(OTHER_OPTIONS[first] ?? [])].map((name) => call.value(name)).find((arg) => arg !== undefined);
  const inInput = whole === undefined || input === undefined ? undefined : viewOfJson(whole, () => input.site);
  const inOption = (arg: Arg): View | undefined => {
    const json = jsonOf(invocation, arg);
    return json === undefined ? undefined : viewOfJson(json, () => arg.site);
  };
  const get = (path: Path): readonly Stated[] => {
    const arg = own(path);
    if (arg !== undefined) return [statedIn(invocation, arg, path.slice(1))];
    if (inInput !== undefined) return inInput.get(...path);
    return [{ when: [], ...(input === undefined ? {} : { text: UNREADABLE, site: input.site }) }];
  };
  return {
    get: (...path) => get(path),
    images: (...path) => (own(path) === undefined ? (inInput?.images(...path) ?? []) : imagesIn(get(path))),
    words: (...path) => {
      const arg = own(path);
      if (arg === undefined) return inInput?.words(...path);
      const inside = inOption(arg);
      if (inside !== undefined) return inside.words(...path.slice(1));
      return path.length === 1 ? valuesOf(call, option(path[0]!)) : wordIn(statedIn(invocation, arg, path.slice(1)));
    },
    items: (...path) => {
      const arg = own(path);
      if (arg === undefined) return inInput?.items(...path) ?? [];
      return (
        inOption(arg)?.items(...path.slice(1)) ??
        call.options.get(option(path[0]!))!.values.map(ofShorthand(invocation))
      );
    },
    has: (...path) => get(path).some(({ text }) => text !== undefined),
  };
}

/** `filterType=WILDCARD,filter=dev*`: one of the values of an option. */
function ofShorthand(invocation: Invocation): (arg: Arg) => View {
  return (arg) => {
    const get = (path: Path): readonly Stated[] => [statedIn(invocation, arg, path)];
    return {
      get: (...path) => get(path),
      images: (...path) => imagesIn(get(path)),
      words: (...path) => wordIn(statedIn(invocation, arg, path)),
      items: () => [],
      has: (...path) => get(path).some(({ text }) => text !== undefined),
    };
  };
}

function statedIn(invocation: Invocation, arg: Arg, [...path]: Path): Stated {
  const { site } = arg;
  const json = jsonOf(invocation, arg);
  if (json !== undefined) return { ...viewOfJson(json, () => site).get(...path)[0]!, site };
  const text = path.length === 0 ? bare(arg.text) : inShorthand(invocation, arg, path);
  return { when: [], ...defined({ text }), ...(text === undefined ? {} : { site }) };
}

/** An ARN says the name at its end; an item may stand in a list's brackets. */
function bare(text: Text): Text {
  const word = judged(text);
  return word !== undefined && /^\[.*\]$/.test(word) ? [word.replace(/[[\]"'\s]/g, '')] : nameFromArn(text);
}

/** `ImageUri=…`, or `ImageRepository={ImageIdentifier=…,ImageRepositoryType=ECR}`; some services write names in lower case. */
function inShorthand(invocation: Invocation, arg: Arg, path: Path): Text | undefined {
  const name = path.at(-1)!;
  return spellings(name)
    .map((key) => (path.length === 1 ? field(invocation, arg, key) : nested(arg.text, `${key}=`)))
    .find((text) => text !== undefined);
}

/** The value after a key, wherever it stands in a shorthand. */
function nested(text: Text, key: string): Text | undefined {
  const rest = cut(text, key)?.[1];
  if (rest === undefined) return undefined;
  const beforeComma = cut(rest, ',')?.[0] ?? rest;
  return cut(beforeComma, '}')?.[0] ?? beforeComma;
}

function valuesOf(call: AwsCall, name: string): Said {
  const words = call.options.get(name)?.values.map(({ text }) => judged(text));
  return words?.every((word) => word !== undefined) === true ? words : 'unknown';
}

/** In shorthand a list of several stands in brackets, between the commas of which nobody splits here. */
function wordIn({ text }: Stated): Said {
  const word = judged(text);
  return text === undefined ? undefined : word === undefined || word.startsWith('[') ? 'unknown' : [word];
}

const lower = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

/** A document, in AWS's names with their first letter in either case. `place`: where a value of it stands. */
export function viewOfJson(json: JsonText, place: (path: Path) => Site): View {
  const find = (path: Path): { readonly json: JsonText | undefined; readonly path: Path; readonly unread: boolean } => {
    let inner: JsonText | undefined = json;
    const taken: string[] = [];
    for (const step of path) {
      // Nobody knows what is inside of what nobody knows.
      if (inner?.kind === 'string' && judged(inner.text) === undefined)
        return { json: inner, path: taken, unread: true };
      const name: string = spellings(step).find((one) => at(inner, one) !== undefined) ?? lower(step);
      inner = at(inner, name);
      taken.push(name);
    }
    return { json: inner, path: taken, unread: false };
  };
  const get = (path: Path): readonly Stated[] => {
    const { json: inner, path: taken, unread } = find(path);
    if (unread) return [{ text: UNREADABLE, when: [], site: place(taken) }];
    const [first] = inner?.kind === 'list' ? inner.items : [inner];
    const text = isSaid(first) ? (first?.kind === 'object' ? UNREADABLE : printed(first!)) : undefined;
    return [text === undefined ? { when: [] } : { text, when: [], site: place(taken) }];
  };
  return {
    get: (...path) => get(path),
    images: (...path) => (find(path).unread ? [] : imagesIn(get(path))),
    words: (...path) => saidWords(find(path).json),
    items: (...path) => {
      const { json: inner, path: taken } = find(path);
      return itemsAt(inner).map((item, index) => viewOfJson(item, (rest) => place([...taken, String(index), ...rest])));
    },
    has: (...path) => isSaid(find(path).json),
  };
}

function imagesIn(stated: readonly Stated[]): ReturnType<View['images']> {
  return stated.flatMap(({ text, ...way }) =>
    text === undefined ? [] : [{ ...way, image: { kind: 'ref' as const, ref: parseImageRef(text) } }],
  );
}

/** A workload that a command makes, or changes. */
export function emitRunning(invocation: Invocation, call: AwsCall, running: Running, label?: string): void {
  const name = running.names[0]?.text;
  const { site, frame } = invocation;
  emitWorkload(
    {
      site,
      origin: originOf({ kind: 'workload', site }, frame),
      label: label ?? (name === undefined ? `aws ${call.service} ${call.operation}` : show(name)),
      ways: [[]],
      more: { declared: false, ...defined({ region: call.region }) },
      emit: (fact) => invocation.emit(fact),
    },
    running,
  );
}

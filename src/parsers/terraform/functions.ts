/** Terraform's functions, as far as names and addresses of images are made with them. */
import { indexLines } from '../../core/site.ts';
import { Sealed } from '../../core/sealed.ts';
import { table } from '../../core/table.ts';
import type { HclExpression } from '../../syntax/hcl/reading.ts';
import { isList, parseJson, type Json } from '../../syntax/json.ts';
import { describe, type Env } from './expressions.ts';
import {
  NULL,
  combine,
  judgedString,
  list,
  made,
  one,
  sealed,
  text,
  unknown,
  type Place,
  type Single,
  type Value,
} from './value.ts';
import { type Told, type Apply, same } from './apply.ts';
import { TEXT_FUNCTIONS } from './text-functions.ts';
import { COLLECTION_FUNCTIONS } from './collection-functions.ts';
import { FILE_FUNCTIONS } from './file-functions.ts';

type Call = Extract<HclExpression, { kind: 'call' }>;
type Inner = (each: HclExpression) => Value;

/** The value of a call; undefined for functions nobody can follow. */
export function callFunction(call: Call, env: Env, place: Place, inner: Inner): Value | undefined {
  const name = call.name.replace(/^core::/, '');
  if (name === 'try') return tried(call.args, inner);
  if (name === 'can')
    return one(
      text(
        String(!inner(call.args[0] ?? call).some((way) => way.value.kind === 'unknown' && way.value.absent === true)),
      ),
      place,
    );
  const apply = FUNCTIONS[name];
  if (apply === undefined) return undefined;
  const told: Told = {
    env,
    place,
    unknown: one(unknown(`${describe(call)}${env.scope.suffix}#${call.range[0]}`, NATURES.get(name)), place),
  };
  return combine(call.args.map(inner), describe(call), place, (args) => apply(args, told));
}

/** The first that can be evaluated. */
function tried(args: readonly HclExpression[], inner: Inner): Value | undefined {
  for (const [index, arg] of args.entries()) {
    const value = inner(arg);
    if (index === args.length - 1 || !value.every((way) => way.value.kind === 'unknown' && way.value.absent === true))
      return value;
  }
  return undefined;
}

/** Differ whenever their input does: the time, the content of files. */
const NATURES: ReadonlyMap<string, 'unique'> = new Map(
  [
    'timestamp',
    'plantimestamp',
    'uuid',
    'formatdate',
    'timeadd',
    'filemd5',
    'filesha1',
    'filesha256',
    'filesha512',
    'filebase64sha256',
    'md5',
    'sha1',
    'sha256',
    'sha512',
    'base64sha256',
  ].map((name) => [name, 'unique']),
);

const FUNCTIONS: Readonly<Record<string, Apply>> = table({
  ...TEXT_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...FILE_FUNCTIONS,
  tostring: same,
  tonumber: same,
  tobool: same,
  nonsensitive: same,
  sensitive: same,
  coalesce: (args, told) =>
    one(args.find((each) => each.kind !== 'null' && judgedString(each) !== '') ?? NULL, told.place),
  max: numbers(Math.max),
  min: numbers(Math.min),
  jsonencode: encoded,
  // JSON is YAML too.
  yamlencode: encoded,
  jsondecode: ([value], told) => {
    if (value?.kind === 'json') return value.value;
    const whole = value === undefined ? undefined : judgedString(value);
    const parsed =
      whole === undefined ? undefined : parseJson({ file: '', text: whole, lines: indexLines('', whole) }).value;
    const about = value?.kind === 'text' ? value.text.find((part) => part instanceof Sealed) : undefined;
    if (parsed === undefined) return told.unknown;
    return about instanceof Sealed ? sealed(fromJson(parsed, told.place), about.about) : fromJson(parsed, told.place);
  },
  ...Object.fromEntries([...NATURES.keys()].map((name) => [name, (_: readonly Single[], told: Told) => told.unknown])),
});

function encoded([value]: readonly Single[], told: Told): Value {
  return value === undefined ? told.unknown : one({ kind: 'json', value: one(value, told.place) }, told.place);
}

function numbers(pick: (...values: number[]) => number): Apply {
  return (args, told) => {
    const values = args.map((each) => Number(judgedString(each) ?? Number.NaN));
    return values.length > 0 && values.every(Number.isFinite)
      ? one(made(String(pick(...values)), ...args), told.place)
      : told.unknown;
  };
}

export function fromJson(value: Json, place: Place): Value {
  if (value === null) return one(NULL, place);
  if (isList(value)) return one(list(value.map((item) => fromJson(item, place))), place);
  if (typeof value === 'object')
    return one(
      { kind: 'object', entries: new Map(Object.entries(value).map(([key, item]) => [key, fromJson(item, place)])) },
      place,
    );
  return one(text(String(value)), place);
}

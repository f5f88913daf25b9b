/**
 * What expressions evaluate to: small sets of guarded alternatives, as everywhere, over JavaScript's kinds of values.
 */
import type { ts } from 'ts-morph';
import { ALWAYS, type When } from '../../../core/choices.ts';
import { spelled } from '../../../core/sealed.ts';
import { hole, literal, show, type Nature, type Text } from '../../../core/text.ts';
import type { CdkContextUse, CdkSource } from '../reading.ts';
import { objectHole } from '../reading.ts';
import type { Scope } from './scope.ts';

export interface Alt {
  readonly value: Single;
  readonly when: When;
  readonly source?: CdkSource;
  /** Of an address put together here: where the tag at its end is said. */
  readonly tag?: CdkSource;
}

/** Never empty. */
export type Value = readonly Alt[];

export interface TextValue {
  readonly kind: 'text';
  readonly text: Text;
  readonly context?: ContextNote;
}
/** `absent`: undefined because nobody wrote the property there, which isn't the same to a spread. */
export interface LiteralValue {
  readonly kind: 'literal';
  readonly value: number | boolean | null | undefined;
  readonly absent?: true;
}
interface RegexValue {
  readonly kind: 'regex';
  readonly source: string;
  readonly flags: string;
}

/** Follows a context value wherever it goes, to learn what it's used as. */
export interface ContextNote {
  readonly key: string;
  readonly source: CdkSource;
  readonly uses: CdkContextUse[];
}

/** Nothing is known but a name. A `root` lends its members no prefix: `props.tag` is `tag`. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly name: string;
  readonly scope: string;
  readonly nature: Nature;
  readonly root?: boolean;
  readonly context?: ContextNote;
}

export interface Entry {
  readonly value: Value;
  readonly keySource?: CdkSource;
  readonly valueSource?: CdkSource;
  readonly getter?: FunctionValue;
}

/** A plain object, or an instance of a project's class; `library` is the construct it is by inheritance. */
export interface ObjectValue {
  readonly kind: 'object';
  readonly entries: Map<string, Entry>;
  /** Choices already made when it came to be: a write under these alone needs no guard. */
  readonly born: When;
  open?: Unknown;
  cls?: ClassValue;
  library?: LibraryObject;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: Value[];
  open: boolean;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly node: ts.FunctionLikeDeclaration;
  readonly scope: Scope;
  readonly name: string;
  readonly self?: Value;
  readonly home?: ClassValue;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly node: ts.ClassLikeDeclaration;
  readonly scope: Scope;
  readonly name: string;
  readonly base?: Value;
  readonly statics: ObjectValue;
}

/** A name of a module outside the project (`module: 'global'` for the language's own). */
export interface SymbolValue {
  readonly kind: 'symbol';
  readonly module: string;
  readonly path: readonly string[];
}

/** An object of the library: made by `new`, a call, or a method of another. */
export interface LibraryObject {
  readonly kind: 'library';
  readonly id: number;
  readonly entry: string;
  readonly module: string;
  readonly name: string;
  readonly how: 'new' | 'call' | 'method' | 'set';
  readonly args: readonly Value[];
  readonly scope?: LibraryObject;
  readonly path: string;
  readonly target?: Single;
}

export interface MemberValue {
  readonly kind: 'member';
  readonly of: LibraryObject | MemberValue;
  readonly name: string;
}

export type Single =
  | TextValue
  | LiteralValue
  | RegexValue
  | Unknown
  | ObjectValue
  | ListValue
  | FunctionValue
  | ClassValue
  | SymbolValue
  | LibraryObject
  | MemberValue;

export const UNDEFINED: LiteralValue = { kind: 'literal', value: undefined };

export function one(value: Single, source?: CdkSource): Value {
  return [source === undefined ? { value, when: ALWAYS } : { value, when: ALWAYS, source }];
}

export const NOTHING: Value = one(UNDEFINED);

/** What a property is where nobody wrote it. */
export const ABSENT: Value = one({ kind: 'literal', value: undefined, absent: true });

/** As a value to hand on: reading what nobody wrote gives undefined. */
export function handedOn(value: Value): Value {
  return value.some((alt) => alt.value.kind === 'literal' && alt.value.absent === true)
    ? value.map((alt) =>
        alt.value.kind === 'literal' && alt.value.absent === true ? { ...alt, value: UNDEFINED } : alt,
      )
    : value;
}

export function primitive(value: string | number | boolean | null | undefined, source?: CdkSource): Value {
  return one(typeof value === 'string' ? { kind: 'text', text: literal(value) } : { kind: 'literal', value }, source);
}

export function unknown(name: string, scope = '', nature: Nature = 'unknown'): Unknown {
  return { kind: 'unknown', name, scope, nature };
}

export function textValue(text: Text, context?: ContextNote): TextValue {
  return context === undefined ? { kind: 'text', text } : { kind: 'text', text, context };
}

/** Name with the scope that tells it from others of that name. */
export function identity(value: Unknown): string {
  return value.scope === '' ? value.name : `${value.name}@${value.scope}`;
}

const ACCOUNT = /^(?:.*[._])?(?:aws_?|cdk_default_|target_?|deploy_?)?account(?:_?id)?$/i;
const REGION = /^(?:.*[._])?(?:aws_?|cdk_default_|default_?|target_?|deploy_?)?region$/i;
const UNIQUE =
  /(?:^|[._-])(?:sha|commit|commit_?sha|commit_?hash|git_?sha|git_?commit|build_?number|build_?id|run_?number|run_?id|resolved_source_version)$/i;

/** `env.account` is an account whatever object it's read from; `GITHUB_SHA` differs on every run. */
export function natureOf(name: string): Nature {
  if (ACCOUNT.test(name)) return 'account';
  if (REGION.test(name)) return 'region';
  return UNIQUE.test(name.replace(/([a-z])([A-Z])/g, '$1_$2')) ? 'unique' : 'unknown';
}

export function memberOf(value: Unknown, name: string): Unknown {
  const full = value.root === true ? name : `${value.name}.${name}`;
  const member = { kind: 'unknown', name: full, scope: value.scope, nature: natureOf(name) } as const;
  return value.context === undefined ? member : { ...member, context: value.context };
}

/** The string it becomes inside a template or a name. */
export function textOf(value: Single): Text {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'literal':
      return literal(String(value.value));
    case 'unknown':
      return hole(identity(value), value.nature);
    case 'symbol':
      return symbolText(value);
    case 'library':
      return hole(
        objectHole(value.entry, value.id, value.path === '' ? value.name : value.path),
        isUnique(value) ? 'unique' : 'unknown',
      );
    case 'member':
      return memberText(value);
    case 'object':
      return value.library === undefined ? hole('object') : textOf(value.library);
    case 'regex':
      return literal(`/${value.source}/${value.flags}`);
    case 'list':
      return hole('list');
    case 'function':
    case 'class':
      return hole(value.name);
  }
}

const isUnique = (value: LibraryObject): boolean => /(?:^|\.)(?:randomUUID|uuid|v4|nanoid|digest)$/.test(value.name);

function symbolText({ module, path }: SymbolValue): Text {
  const name = path.join('.');
  if (/(?:^|\.)Aws\.ACCOUNT_ID$/.test(name)) return hole('account', 'account');
  if (/(?:^|\.)Aws\.REGION$/.test(name)) return hole('region', 'region');
  if (/(?:^|\.)Aws\.URL_SUFFIX$/.test(name)) return literal('amazonaws.com');
  if (/(?:^|\.)Aws\.PARTITION$/.test(name)) return literal('aws');
  return hole(module === 'global' ? name : `${name}@${module}`);
}

/** The library object at the root of `a.b.c`, and the names on the way. */
export function memberPath(value: MemberValue): { object: LibraryObject; names: string[] } {
  const names: string[] = [];
  let at: LibraryObject | MemberValue = value;
  while (at.kind === 'member') {
    names.unshift(at.name);
    at = at.of;
  }
  return { object: at, names };
}

function memberText(value: MemberValue): Text {
  const { object, names } = memberPath(value);
  const last = value.name;
  const nature: Nature =
    last === 'account'
      ? 'account'
      : last === 'region'
        ? 'region'
        : last === 'assetHash' || last === 'imageTag'
          ? 'unique'
          : 'unknown';
  if (nature === 'account' || nature === 'region') return hole(nature, nature);
  return hole(
    objectHole(object.entry, object.id, object.path === '' ? object.name : object.path, names.join('.')),
    nature,
  );
}

export function knownText(value: Single): string | undefined {
  if (value.kind !== 'text') return undefined;
  return value.text.length === 0
    ? ''
    : value.text.length === 1 && typeof value.text[0] === 'string'
      ? value.text[0]
      : undefined;
}

/** True or false as JavaScript sees it; undefined when it can't be told. */
export function truth(value: Single): boolean | undefined {
  switch (value.kind) {
    case 'literal':
      return Boolean(value.value);
    case 'text':
      return value.text.length === 0
        ? false
        : value.text.some((part) => spelled(part) !== undefined)
          ? true
          : undefined;
    case 'unknown':
      return undefined;
    case 'member':
      return undefined;
    default:
      return true;
  }
}

export function isNullish(value: Single): boolean | undefined {
  if (value.kind === 'literal') return value.value === undefined || value.value === null;
  return value.kind === 'unknown' ? undefined : false;
}

/** How an import is called of what is exported under this name. */
export function importName(name: Single): string {
  return `import ${showSingle(name).replaceAll('"', '').replaceAll('@', '')}`;
}

/** For conditions' identities and messages. */
export function showSingle(value: Single): string {
  if (value.kind === 'text') return JSON.stringify(show(value.text));
  if (value.kind === 'unknown') return identity(value);
  if (value.kind === 'literal') return String(value.value);
  return show(textOf(value));
}

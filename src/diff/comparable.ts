/**
 * Two templates made comparable: what is written otherwise but means the same, or was put there by `package`, is no
 * change.
 */
import { known } from '../core/text.ts';
import { section } from '../parsers/cloudformation/reading.ts';
import type { Json } from '../syntax/json.ts';
import { parameterValues, type Scope } from '../parsers/cloudformation/scope.ts';

export type Body = Record<string, unknown>;

/** Copies that the differ may change. */
export function comparable(before: Scope | undefined, after: Scope): [Body, Body] {
  // YAML's `30` and JSON's `"30"` are one value to CloudFormation.
  const asText = before !== undefined && before.reading.written.format !== after.reading.written.format;
  const old = copy(before?.reading.body ?? {}, asText);
  const young = copy(after.reading.body, asText);
  if (before !== undefined) {
    substitute(old, young, differing(before, after));
    unpackage(old, young);
  }
  return [old, young];
}

function copy(value: Json, asText: boolean): Body {
  const made: unknown = JSON.parse(
    JSON.stringify(
      value,
      asText
        ? (_, one: unknown) => (typeof one === 'number' || typeof one === 'boolean' ? String(one) : one)
        : undefined,
    ),
  );
  return isPlainObject(made) ? made : {};
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// ── parameters ──────────────────────────────────────────────────────────────────────────────────

type Values = ReadonlyMap<string, readonly [before: string, after: string]>;

/** Parameters that the deploy gives another value than they have: their `Ref`s read alike and mean something else. */
function differing(before: Scope, after: Scope): Values {
  const found = new Map<string, readonly [string, string]>();
  for (const name of Object.keys(section(after.reading, 'Parameters'))) {
    const [old, young] = [only(before, name), only(after, name)];
    if (old !== undefined && young !== undefined && old !== young) found.set(name, [old, young]);
  }
  return found;
}

function only(scope: Scope, name: string): string | undefined {
  const values = parameterValues(scope, name);
  return values?.length === 1 ? known(values[0]?.value) : undefined;
}

function substitute(old: Body, young: Body, values: Values): void {
  if (values.size === 0) return;
  old['Resources'] = replaced(old['Resources'], (name) => values.get(name)?.[0]);
  young['Resources'] = replaced(young['Resources'], (name) => values.get(name)?.[1]);
}

function replaced(value: unknown, valueOf: (name: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((one) => replaced(one, valueOf));
  if (!isPlainObject(value)) return value;
  const [key, ...others] = Object.keys(value);
  const argument = key === undefined ? undefined : value[key];
  if (others.length === 0 && key === 'Ref' && typeof argument === 'string') return valueOf(argument) ?? value;
  if (others.length === 0 && key === 'Fn::Sub') {
    const [text, own] = Array.isArray(argument) ? [argument[0], argument[1]] : [argument, undefined];
    const inner = isPlainObject(own) ? own : {};
    const filled =
      typeof text !== 'string'
        ? text
        : text.replace(/\$\{([^!}][^}]*)\}/g, (whole, name: string) =>
            Object.hasOwn(inner, name.trim()) ? whole : (valueOf(name.trim()) ?? whole),
          );
    return { [key]: own === undefined ? filled : [filled, replaced(own, valueOf)] };
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one, valueOf)]));
}

// ── packaging ───────────────────────────────────────────────────────────────────────────────────

/**
 * Properties in whose place `sam package`, `sam deploy` and `aws cloudformation package` put an address: a local path
 * before is neither older nor newer.
 */
const PACKAGED = [
  'CodeUri',
  'ImageUri',
  'Code',
  'ContentUri',
  'Content',
  'DefinitionUri',
  'DefinitionS3Location',
  'Location',
  'TemplateURL',
];

function unpackage(old: Body, young: Body): void {
  const [before, after] = [old['Resources'], young['Resources']];
  if (!isPlainObject(before) || !isPlainObject(after)) return;
  for (const [id, resource] of Object.entries(after)) {
    const was = before[id];
    const [there, here] = [propertiesOf(was), propertiesOf(resource)];
    if (there === undefined || here === undefined || !isPlainObject(resource)) continue;
    const metadata = resource['Metadata'];
    const built = isPlainObject(metadata) && metadata['Dockerfile'] !== undefined;
    for (const name of PACKAGED) {
      if (isAddress(there[name]) && (isLocalPath(here[name]) || (built && (name === 'ImageUri' || name === 'Code'))))
        here[name] = there[name];
    }
  }
}

function propertiesOf(resource: unknown): Record<string, unknown> | undefined {
  const properties = isPlainObject(resource) ? resource['Properties'] : undefined;
  return isPlainObject(properties) ? properties : undefined;
}

function isAddress(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('://') || /\.dkr[.-]ecr\./.test(value);
  return (
    isPlainObject(value) &&
    ['S3Bucket', 'Bucket', 'ImageUri'].some(
      (key) => isAddress(value[key]) || (key !== 'ImageUri' && typeof value[key] === 'string'),
    )
  );
}

function isLocalPath(value: unknown): boolean {
  return (
    typeof value === 'string' && !value.includes('://') && !value.startsWith('arn:') && !/\.dkr[.-]ecr\./.test(value)
  );
}

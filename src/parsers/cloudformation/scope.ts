/**
 * One template being resolved for one stack: its parameters, the stack's name and place, and what has been worked out
 * already.
 */
import { ALWAYS, both, byDefault, given, when, type Values, type When } from '../../core/choices.ts';
import { siteOf, type Hop, type Site } from '../../core/site.ts';
import { sealText } from '../../core/sealed.ts';
import { isCredential } from '../../core/secrets.ts';
import { hole, known, literal, type Text } from '../../core/text.ts';
import { locate, section, type TemplateReading } from './reading.ts';
import { isList, isObject, type Json, type JsonPath, type What } from '../../syntax/json.ts';
import type { Frame, NewFact, World } from '../../project/evaluation.ts';

export interface TemplateCall {
  /** By name; what isn't here has its default or is unknown. */
  readonly parameters: ReadonlyMap<string, Values>;
  readonly stackName?: Text;
  readonly region?: Text;
  readonly account?: Text;
  readonly frame: Frame;
  /**
   * May somebody give parameters that aren't among `parameters`? By default: when none are given, as for a template
   * nobody deploys in the project.
   */
  readonly open?: boolean;
  /** Keeps templates apart that share a file. */
  readonly part?: string;
  /** What a tool in front of CloudFormation fills into strings (`${self:custom.name}`). */
  readonly fill?: (text: string) => Values;
  /** Of a synthesized cloud assembly. */
  readonly assembly?: AssemblyView;
  /** Of a stack that is deployed: the template of a stack that it nests, by logical id. */
  readonly nested?: DeployedNested;
}

export type DeployedNested = (
  logicalId: string,
) => { readonly reading: TemplateReading; readonly nested: DeployedNested } | undefined;

/** What an assembly knows about a template of its own. */
export interface AssemblyView {
  /** The asset whose image goes under this tag. */
  asset(tag: string): string | undefined;
  /** `Stack/path/to/Construct` */
  constructPath(logicalId: string): string | undefined;
  /** Where the construct is written, when that file is part of the project. */
  source(logicalId: string): Site | undefined;
  /** A nested stack's template, by the path that the assembly gives it, or else by `template file#logical id`. */
  template(path: string): { readonly reading: TemplateReading; readonly view: AssemblyView } | undefined;
  /** All stacks of the assembly: they import what others of them export. */
  readonly stacks: AssemblyStacks;
  readonly toolkitVersion?: string;
}

export type AssemblyStacks = (
  frame: Frame,
) => readonly { readonly reading: TemplateReading; readonly call: TemplateCall }[];

export interface Truth {
  readonly yes: readonly When[];
  readonly no: readonly When[];
}

interface Memo {
  readonly parameters: Map<string, Values | undefined>;
  readonly conditions: Map<string, Truth>;
  readonly nested: Map<string, Scope | undefined>;
  readonly names: Map<string, Values>;
  readonly outputs: Map<string, Values | undefined>;
  /** Resources, conditions and outputs being worked out, against circles. */
  readonly open: Set<string>;
  depth: number;
  /** What the template's `Rules` refuse. */
  refused: readonly When[];
}

export interface Scope {
  readonly world: World;
  readonly reading: TemplateReading;
  readonly call: TemplateCall;
  /** Keeps this template's holes apart from others of the same name: `@infra/api.yaml`. */
  readonly suffix: string;
  /** Loop variables of `Fn::ForEach`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Templates from the outermost stack down to this one. */
  readonly chain: readonly string[];
  readonly memo: Memo;
}

export const MAX_NESTED_STACKS = 8;

export function openScope(
  world: World,
  reading: TemplateReading,
  call: TemplateCall,
  chain: readonly string[] = [],
): Scope {
  const stack = known(call.stackName);
  return {
    world,
    reading,
    call,
    suffix: `@${reading.file}${call.part ?? ''}${stack === undefined ? '' : `#${stack}`}`,
    variables: new Map(),
    chain: [...chain, reading.file],
    memo: {
      parameters: new Map(),
      conditions: new Map(),
      nested: new Map(),
      names: new Map(),
      outputs: new Map(),
      open: new Set(),
      depth: 0,
      refused: [],
    },
  };
}

/**
 * A value of the template and the path it stands at, under the choices that led to it. `text` is a value that is
 * resolved already.
 */
export interface Node {
  readonly value: Json;
  readonly path: JsonPath;
  readonly when: When;
  readonly text?: Text;
}

export function nodeAt(scope: Scope, ...path: JsonPath): Node | undefined {
  let value: Json | undefined = scope.reading.body;
  for (const step of path) value = childValue(value, step);
  return value === undefined ? undefined : { value, path, when: ALWAYS };
}

export function childValue(value: Json | undefined, step: string | number): Json | undefined {
  if (isList(value)) return typeof step === 'number' ? value[step] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

export function child(node: Node | undefined, step: string | number): Node | undefined {
  const value = childValue(node?.value, step);
  return node === undefined || value === undefined ? undefined : { value, path: [...node.path, step], when: node.when };
}

/** The name and argument of an intrinsic function; undefined for plain data. */
export function intrinsic(value: Json): { readonly name: string; readonly argument: Json } | undefined {
  if (!isObject(value)) return undefined;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0 || !(name === 'Ref' || name === 'Condition' || name.startsWith('Fn::')))
    return undefined;
  return { name, argument: value[name] ?? null };
}

export function ownHole(scope: Scope, name: string): Text {
  return hole(`${name}${scope.suffix}`);
}

export function siteAt(scope: Scope, path: JsonPath, what: What = 'value'): Site {
  return siteOf(scope.reading.lines, locate(scope.reading, path, what) ?? [0, 0], scope.call.frame.via);
}

/**
 * Distinguishes this resolution of the template from others of the same one: other runs, other ways in, other stacks.
 */
export function identityOf(scope: Scope, id: string): string {
  const { run, via } = scope.call.frame;
  return [run, ...via.map((hop) => `${hop.file}:${hop.span.start}`), `${scope.suffix.slice(1)}#${id}`].join(' > ');
}

/** Emits a fact that holds under these choices, unless the way here excludes them. */
export function emit(scope: Scope, fact: NewFact, conditions: When): void {
  const { frame } = scope.call;
  const all = both(frame.when, conditions);
  if (all !== undefined && !isRefused(scope, all)) scope.world.emit({ ...fact, when: all }, frame);
}

/** The template's own rules don't let these choices be made together. */
function isRefused({ memo: { refused } }: Scope, conditions: When): boolean {
  return refused.some((way) =>
    way.every(({ cond, is }) => conditions.some((one) => one.cond === cond && one.is === is)),
  );
}

export function hopTo(scope: Scope, path: JsonPath, label: string): Hop {
  const { file, span } = siteAt(scope, path, 'key');
  return { label, file, span };
}

// ── parameters ──────────────────────────────────────────────────────────────────────────────────

/** A parameter's values; undefined when the template declares no such parameter. */
export function parameterValues(scope: Scope, name: string): Values | undefined {
  const { parameters } = scope.memo;
  if (!parameters.has(name)) parameters.set(name, bySensitivity(scope, name, readParameter(scope, name)));
  return parameters.get(name);
}

/** `NoEcho: true`, or a name that credentials go by: judged, and not shown. */
function bySensitivity(scope: Scope, name: string, values: Values | undefined): Values | undefined {
  const declared = childValue(section(scope.reading, 'Parameters'), name);
  const hidden =
    isCredential(name) || (isObject(declared) && (declared['NoEcho'] === true || declared['NoEcho'] === 'true'));
  const sealed = (conditions: When): When =>
    conditions.map((guard) =>
      guard.default === undefined
        ? guard
        : { ...guard, default: { ...guard.default, value: sealText(guard.default.value, name) } },
    );
  return hidden
    ? values?.map(({ value, when: conditions }) => ({ value: sealText(value, name), when: sealed(conditions) }))
    : values;
}

function readParameter(scope: Scope, name: string): Values | undefined {
  const declared = childValue(section(scope.reading, 'Parameters'), name);
  if (!isObject(declared)) return undefined;
  const handed = scope.call.parameters.get(name);
  if (handed !== undefined) return handed;
  const stated = declared['Default'];
  const type = typeof declared['Type'] === 'string' ? declared['Type'] : 'String';
  const unknown = ownHole(scope, name);
  const bound = scope.world.bindings.get(name);
  if (bound !== undefined && bound.length > 0)
    return bound.map((value) => ({ value: literal(value), when: when(`${name}${scope.suffix}`, value) }));
  if (stated === undefined || stated === null) return [{ value: unknown, when: ALWAYS }];
  const written = isList(stated) ? stated.map(plain).join(',') : plain(stated);
  // An SSM parameter type's default names the SSM parameter; its value is the same wherever it's looked up.
  const value = type.startsWith('AWS::SSM::Parameter::Value') ? hole(`resolve:ssm:${written}`) : literal(written);
  const open = scope.call.open ?? scope.call.parameters.size === 0;
  if (!open) return [{ value, when: ALWAYS }];
  const identity = `${name}${scope.suffix}`;
  return [
    { value, when: byDefault(identity, { value }) },
    { value: unknown, when: given(identity) },
  ];
}

export function plain(value: Json): string {
  return typeof value === 'string' ? value : value === null || typeof value === 'object' ? '' : String(value);
}

/** The values a parameter is limited to, where they are few. */
export function allowedValues(scope: Scope, holeName: string): readonly string[] | undefined {
  if (!holeName.endsWith(scope.suffix)) return undefined;
  const declared = childValue(section(scope.reading, 'Parameters'), holeName.slice(0, -scope.suffix.length));
  const allowed = childValue(declared, 'AllowedValues');
  if (!isList(allowed) || allowed.length < 2 || allowed.length > 8) return undefined;
  const values = allowed.map(plain);
  return values.every((value) => value !== '') ? values : undefined;
}

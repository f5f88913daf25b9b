/** Nested stacks: a template of the project used by another, with the parameters that one hands over. */
import { ALWAYS, type Values } from '../../core/choices.ts';
import { indexLines } from '../../core/site.ts';
import { table } from '../../core/table.ts';
import { known, literal } from '../../core/text.ts';
import { section, type TemplateReading } from './reading.ts';
import { isList, isObject, parseJson, type JsonPath } from '../../syntax/json.ts';
import type { World } from '../../project/evaluation.ts';
import {
  MAX_NESTED_STACKS,
  childValue,
  emit,
  hopTo,
  nodeAt,
  openScope,
  siteAt,
  type AssemblyView,
  type DeployedNested,
  type Node,
  type Scope,
  type TemplateCall,
} from './scope.ts';
import { texts, valuesOf } from './values.ts';
import { defined } from '../../core/optional.ts';

const LOCATIONS: Readonly<Record<string, string>> = table({
  'AWS::CloudFormation::Stack': 'TemplateURL',
  'AWS::Serverless::Application': 'Location',
  'AWS::CloudFormation::StackSet': 'TemplateURL',
});

/**
 * A stack that another one holds: nested, or the many of a stack set, or a module, whose resources become the stack's
 * own.
 */
export function isNestedStack(type: unknown): boolean {
  return typeof type === 'string' && (LOCATIONS[type] !== undefined || isModule(type));
}

/** `Acme::Shop::Service::MODULE` */
function isModule(type: string): boolean {
  return type.endsWith('::MODULE');
}

/**
 * A module's template is a file of its own beside the configuration that names its type; as a stack it means nothing.
 */
export function moduleOf(world: World, reading: TemplateReading): string | undefined {
  const folder = /^(?:(.*)\/)?fragments\/[^/]+$/.exec(reading.file);
  if (folder === null) return undefined;
  const path = `${folder[1] === undefined ? '' : `${folder[1]}/`}.rpdk-config`;
  const text = world.readings.text(path);
  if (text === undefined) return undefined;
  const { value } = parseJson({ file: path, text, lines: indexLines(path, text) });
  return isObject(value) && value['artifact_type'] === 'MODULE' && typeof value['typeName'] === 'string'
    ? value['typeName']
    : undefined;
}

/**
 * The stack that a resource nests, resolved with its parameters; undefined when its template isn't part of the project.
 */
export function nestedScope(scope: Scope, id: string): Scope | undefined {
  const { nested, open } = scope.memo;
  const key = `nested ${id}`;
  if (!nested.has(id) && !open.has(key)) {
    open.add(key);
    nested.set(id, openNested(scope, id));
    open.delete(key);
  }
  return nested.get(id);
}

function openNested(scope: Scope, id: string): Scope | undefined {
  const target = nestedTemplate(scope, id);
  if (target === undefined) return undefined;
  const within = scope.reading.bodies?.some(({ template }) => template === target.reading) === true;
  if (scope.chain.length > MAX_NESTED_STACKS || (!within && scope.chain.includes(target.reading.file))) {
    emit(
      scope,
      { kind: 'unfollowed', what: 'levels', most: MAX_NESTED_STACKS, site: siteAt(scope, ['Resources', id], 'key') },
      ALWAYS,
    );
    return undefined;
  }
  const parameters = new Map<string, Values>();
  for (const [name, node] of givenTo(scope, id)) {
    const values = valuesOf(scope, node);
    if (values !== undefined) parameters.set(name, values);
  }
  const { frame, region, account } = scope.call;
  const call: TemplateCall = {
    parameters,
    frame: { ...frame, via: [...frame.via, hopTo(scope, ['Resources', id], id)] },
    // What CloudFormation calls a nested stack begins with its parent's name and ends in random letters.
    ...(scope.call.stackName === undefined ? {} : { stackName: [...scope.call.stackName, ...literal(`-${id}`)] }),
    ...defined({ region, account }),
    open: false,
    ...(within ? { part: `${scope.call.part ?? ''}/${id}` } : {}),
    ...defined({ assembly: target.view, nested: target.nested }),
  };
  return openScope(scope.world, target.reading, call, scope.chain);
}

/** A stack set lists its parameters; a module's are its properties. */
function givenTo(scope: Scope, id: string): [string, Node | undefined][] {
  const type = typeOf(scope, id);
  const at: JsonPath = ['Resources', id, 'Properties', ...(type !== undefined && isModule(type) ? [] : ['Parameters'])];
  const given = nodeAt(scope, ...at);
  if (isList(given?.value)) {
    return given.value.flatMap((_, index): [string, Node | undefined][] => {
      const name = known(texts(scope, nodeAt(scope, ...at, index, 'ParameterKey'))[0]?.value);
      return name === undefined ? [] : [[name, nodeAt(scope, ...at, index, 'ParameterValue')]];
    });
  }
  return isObject(given?.value) ? Object.keys(given.value).map((name) => [name, nodeAt(scope, ...at, name)]) : [];
}

function typeOf(scope: Scope, id: string): string | undefined {
  const type = childValue(childValue(section(scope.reading, 'Resources'), id), 'Type');
  return typeof type === 'string' ? type : undefined;
}

interface Target {
  readonly reading: TemplateReading;
  readonly view?: AssemblyView;
  readonly nested?: DeployedNested;
}

function nestedTemplate(scope: Scope, id: string): Target | undefined {
  const type = typeOf(scope, id);
  if (type !== undefined && isModule(type)) {
    const reading = scope.world.readings.ofKind('template').find((one) => moduleOf(scope.world, one) === type);
    return reading === undefined ? undefined : { reading };
  }
  const property = type === undefined ? undefined : LOCATIONS[type];
  if (property === undefined) return undefined;
  const inline = scope.reading.bodies?.find(({ path }) => path[1] === id);
  if (inline !== undefined) return { reading: inline.template };
  if (scope.call.nested !== undefined) return scope.call.nested(id);
  const assetPath = nodeAt(scope, 'Resources', id, 'Metadata', 'aws:asset:path')?.value;
  if (scope.call.assembly !== undefined)
    return scope.call.assembly.template(typeof assetPath === 'string' ? assetPath : `${scope.reading.file}#${id}`);
  const location = known(texts(scope, nodeAt(scope, 'Resources', id, 'Properties', property))[0]?.value);
  const path = location === undefined ? undefined : localPath(scope.reading.file, location);
  const reading = path === undefined ? undefined : scope.world.readings.get(path);
  return reading?.kind === 'template' ? { reading } : undefined;
}

/**
 * A path that people write from the repository's root, or from a folder of it which the template lies in: the nearest
 * file that will do.
 */
export function fileNear({ reading }: Scope, path: string, will: (file: string) => boolean): string | undefined {
  const folders = reading.file.split('/').slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const file = localPath([...folders.slice(0, depth), '.'].join('/'), path.replace(/^\/+/, ''));
    if (file !== undefined && will(file)) return file;
  }
  return undefined;
}

/** A location relative to the template's folder; undefined for URLs and what leaves the project. */
export function localPath(from: string, location: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(location) || location.startsWith('/')) return undefined;
  const parts = from.split('/').slice(0, -1);
  for (const part of location.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

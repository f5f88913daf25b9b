/** Nested stacks: a template of the project used by another, with the parameters that one hands over. */
import type { Values } from '../../model/guard.ts';
import { known, literal } from '../../model/text.ts';
import { section, type TemplateReading } from '../../parsers/cloudformation/reading.ts';
import { isObject } from '../../parsers/json.ts';
import { MAX_NESTED_STACKS, childValue, hopTo, nodeAt, openScope, type AssemblyView, type DeployedNested, type Scope, type TemplateCall } from './scope.ts';
import { texts, valuesOf } from './values.ts';

const LOCATIONS: Readonly<Record<string, string>> = { 'AWS::CloudFormation::Stack': 'TemplateURL', 'AWS::Serverless::Application': 'Location' };

export function isNestedStack(type: unknown): boolean {
  return typeof type === 'string' && LOCATIONS[type] !== undefined;
}

/** The stack that a resource nests, resolved with its parameters; undefined when its template isn't part of the project. */
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
  if (scope.chain.length > MAX_NESTED_STACKS) return undefined;
  const target = nestedTemplate(scope, id);
  if (target === undefined || scope.chain.includes(target.reading.file)) return undefined;
  const parameters = new Map<string, Values>();
  const given = nodeAt(scope, 'Resources', id, 'Properties', 'Parameters');
  for (const name of isObject(given?.value) ? Object.keys(given.value) : []) {
    const values = valuesOf(scope, nodeAt(scope, 'Resources', id, 'Properties', 'Parameters', name));
    if (values !== undefined) parameters.set(name, values);
  }
  const { frame, region, account } = scope.call;
  const call: TemplateCall = {
    parameters,
    frame: { ...frame, via: [...frame.via, hopTo(scope, ['Resources', id], id)] },
    // What CloudFormation calls a nested stack begins with its parent's name and ends in random letters.
    ...(scope.call.stackName === undefined ? {} : { stackName: [...scope.call.stackName, ...literal(`-${id}`)] }),
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
    open: false,
    ...(target.view === undefined ? {} : { assembly: target.view }),
    ...(target.nested === undefined ? {} : { nested: target.nested }),
  };
  return openScope(scope.world, target.reading, call, scope.chain);
}

interface Target {
  readonly reading: TemplateReading;
  readonly view?: AssemblyView;
  readonly nested?: DeployedNested;
}

function nestedTemplate(scope: Scope, id: string): Target | undefined {
  const type = childValue(childValue(section(scope.reading, 'Resources'), id), 'Type');
  const property = typeof type === 'string' ? LOCATIONS[type] : undefined;
  if (property === undefined) return undefined;
  if (scope.call.nested !== undefined) return scope.call.nested(id);
  const assetPath = nodeAt(scope, 'Resources', id, 'Metadata', 'aws:asset:path')?.value;
  if (scope.call.assembly !== undefined) return scope.call.assembly.template(typeof assetPath === 'string' ? assetPath : `${scope.reading.file}#${id}`);
  const location = known(texts(scope, nodeAt(scope, 'Resources', id, 'Properties', property))[0]?.value);
  const path = location === undefined ? undefined : localPath(scope.reading.file, location);
  const reading = path === undefined ? undefined : scope.world.readings.get(path);
  return reading?.kind === 'template' ? { reading } : undefined;
}

/** A path that people write from the repository's root, or from a folder of it which the template lies in: the nearest file that will do. */
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

/**
 * A synthesized cloud assembly (`cdk.out`): stacks with their templates, image assets, and where in the source each
 * construct was made.
 */
import type { Unreadable } from '../../syntax/source.ts';
import { indexLines, type Lines, type Range } from '../../core/site.ts';
import type { TemplateReading } from '../cloudformation/reading.ts';
import { read as readTemplate } from '../cloudformation/read.ts';
import { section } from '../cloudformation/reading.ts';
import { read as readDockerfile } from '../dockerfile/read.ts';
import type { DockerfileReading } from '../dockerfile/reading.ts';
import { isList, isObject, parseJson, type Json, type JsonDocument } from '../../syntax/json.ts';
import type { ReadingBase, SourceText } from '../../syntax/source.ts';
import { defined } from '../../core/optional.ts';

export interface AssemblyReading extends ReadingBase {
  readonly kind: 'assembly';
  /** Project-relative; `file` is its manifest. */
  readonly folder: string;
  /** Nested assemblies' (stages') stacks included. */
  readonly stacks: readonly AssemblyStack[];
  /** One for each hash. */
  readonly images: readonly AssemblyImage[];
  /** Every JSON file that was read, so that none is judged a second time as a file of its own. */
  readonly parts: readonly string[];
  /** Stacks and stages at the top of the app, by every path that it mentions. */
  readonly tops: readonly string[];
}

export interface AssemblyStack {
  /** The artifact's id. */
  readonly id: string;
  readonly stackName: string;
  /** Absent for `aws://unknown-account/unknown-region`. */
  readonly account?: string;
  readonly region?: string;
  readonly template: TemplateReading;
  /** Of nested stacks, by the path that `aws:asset:path` gives, or else by `template file#logical id`. */
  readonly nested: Readonly<Record<string, TemplateReading>>;
  /** Construct paths (`Stack/Fn/Resource`) by logical id, for templates without `aws:cdk:path`. */
  readonly paths: Readonly<Record<string, string>>;
  /** Where constructs were made, by construct path, innermost call first. */
  readonly creation: Readonly<Record<string, readonly CodePosition[]>>;
}

/** As a stack trace gives it: an absolute path of the machine that synthesized. */
export interface CodePosition {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface AssemblyImage {
  readonly hash: string;
  /** Under which templates refer to it: the hash, with the author's prefix if there is one. */
  readonly tags: readonly string[];
  /** The assets file, and places in it. */
  readonly lines: Lines;
  readonly range: Range;
  readonly displayName?: string;
  /** Project-relative folder of the staged copy; absent when a program of the user's builds the image. */
  readonly directory?: string;
  /** Relative to `directory`. */
  readonly dockerfile: string;
  /** The staged copy, and its text, by which the project's own is found. */
  readonly staged?: { readonly text: string; readonly reading: DockerfileReading };
  readonly platform?: { readonly value: string; readonly range: Range };
  readonly target?: string;
  readonly buildArgs: readonly { readonly name: string; readonly value: string; readonly range: Range }[];
  /** `outputs` of the user's own: the toolkit doesn't vouch for what comes out. */
  readonly ownOutputs: boolean;
}

export interface AssemblyFiles {
  /** Throws when the file can't be read. */
  read(path: string): string;
  exists(path: string): boolean;
}

const MAX_NESTING = 5;

export function readAssembly(folder: string, files: AssemblyFiles): AssemblyReading {
  const reader: Reader = {
    folder,
    files,
    unreadable: [],
    parts: new Set(),
    stacks: [],
    images: new Map(),
    staged: new Map(),
    published: new Map(),
  };
  const manifest = `${folder}/manifest.json`;
  readManifest(reader, folder, 0);
  return {
    kind: 'assembly',
    file: manifest,
    lines: indexLines(manifest, ''),
    unreadable: reader.unreadable,
    suppressions: [],
    folder,
    stacks: reader.stacks,
    images: [...reader.images.values()],
    parts: [...reader.parts],
    tops: reader.stacks.flatMap(topsOf),
  };
}

function topsOf(stack: AssemblyStack): string[] {
  const stated = Object.values(section(stack.template, 'Resources')).flatMap((resource) => {
    const metadata = isObject(resource) ? resource['Metadata'] : undefined;
    const path = isObject(metadata) ? metadata['aws:cdk:path'] : undefined;
    return typeof path === 'string' ? [path] : [];
  });
  // A stack without resources has no paths.
  return [...new Set([stack.id, ...Object.values(stack.paths), ...stated].map((path) => path.split('/')[0] ?? ''))];
}

interface Reader {
  /** The outermost assembly's. */
  readonly folder: string;
  readonly files: AssemblyFiles;
  readonly unreadable: Unreadable[];
  readonly parts: Set<string>;
  readonly stacks: AssemblyStack[];
  readonly images: Map<string, AssemblyImage>;
  readonly staged: Map<string, NonNullable<AssemblyImage['staged']>>;
  /** Files by the key under which they are published: nested stacks' templates among them. */
  readonly published: Map<string, string>;
}

function load(reader: Reader, path: string): SourceText | undefined {
  if (reader.parts.has(path)) return undefined;
  reader.parts.add(path);
  try {
    const text = reader.files.read(path);
    return { file: path, text, lines: indexLines(path, text) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reader.unreadable.push({ file: path, line: 1, column: 1, reason: `the assembly names it: ${reason}` });
    return undefined;
  }
}

function loadJson(reader: Reader, path: string): { json: JsonDocument; source: SourceText } | undefined {
  const source = load(reader, path);
  if (source === undefined) return undefined;
  const json = parseJson(source);
  reader.unreadable.push(...json.unreadable);
  return { json, source };
}

/**
 * A file or folder of the assembly; undefined for names that lead out of it. A stage's images lie in the outer one's
 * folder (`../asset.…`).
 */
function inside(reader: Reader, folder: string, name: Json | undefined): string | undefined {
  if (typeof name !== 'string' || name === '' || name.startsWith('/') || name.includes('\\')) return undefined;
  const parts = folder.split('/');
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length <= reader.folder.split('/').length) return undefined;
    else parts.pop();
  }
  return parts.join('/');
}

function readManifest(reader: Reader, folder: string, depth: number): void {
  const manifest = loadJson(reader, `${folder}/manifest.json`)?.json.value;
  const listed = isObject(manifest) ? manifest['artifacts'] : undefined;
  const artifacts = Object.entries(isObject(listed) ? listed : {}).flatMap(([id, artifact]) =>
    isObject(artifact)
      ? [{ id, artifact, properties: isObject(artifact['properties']) ? artifact['properties'] : {} }]
      : [],
  );
  // Stacks find the templates they nest among the assets.
  for (const { artifact, properties } of artifacts) {
    if (artifact['type'] === 'cdk:asset-manifest')
      readAssets(reader, folder, inside(reader, folder, properties['file']));
  }
  for (const { id, artifact, properties } of artifacts) {
    switch (artifact['type']) {
      case 'aws:cloudformation:stack':
        readStack(reader, folder, id, artifact, properties);
        break;
      case 'cdk:cloud-assembly': {
        const inner = inside(reader, folder, properties['directoryName']);
        if (inner !== undefined && depth < MAX_NESTING) readManifest(reader, inner, depth + 1);
        break;
      }
    }
  }
}

type Fields = { readonly [key: string]: Json };

function readStack(reader: Reader, folder: string, id: string, artifact: Fields, properties: Fields): void {
  const path = inside(reader, folder, properties['templateFile']);
  const source = path === undefined ? undefined : load(reader, path);
  if (source === undefined) return;
  const template = readTemplate(source);
  reader.unreadable.push(...template.unreadable);
  const environment = /^aws:\/\/([^/]+)\/(.+)$/.exec(
    typeof artifact['environment'] === 'string' ? artifact['environment'] : '',
  );
  const [, account, region] = environment ?? [];
  const nested: { [path: string]: TemplateReading } = Object.create(null);
  readNested(reader, folder, template, nested, 0);
  const side = inside(reader, folder, artifact['additionalMetadataFile']);
  const metadata = [artifact['metadata'], side === undefined ? undefined : loadJson(reader, side)?.json.value];
  reader.stacks.push({
    id,
    stackName: typeof properties['stackName'] === 'string' ? properties['stackName'] : id,
    ...(account === undefined || account.startsWith('unknown-') ? {} : { account }),
    ...(region === undefined || region.startsWith('unknown-') ? {} : { region }),
    template,
    nested,
    ...constructs(metadata),
  });
}

function readNested(
  reader: Reader,
  folder: string,
  template: TemplateReading,
  nested: { [path: string]: TemplateReading },
  depth: number,
): void {
  const resources = template.body['Resources'];
  for (const [id, resource] of isObject(resources) ? Object.entries(resources) : []) {
    if (!isObject(resource) || resource['Type'] !== 'AWS::CloudFormation::Stack') continue;
    const stated = isObject(resource['Metadata']) ? resource['Metadata']['aws:asset:path'] : undefined;
    const path =
      typeof stated === 'string' ? inside(reader, folder, stated) : publishedAs(reader, resource['Properties']);
    const key = typeof stated === 'string' ? stated : `${template.file}#${id}`;
    // Two stacks may nest one template.
    const known = Object.values(nested).find((one) => one.file === path);
    const source = path === undefined || known !== undefined ? undefined : load(reader, path);
    const inner = source === undefined ? known : readTemplate(source);
    if (inner === undefined) continue;
    nested[key] = inner;
    if (known !== undefined) continue;
    reader.unreadable.push(...inner.unreadable);
    if (depth < MAX_NESTING) readNested(reader, folder, inner, nested, depth + 1);
  }
}

/**
 * Without asset metadata in the template, its `TemplateURL` ends in the key under which the inner template is
 * published.
 */
function publishedAs(reader: Reader, properties: Json | undefined): string | undefined {
  const url = isObject(properties) ? lastString(properties['TemplateURL']) : undefined;
  return url === undefined
    ? undefined
    : [...reader.published].find(([key]) => url === key || url.endsWith(`/${key}`))?.[1];
}

function lastString(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const parts = isList(value) ? value : isObject(value) ? Object.values(value) : [];
  return parts.length === 0 ? undefined : lastString(parts.at(-1));
}

// ── metadata: logical ids and creation stacks by construct path ─────────────────────────────────

function constructs(metadata: readonly (Json | undefined)[]): Pick<AssemblyStack, 'paths' | 'creation'> {
  const paths: { [id: string]: string } = Object.create(null);
  const creation: { [path: string]: CodePosition[] } = Object.create(null);
  for (const [written, entries] of metadata.flatMap((one) => (isObject(one) ? Object.entries(one) : []))) {
    const path = written.replace(/^\//, '');
    for (const one of isList(entries) ? entries : []) {
      if (!isObject(one)) continue;
      if (one['type'] === 'aws:cdk:logicalId' && typeof one['data'] === 'string') paths[one['data']] ??= path;
      const frames =
        one['type'] === 'aws:cdk:logicalId'
          ? one['trace']
          : one['type'] === 'aws:cdk:creationStack'
            ? one['data']
            : undefined;
      const positions = codePositions(frames);
      if (positions.length > 0) creation[path] ??= positions;
    }
  }
  return { paths, creation };
}

/** `at new ApiStack (/home/me/shop/lib/api-stack.ts:12:5)`; frames of libraries are left out. */
function codePositions(frames: Json | undefined): CodePosition[] {
  return (isList(frames) ? frames : []).flatMap((frame) => {
    const found =
      typeof frame === 'string' ? /(?:^|[\s(])(?:file:\/\/)?([^\s()][^()]*?):(\d+):(\d+)\)?\s*$/.exec(frame) : null;
    if (found === null || found[1]!.includes('node_modules/') || found[1]!.startsWith('node:')) return [];
    return [
      { path: found[1]!.replaceAll('\\', '/').replace(/^at\s+/, ''), line: Number(found[2]), column: Number(found[3]) },
    ];
  });
}

// ── image assets ────────────────────────────────────────────────────────────────────────────────

function readAssets(reader: Reader, folder: string, path: string | undefined): void {
  const loaded = path === undefined ? undefined : loadJson(reader, path);
  const manifest = loaded !== undefined && isObject(loaded.json.value) ? loaded.json.value : {};
  for (const asset of Object.values(isObject(manifest['files']) ? manifest['files'] : {}))
    publish(reader, folder, asset);
  const images = manifest['dockerImages'];
  if (loaded === undefined || !isObject(images)) return;
  for (const [hash, image] of Object.entries(images)) {
    if (!reader.images.has(hash) && isObject(image))
      reader.images.set(hash, readImage(reader, folder, loaded, hash, image));
  }
}

function publish(reader: Reader, folder: string, asset: Json): void {
  const source =
    isObject(asset) && isObject(asset['source']) ? inside(reader, folder, asset['source']['path']) : undefined;
  const destinations = isObject(asset) && isObject(asset['destinations']) ? Object.values(asset['destinations']) : [];
  for (const one of destinations) {
    if (source?.endsWith('.template.json') === true && isObject(one) && typeof one['objectKey'] === 'string')
      reader.published.set(one['objectKey'], source);
  }
}

function readImage(
  reader: Reader,
  folder: string,
  { json, source }: { json: JsonDocument; source: SourceText },
  hash: string,
  image: Fields,
): AssemblyImage {
  const from = isObject(image['source']) ? image['source'] : {};
  const text = (name: string): string | undefined => (typeof from[name] === 'string' ? from[name] : undefined);
  const place = (...path: string[]): Range => json.locate(['dockerImages', hash, ...path]) ?? [0, 0];
  const directory = inside(reader, folder, from['directory']);
  const dockerfile = text('dockerFile') ?? 'Dockerfile';
  const dockerfilePath = directory === undefined ? undefined : inside(reader, directory, dockerfile);
  const staged = dockerfilePath === undefined ? undefined : stagedDockerfile(reader, dockerfilePath);
  const platform = text('platform');
  const target = text('dockerBuildTarget');
  const args = from['dockerBuildArgs'];
  return {
    hash,
    tags: [...new Set([hash, ...imageTags(image['destinations'])])],
    lines: source.lines,
    range: json.locate(['dockerImages', hash], 'key') ?? [0, 0],
    ...(typeof image['displayName'] === 'string' ? { displayName: image['displayName'] } : {}),
    ...defined({ directory }),
    dockerfile,
    ...defined({ staged }),
    ...(platform === undefined ? {} : { platform: { value: platform, range: place('source', 'platform') } }),
    ...defined({ target }),
    buildArgs: Object.entries(isObject(args) ? args : {}).flatMap(([name, value]) =>
      typeof value === 'string' ? [{ name, value, range: place('source', 'dockerBuildArgs', name) }] : [],
    ),
    ownOutputs: from['dockerOutputs'] !== undefined,
  };
}

/** Images that differ in their options only share a staged folder. */
function stagedDockerfile(reader: Reader, path: string): AssemblyImage['staged'] {
  const have = reader.staged.get(path);
  if (have !== undefined) return have;
  const source = reader.files.exists(path) ? load(reader, path) : undefined;
  if (source === undefined) return undefined;
  const staged = { text: source.text, reading: readDockerfile(source) };
  reader.staged.set(path, staged);
  return staged;
}

function imageTags(destinations: Json | undefined): string[] {
  return (isObject(destinations) ? Object.values(destinations) : []).flatMap((one) =>
    isObject(one) && typeof one['imageTag'] === 'string' ? [one['imageTag']] : [],
  );
}

/** What the new templates are compared with: a file, a folder, a git revision, or what is deployed. */
import { basename, dirname } from 'node:path';
import { memoryFiles, openFolder, type Files } from '../discover/files.ts';
import { readProject } from '../engine/read-project.ts';
import { openDoor } from '../files/door.ts';
import { decode, reasonOf } from '../files/text.ts';
import { follow, projectsAt, readTyped, type Typed } from '../files/typed.ts';
import type { Unreadable } from '../syntax/source.ts';
import { indexLines } from '../core/site.ts';
import { readAssembly } from '../parsers/assembly/read.ts';
import { read as readTemplate } from '../parsers/cloudformation/read.ts';
import type { TemplateReading } from '../parsers/cloudformation/reading.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import { RevisionError, filesAt } from './git.ts';

export class AgainstError extends Error {}

export interface Against {
  /** For people: `git:main`, `the folder build/old`. */
  readonly label: string;
  readonly readings: Readings;
  readonly unreadable: readonly Unreadable[];
  /** The file or folder, absolute: where it lies inside the project, it's no part of the new side. */
  readonly path?: string;
  /** It's one template, so the project's other stacks are left out and not new. */
  readonly single?: true;
}

const TEMPLATE_FILE = /\.(?:ya?ml|json|template|tmpl|cfn)$/;
const BINDINGS: ReadonlyMap<string, readonly string[]> = new Map();

/** `root` is the project's folder; paths are as the shell gives them. */
export async function openAgainst(spec: string, root: string): Promise<Against> {
  if (spec.startsWith('git:')) return atRevision(spec, root);
  const projects = projectsAt(root);
  let found: Typed;
  try {
    found = follow(spec, projects);
  } catch (error) {
    throw new AgainstError(`--against ${spec}: ${reasonOf(error)}`);
  }
  if (found.stat === undefined)
    throw new AgainstError(
      `--against ${spec}: there is no such file or folder; write deployed, a path, or git:REVISION`,
    );
  return found.stat.isDirectory() ? inFolder(spec, found.at) : oneFile(spec, found.at, projects);
}

async function atRevision(spec: string, root: string): Promise<Against> {
  let files: Files;
  try {
    files = await filesAt(root, spec.slice('git:'.length), (path) => TEMPLATE_FILE.test(path));
  } catch (error) {
    throw error instanceof RevisionError ? new AgainstError(`--against ${spec}: ${error.message}`) : error;
  }
  const found = await readSide(files);
  if (isEmpty(found.readings))
    throw new AgainstError(
      `--against ${spec}: no template and no cdk.out is committed there; synthesize that revision elsewhere and name the folder`,
    );
  return { label: spec, ...found };
}

async function inFolder(spec: string, folder: string): Promise<Against> {
  const label = `the folder ${spec}`;
  if (openDoor(folder).exists('manifest.json')) {
    const assembly = readAssembly(basename(folder), await openFolder(dirname(folder)));
    if (assembly.stacks.length > 0)
      return { label, path: folder, readings: lookup([assembly], memoryFiles({})), unreadable: assembly.unreadable };
  }
  const found = await readSide(await openFolder(folder));
  if (isEmpty(found.readings)) throw new AgainstError(`--against ${spec}: there is no template and no cdk.out in it`);
  return { label, path: folder, ...found };
}

function oneFile(spec: string, path: string, projects: readonly string[]): Against {
  let text: string;
  try {
    text = decode(readTyped(spec, projects));
  } catch (error) {
    throw new AgainstError(`--against ${spec}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (text.trim() === '') throw new AgainstError(`--against ${spec}: the file is empty`);
  const reading = template(basename(path), text);
  const [wrong] = reading.unreadable;
  if (wrong !== undefined) throw new AgainstError(`--against ${spec}:${wrong.line}:${wrong.column}: ${wrong.reason}`);
  if (reading.body['Resources'] === undefined)
    throw new AgainstError(`--against ${spec}: it is no CloudFormation template: it has no Resources`);
  return { label: spec, path, single: true, readings: lookup([reading], memoryFiles({})), unreadable: [] };
}

/** Templates and assemblies only: nothing else has a part in a comparison. */
async function readSide(files: Files): Promise<Pick<Against, 'readings' | 'unreadable'>> {
  const paths = files.list().filter((path) => TEMPLATE_FILE.test(path));
  const project = await readProject({ files: { ...files, list: () => paths }, bindings: BINDINGS });
  return { readings: project.readings, unreadable: project.unreadable };
}

function isEmpty(readings: Readings): boolean {
  return (
    readings.ofKind('template').length === 0 && readings.ofKind('assembly').every((one) => one.stacks.length === 0)
  );
}

export function template(file: string, text: string): TemplateReading {
  return readTemplate({ file, text, lines: indexLines(file, text) });
}

export function lookup(readings: readonly Reading[], files: Files): Readings {
  const byFile = new Map(readings.map((one) => [one.file, one]));
  return {
    get: (file) => byFile.get(file),
    ofKind: <K extends Kind>(kind: K) =>
      readings.filter((one): one is Extract<Reading, { kind: K }> => one.kind === kind),
    exists: (path) => files.exists(path),
    text: () => undefined,
  };
}

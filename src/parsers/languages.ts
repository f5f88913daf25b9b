/** The languages that are read. */
import type { Language, Reader, SingleKind } from '../project/language.ts';
import { language as npm } from './npm/language.ts';
import { language as github } from './github/language.ts';
import { language as pipelines } from './pipelines/language.ts';
import { language as compose } from './compose/language.ts';
import { language as bake } from './bake/language.ts';
import { language as sam } from './sam/language.ts';
import { language as kubernetes } from './kubernetes/language.ts';
import { language as serverless } from './serverless/language.ts';
import { language as shell } from './shell/language.ts';
import { language as terraform } from './terraform/language.ts';
import { language as make } from './make/language.ts';
import { language as just } from './just/language.ts';
import { language as task } from './task/language.ts';
import { language as dockerfile } from './dockerfile/language.ts';
import { language as cloudformation } from './cloudformation/language.ts';
import { language as ecsTask } from './ecs-task/language.ts';
import { language as markdown } from './markdown/language.ts';
import { language as jenkins } from './jenkins/language.ts';
import { language as cdk } from './cdk/language.ts';

/** Where two would take a file, the earlier one does. */
export const LANGUAGES: readonly Language[] = [
  cloudformation,
  ecsTask,
  npm,
  github,
  pipelines,
  compose,
  bake,
  sam,
  kubernetes,
  serverless,
  shell,
  terraform,
  make,
  just,
  task,
  dockerfile,
  jenkins,
  markdown,
  cdk,
];

const READERS: ReadonlyMap<string, Language['read']> = new Map(LANGUAGES.map(({ kind, read }) => [kind, read]));

/** The module that reads files of a kind. */
export function readerOf(kind: SingleKind): Promise<Reader> {
  const load = READERS.get(kind);
  if (load === undefined) throw new Error(`no language reads ${kind}`);
  return load();
}

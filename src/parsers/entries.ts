/** What starts by itself, in all languages. */
import type { Entries } from '../project/entries.ts';
import { entries as assembly } from './assembly/entries.ts';
import { entries as jenkins } from './jenkins/entries.ts';
import { entries as cdk } from './cdk/entries.ts';
import { entries as cloudformation } from './cloudformation/entries.ts';
import { entries as compose } from './compose/entries.ts';
import { entries as ecsTask } from './ecs-task/entries.ts';
import { entries as github } from './github/entries.ts';
import { entries as just } from './just/entries.ts';
import { entries as kubernetes } from './kubernetes/entries.ts';
import { entries as make } from './make/entries.ts';
import { entries as markdown } from './markdown/entries.ts';
import { entries as npm } from './npm/entries.ts';
import { buildspecs, entries as pipelines } from './pipelines/entries.ts';
import { entries as serverless } from './serverless/entries.ts';
import { entries as shell, provisioned, typed } from './shell/entries.ts';
import { entries as task } from './task/entries.ts';
import { entries as terraform } from './terraform/entries.ts';

/** In the order of their turns. */
export const ENTRIES: readonly Entries[] = [
  assembly,
  buildspecs,
  cdk,
  cloudformation,
  compose,
  ecsTask,
  github,
  just,
  kubernetes,
  make,
  jenkins,
  markdown,
  npm,
  pipelines,
  provisioned,
  serverless,
  shell,
  task,
  terraform,
  typed,
].sort((a, b) => a.priority - b.priority);

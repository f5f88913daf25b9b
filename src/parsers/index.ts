/**
 * Which module reads which kind of file. Each is loaded when the first file of its kind turns up, so that a run pays
 * only for what it reads.
 */
import type { Kind, Reading, SourceText } from './reading.ts';

export interface Reader {
  read(source: SourceText): Reading;
}

export const READERS: Readonly<Record<Exclude<Kind, 'assembly' | 'cdk'>, () => Promise<Reader>>> = {
  shell: () => import('./shell/read.ts'),
  dockerfile: () => import('./dockerfile.ts'),
  workflow: () => import('./workflow.ts'),
  pipeline: () => import('./pipeline.ts'),
  makefile: () => import('./makefile.ts'),
  'package-json': () => import('./package-json.ts'),
  compose: () => import('./compose.ts'),
  bake: () => import('./bake.ts'),
  template: () => import('./cloudformation/template.ts'),
  terraform: () => import('./terraform.ts'),
  justfile: () => import('./justfile.ts'),
  taskfile: () => import('./taskfile.ts'),
  markdown: () => import('./markdown.ts'),
  samconfig: () => import('./samconfig.ts'),
  serverless: () => import('./serverless.ts'),
  'task-definition': () => import('./ecs-task.ts'),
  kubernetes: () => import('./kubernetes.ts'),
};

import { WILL_NOT_START, type ServiceDescription } from './describe.ts';

export const CODEBUILD = {
  noun: ['CodeBuild project', 'CodeBuild projects'],
  wrongCpu: WILL_NOT_START,
  next: 'the next build',
} as const satisfies ServiceDescription;

/** What languages ask of each other: see `Calls`. */
import type { Calls } from '../project/evaluation.ts';
import { evaluateRendered } from './kubernetes/run.ts';
import { runPipeline } from './pipelines/run.ts';
import { namedByProvisioners } from './terraform/run.ts';

export const CALLS: Calls = { pipeline: runPipeline, manifest: evaluateRendered, provisions: namedByProvisioners };

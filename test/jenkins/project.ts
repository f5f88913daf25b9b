/** A Jenkinsfile in a project held in memory. */
import { expect } from 'vitest';
import { showRef } from '../../src/core/image-ref.ts';
import { indexLines } from '../../src/core/site.ts';
import { memoryFiles } from '../../src/discover/files.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { readProject } from '../../src/engine/read-project.ts';
import type { Fact, FactOf } from '../../src/model/facts.ts';
import { read } from '../../src/parsers/jenkins/read.ts';

export function readingOf(text: string) {
  return read({ file: 'Jenkinsfile', text, lines: indexLines('Jenkinsfile', text) });
}

export async function factsOf(Jenkinsfile: string, more: Record<string, string> = {}): Promise<readonly Fact[]> {
  const bindings = new Map<string, readonly string[]>();
  const files = memoryFiles({ Jenkinsfile, Dockerfile: 'FROM node:22\n', ...more });
  const { readings, unreadable } = await readProject({ files, bindings });
  expect(unreadable).toEqual([]);
  return evaluate({ readings, bindings });
}

export async function only<K extends Fact['kind']>(
  kind: K,
  text: string,
  more: Record<string, string> = {},
): Promise<FactOf<K>[]> {
  return (await factsOf(text, more)).filter((one): one is FactOf<K> => one.kind === kind);
}

export async function pushesOf(text: string, more: Record<string, string> = {}): Promise<string[]> {
  return (await only('push', text, more)).map(({ ref }) => showRef(ref));
}

/** Stages around these steps. */
export function pipeline(steps: string, before = ''): string {
  return `pipeline {\n  agent any\n${before}\n  stages {\n    stage('Ship') {\n      steps {\n${steps}\n      }\n    }\n  }\n}\n`;
}

/** Readers of the YAML that evaluation comes upon: loaded where a file says that it leads there, whatever lies beside it. */
import { mentions, type Files } from '../discover/files.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';
import type { Whole } from './read-wholes.ts';

/** A manifest is piped into kubectl, a buildspec stands in Terraform, functions stand beside a Serverless service. */
export function leadsToYaml(kind: Kind, text: string): boolean {
  return kind === 'serverless' || /kubectl|aws_codebuild_project/.test(text);
}

/** `singles`: does a file that is read by itself lead there? `wholes` are made of several files each. */
export async function yamlReaders(of: Looking, singles: boolean, wholes: readonly Whole[]): Promise<Readings['yaml']> {
  const leads = singles || wholes.some((whole) => doesMention(of, whole));
  return leads ? (await import('../parsers/yaml-readers.ts')).YAML_READERS : undefined;
}

interface Looking {
  readonly files: Files;
  /** Whoever looks again and again asks after few readings that have changed. */
  readonly memory: WeakMap<Reading, boolean> | undefined;
}

function doesMention({ files, memory }: Looking, { reading, bases }: Whole): boolean {
  const before = memory?.get(reading);
  if (before !== undefined) return before;
  const found = bases.some(({ file }) => mentions(files, file, ['kubectl']));
  memory?.set(reading, found);
  return found;
}

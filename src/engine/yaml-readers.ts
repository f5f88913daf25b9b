/** Readers of the YAML that evaluation comes upon: loaded where a file says that it leads there, whatever lies beside it. */
import { mentions, type Files } from '../discover/files.ts';
import type { Kind, Reading, Readings } from '../project/readings.ts';

/** A manifest is piped into kubectl, a buildspec stands in Terraform, functions stand beside a Serverless service. */
export function leadsToYaml(kind: Kind, text: string): boolean {
  return kind === 'serverless' || /kubectl|aws_codebuild_project/.test(text);
}

/** `singles`: does a file that is read by itself lead there? `others` are made of several files each. */
export async function yamlReaders(
  files: Files,
  singles: boolean,
  others: readonly { readonly reading: Reading; readonly paths: readonly string[] }[],
): Promise<Readings['yaml']> {
  const leads = singles || others.some(({ reading, paths }) => doesMention(files, reading, paths));
  return leads ? (await import('../parsers/yaml-readers.ts')).YAML_READERS : undefined;
}

/** An editor asks after every keystroke, and few readings have changed. */
const known = new WeakMap<Reading, boolean>();

function doesMention(files: Files, reading: Reading, paths: readonly string[]): boolean {
  const before = known.get(reading);
  if (before !== undefined) return before;
  const found = paths.some((path) => mentions(files, path, ['kubectl']));
  known.set(reading, found);
  return found;
}

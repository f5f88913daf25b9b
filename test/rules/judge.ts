/** Judges an example of a rule's page. */
import { DEFAULT_CONFIG, type Config } from '../../src/config/config.ts';
import { toConfig } from '../../src/config/schema.ts';
import { check, memoryFiles, type CheckResult } from '../../src/engine.ts';
import { RULES } from '../../src/rules/registry.ts';
import { changesSince } from '../diff/changes-since.ts';
import type { Example } from './page.ts';

/** Rules about the live account, whose examples need more than files. */
export const NOT_FROM_FILES: ReadonlySet<string> = new Set(
  RULES.filter(({ group }) => group === 'live').map(({ id }) => id),
);

export function judge(id: string, { files, before }: Pick<Example, 'files' | 'before'>): Promise<CheckResult> {
  return check({
    files: memoryFiles(files),
    config: configOf(files),
    onlyRules: neededFor(id),
    today: '2026-11-21',
    ...(Object.keys(before).length === 0 ? {} : { moreFacts: changesSince(before) }),
  });
}

/** Suppressions are judged by what they suppress, so there all rules run. */
function neededFor(id: string): string[] {
  return id === 'unused-suppression' || id === 'expired-suppression' ? RULES.map((rule) => rule.id) : [id];
}

/** An example that needs a configuration has one among its files. */
function configOf(files: Readonly<Record<string, string>>): Config {
  const text = files['plimsoll.config.json'];
  return text === undefined ? DEFAULT_CONFIG : toConfig(JSON.parse(text), 'plimsoll.config.json', RULES);
}

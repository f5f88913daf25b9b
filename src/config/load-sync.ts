/**
 * The configuration for callers that can't wait (a CDK app's synthesis): data files only, no JavaScript and no plug-in
 * rules.
 */
import { basename, dirname, relative } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { openDoor } from '../files/door.ts';
import { reasonOf } from '../files/text.ts';
import { withoutMark } from '../core/byte-order-mark.ts';
import type { Rule } from '../rules/define.ts';
import { DEFAULT_CONFIG, type Config } from './config.ts';
import { parseJson } from './json.ts';
import { findConfig } from './load.ts';
import { Problem } from './problem.ts';
import { toConfig } from './schema.ts';

export function loadConfigSync(root: string, rules: readonly Rule[]): Config {
  const file = findConfig(root);
  if (file === undefined) return DEFAULT_CONFIG;
  const name = relative(process.cwd(), file) || file;
  if (/\.m?js$/.test(file))
    throw new Problem(
      `${name}: a configuration in JavaScript can't be read during synthesis; write it as JSON or YAML, or pass the settings to the plug-in`,
    );
  const config = toConfig(valueOf(file, name), name, rules);
  return { ...config, plugins: [] };
}

function valueOf(file: string, name: string): unknown {
  let text: string;
  try {
    text = withoutMark(openDoor(dirname(file)).bytes(basename(file)).toString('utf8'));
  } catch (error) {
    throw new Problem(`${name} could not be read: ${reasonOf(error)}`);
  }
  try {
    if (/\.ya?ml$/.test(file)) return parseYaml(text);
  } catch (error) {
    throw new Problem(
      `${name}: not valid YAML (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`,
    );
  }
  const { value, error } = parseJson(text);
  if (error !== undefined) throw new Problem(`${name}: not valid JSON`);
  if (!file.endsWith('package.json')) return value;
  return typeof value === 'object' && value !== null && 'plimsoll' in value ? value.plimsoll : undefined;
}

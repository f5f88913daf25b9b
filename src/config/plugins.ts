/** The rules that plug-ins bring. Loading them runs them: only for a project that is trusted. */
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../rules/define.ts';
import { importFresh, importModule, isPath } from './import-module.ts';
import { Problem, firstLineOf } from './problem.ts';

export async function loadPlugins(
  plugins: readonly string[],
  file: string,
  name: string,
  rules: readonly Rule[],
): Promise<Rule[]> {
  const found: Rule[] = [];
  for (const plugin of plugins) {
    let module: object;
    try {
      module = await (isPath(plugin)
        ? importFresh(resolve(dirname(file), plugin))
        : importModule(resolveFrom(file, plugin)));
    } catch (error) {
      throw new Problem(`${name}: the plug-in '${plugin}' could not be loaded: ${firstLineOf(error)}`);
    }
    const exported =
      'rules' in module
        ? module.rules
        : 'default' in module
          ? module.default
          : 'rule' in module
            ? module.rule
            : undefined;
    const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
    for (const one of list) {
      if (!isRule(one))
        throw new Problem(
          `${name}: the plug-in '${plugin}' should export \`rules\`, a list of what defineRule returns`,
        );
      if ([...rules, ...found].some((rule) => rule.id === one.id))
        throw new Problem(`${name}: the plug-in '${plugin}' has a rule '${one.id}', which exists already`);
      found.push(one);
    }
  }
  return found;
}

function resolveFrom(file: string, specifier: string): string {
  return pathToFileURL(createRequire(file).resolve(specifier)).href;
}

function isRule(value: unknown): value is Rule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'summary' in value &&
    typeof value.summary === 'string' &&
    'severity' in value &&
    (value.severity === 'error' || value.severity === 'warning' || value.severity === 'note') &&
    'check' in value &&
    typeof value.check === 'function'
  );
}

/** `eslint-plugin-plimsoll`: Plimsoll's findings inside ESLint, from the same engine as the command line's. */
import type { ESLint, Rule } from 'eslint';
import { prepare } from './ask.ts';
import { RULES, VERSION } from './catalogue.ts';
import { configsOf, type Configs } from './configs.ts';
import { language } from './language.ts';
import { ruleFor } from './rule.ts';

export const meta = { name: 'eslint-plugin-plimsoll', version: VERSION, namespace: 'plimsoll' };

export const rules: Record<string, Rule.RuleModule> = Object.fromEntries(RULES.map((rule) => [rule.id, ruleFor(rule)]));

export const languages: NonNullable<ESLint.Plugin['languages']> = {
  dockerfile: language,
  shell: language,
  yaml: language,
  json: language,
  makefile: language,
};

const plugin: ESLint.Plugin = { meta, rules, languages };

export const configs: Configs = configsOf(plugin);

Object.assign(plugin, { configs });

prepare();

export default plugin;

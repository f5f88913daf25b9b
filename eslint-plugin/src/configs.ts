/** Ready-made configurations: one block for CDK source, one for each other language. */
import type { ESLint, Linter } from 'eslint';
import { RULES } from './catalogue.ts';

const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  dockerfile: [
    '**/{Dockerfile,Containerfile}',
    '**/{Dockerfile,Containerfile}.*',
    '**/*.{dockerfile,Dockerfile,containerfile,Containerfile}',
  ],
  shell: ['**/*.{sh,bash,ksh,bats}'],
  yaml: ['**/*.{yml,yaml}'],
  json: ['**/*.template.json', '**/template.json'],
  makefile: ['**/{Makefile,makefile,GNUmakefile}', '**/*.mk'],
};

/** Source that may hold a CDK app. */
const SOURCE = ['**/*.{ts,mts,cts,js,mjs,cjs}'];

export interface Configs {
  readonly recommended: Linter.Config[];
  readonly strict: Linter.Config[];
  /** Blocks by language, to pick from. */
  readonly cdk: Linter.Config;
  readonly dockerfile: Linter.Config;
  readonly shell: Linter.Config;
  readonly yaml: Linter.Config;
  readonly json: Linter.Config;
  readonly makefile: Linter.Config;
}

type Level = (rule: (typeof RULES)[number]) => Linter.RuleSeverity;

/** What will fail is an error, what surprises a warning; notes are for those who ask. */
const recommended: Level = ({ severity, experimental }) =>
  experimental || severity === 'note' ? 'off' : severity === 'error' ? 'error' : 'warn';
const strict: Level = ({ severity, experimental }) => (experimental ? 'off' : severity === 'note' ? 'warn' : 'error');

export function configsOf(plugin: ESLint.Plugin): Configs {
  const plugins = { plimsoll: plugin };
  const block = (name: string, level: Level): Linter.Config => ({
    name: `plimsoll/${name}`,
    ...(name === 'cdk'
      ? { files: [...SOURCE] }
      : { files: [...(LANGUAGES[name] ?? [])], language: `plimsoll/${name}` }),
    plugins,
    rules: rulesAt(level),
  });
  const all = (level: Level): Linter.Config[] => ['cdk', ...Object.keys(LANGUAGES)].map((name) => block(name, level));
  return {
    recommended: all(recommended),
    strict: all(strict),
    cdk: block('cdk', recommended),
    dockerfile: block('dockerfile', recommended),
    shell: block('shell', recommended),
    yaml: block('yaml', recommended),
    json: block('json', recommended),
    makefile: block('makefile', recommended),
  };
}

function rulesAt(level: Level): Linter.RulesRecord {
  return Object.fromEntries(
    RULES.map((rule) => [`plimsoll/${rule.id}`, level(rule)] as const).filter(([, severity]) => severity !== 'off'),
  );
}

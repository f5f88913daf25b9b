/** What a configuration file may say, checked with errors that name the place and what is allowed there. */
import * as v from 'valibot';
import type { Rule } from '../rules/define.ts';
import type { Config, Level } from './config.ts';
import { SERVICES, takesOptions } from './json-schema.ts';
import { nearest } from './nearest.ts';
import { Problem } from './problem.ts';
import { defined } from '../core/optional.ts';

const level = v.picklist(['off', 'note', 'warning', 'error'], 'must be one of off, note, warning, error');
const text = v.pipe(v.string('must be a string'), v.minLength(1, 'must not be empty'));
const ruleSetting = v.union(
  [level, v.strictObject({ level: v.optional(level), options: v.optional(v.record(v.string(), v.unknown())) })],
  'must be off, note, warning, error, or an object with level and options',
);
const cpu = v.picklist(['arm64', 'amd64'], 'must be arm64 or amd64');

const file = v.strictObject({
  $schema: v.optional(v.string()),
  rules: v.optional(v.record(v.string(), ruleSetting, 'must be an object of rule names')),
  ignores: v.optional(v.array(v.string('must be a string'), 'must be a list of patterns')),
  variables: v.optional(
    v.record(
      v.string(),
      v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))], 'must be a string or a list of strings'),
      'must be an object of names',
    ),
  ),
  links: v.optional(v.array(v.strictObject({ image: text, workload: text }), 'must be a list of {image, workload}')),
  architecture: v.optional(v.strictObject(Object.fromEntries(SERVICES.map((service) => [service, v.optional(cpu)])))),
  requireReasons: v.optional(v.boolean('must be true or false')),
  pedantic: v.optional(v.boolean('must be true or false')),
  failOn: v.optional(v.picklist(['error', 'warning', 'note', 'never'], 'must be one of error, warning, note, never')),
  baseline: v.optional(text),
  plugins: v.optional(v.array(text, 'must be a list of modules')),
  tests: v.optional(v.boolean('must be true or false')),
  docs: v.optional(v.union([v.boolean(), v.array(text)], 'must be true, false or a list of patterns')),
});

/**
 * Turns what a file says into a Config, or throws a Problem that names the file and the place. `lenient`: there may be
 * more rules than are known.
 */
export function toConfig(value: unknown, where: string, rules: readonly Rule[], lenient = false): Config {
  if (Array.isArray(value)) throw new Problem(`${where}: the configuration must be an object`);
  const parsed = v.safeParse(file, value ?? {});
  if (!parsed.success) throw new Problem(`${where}: ${describe(parsed.issues[0])}`);
  const {
    rules: settings = {},
    ignores = [],
    variables = {},
    links,
    architecture,
    requireReasons,
    pedantic,
    failOn,
    baseline,
    plugins,
    tests,
    docs,
  } = parsed.output;
  const known = new Set(rules.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])]));
  const levels: Record<string, Level> = Object.create(null);
  const options: Record<string, unknown> = Object.create(null);
  for (const [id, setting] of Object.entries(settings)) {
    // A plug-in's rules aren't known yet; they are checked when it's loaded.
    if (!known.has(id) && !lenient && (plugins ?? []).length === 0)
      throw unknownRule(id, [...known], `${where}: rules`);
    if (typeof setting === 'string') {
      levels[id] = setting;
    } else {
      if (setting.level !== undefined) levels[id] = setting.level;
      if (setting.options === undefined) continue;
      const rule = rules.find((one) => one.id === id);
      if (rule !== undefined && !takesOptions(rule) && Object.keys(setting.options).length > 0)
        throw new Problem(`${where}: rules.${id}.options: the rule takes none`);
      options[id] = setting.options;
    }
  }
  if (architecture !== undefined) {
    options['architecture-policy'] = architecture;
    levels['architecture-policy'] ??= 'warning';
  }
  return {
    rules: levels,
    options,
    ignores,
    variables: Object.fromEntries(
      Object.entries(variables).map(([name, one]) => [name, typeof one === 'string' ? [one] : one]),
    ),
    ...defined({ links, requireReasons, pedantic, failOn, baseline, plugins, tests, docs }),
  };
}

export function unknownRule(id: string, known: readonly string[], where: string): Problem {
  const meant = nearest(id, known);
  return new Problem(
    `${where}: there is no rule '${id}'${meant === undefined ? '; `plimsoll rules` lists them' : `; did you mean '${meant}'?`}`,
  );
}

interface Issue {
  readonly message: string;
  readonly type: string;
  readonly received?: string;
  readonly path?: readonly { readonly key: unknown }[] | undefined;
  readonly expected?: string | null;
}

function describe(issue: Issue): string {
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  if (issue.type === 'strict_object' && keys.length > 0 && issue.expected === 'never') {
    const name = keys.at(-1) ?? '';
    const parent = keys.slice(0, -1).join('.');
    const allowed = keys.length === 1 ? Object.keys(file.entries) : parent === 'architecture' ? [...SERVICES] : [];
    const meant = nearest(name, allowed);
    const hint =
      meant !== undefined
        ? `; did you mean '${meant}'?`
        : allowed.length === 0
          ? ''
          : `; allowed are ${allowed.filter((one) => one !== '$schema').join(', ')}`;
    return `${parent === '' ? '' : `${parent}: `}unknown key '${name}'${hint}`;
  }
  return keys.length === 0
    ? `the configuration ${issue.type === 'strict_object' ? 'must be an object' : issue.message}`
    : `${keys.join('.')}: ${issue.message}`;
}

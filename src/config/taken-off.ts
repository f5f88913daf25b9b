/** What a change of the configuration takes off the gate that the change itself has to pass. */
import type { Rule } from '../rules/define.ts';
import type { Config, Level } from './config.ts';

const RANK: Record<Level | 'never', number> = { off: 0, note: 1, warning: 2, error: 3, never: 4 };

/** In people's words, one line each, in order; whatever may hide a finding counts. */
export function takenOff(before: Config, after: Config, rules: readonly Rule[]): string[] {
  const lowered = rules.flatMap((rule) => {
    const [old, now] = [levelIn(before, rule), levelIn(after, rule)];
    return RANK[now] < RANK[old] ? [`${rule.id} goes from ${old} to ${now}`] : [];
  });
  const ignored = after.ignores.filter((one) => !before.ignores.includes(one)).map((one) => `ignores ${one}`);
  const [least, most] = [before.failOn ?? 'warning', after.failOn ?? 'warning'];
  const others = (['options', 'variables', 'links', 'docs', 'tests', 'plugins', 'baseline'] as const).filter(
    (key) =>
      before[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]) && !isEmpty(before[key]),
  );
  return [
    ...lowered,
    ...ignored,
    ...(RANK[most] > RANK[least] ? [`failOn goes from ${least} to ${most}`] : []),
    ...(before.requireReasons === true && after.requireReasons !== true ? ['requireReasons is dropped'] : []),
    ...(before.pedantic === true && after.pedantic !== true ? ['pedantic is dropped'] : []),
    ...others.map((key) => `${key} is changed`),
  ];
}

function levelIn(config: Config, { id, severity, experimental }: Rule): Level {
  return config.rules[id] ?? (experimental === true ? 'off' : severity);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

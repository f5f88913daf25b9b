/** `plimsoll rules`: the catalogue. */
import { forJson } from '../report/escape.ts';
import { textWidth } from '../report/width.ts';
import { RULES } from '../rules/registry.ts';
import { print } from './print.ts';

export async function rulesCommand({ format }: { format: string }): Promise<void> {
  print(format === 'json' ? asJson() : asTable());
}

function asJson(): string {
  const rules = RULES.map(({ id, summary, severity, group, services, experimental, aliases }) => ({
    id,
    severity,
    group,
    services,
    summary,
    experimental: experimental === true,
    aliases: aliases ?? [],
  }));
  return `${forJson({ version: 1, rules })}\n`;
}

function asTable(): string {
  const rows = RULES.map(({ id, severity, summary, experimental }) => [
    id,
    experimental === true ? `${severity} (off)` : severity,
    summary,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

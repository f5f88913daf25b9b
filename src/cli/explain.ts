/** `plimsoll explain RULE`: the rule's page, set for a terminal. */
import { createColors } from 'picocolors';
import { nearest } from '../config/nearest.ts';
import { Problem } from '../config/problem.ts';
import { wrap } from '../report/width.ts';
import { PAGES } from '../rules/pages.ts';
import { RULES } from '../rules/registry.ts';
import { terminalWidth, wantsColor } from './output.ts';
import { print } from './print.ts';

export async function explainCommand(name: string, options: { color: boolean }): Promise<void> {
  const rule = RULES.find(({ id, aliases }) => id === name || aliases?.includes(name) === true);
  if (rule === undefined) {
    const meant = nearest(
      name,
      RULES.map(({ id }) => id),
    );
    throw new Problem(
      `there is no rule '${name}'${meant === undefined ? '; `plimsoll rules` lists them' : `; did you mean '${meant}'?`}`,
    );
  }
  const colors = createColors(options.color && wantsColor());
  const facts = `${rule.experimental === true ? 'off unless configured' : rule.severity}; ${rule.services.includes('any') ? 'any service' : rule.services.join(', ')}`;
  print(`${layOut(PAGES[rule.id] ?? '', facts, colors, terminalWidth())}\n`);
}

function layOut(page: string, facts: string, colors: ReturnType<typeof createColors>, width: number): string {
  const out: string[] = [];
  let paragraph: string[] = [];
  let fence: string | undefined;
  const flush = (): void => {
    if (paragraph.length === 0) return;
    const lead = /^(?:[-*]|\d+\.) /.exec(paragraph[0] ?? '')?.[0] ?? '';
    const [first = '', ...rest] = wrap(paragraph.join(' '), width - lead.length);
    out.push(first, ...rest.map((line) => ' '.repeat(lead.length) + line));
    paragraph = [];
  };
  for (const line of page.split('\n')) {
    const opening = /^(`{3,})\s*\S*\s*(.*)$/.exec(line);
    if (fence !== undefined) {
      if (line.trim() === fence) fence = undefined;
      else out.push(`    ${line}`.trimEnd());
    } else if (opening !== null) {
      flush();
      fence = opening[1];
      const [, side, file] = /(?:^|\s)(file|before)=(\S+)/.exec(opening[2] ?? '') ?? [];
      if (file !== undefined) out.push(colors.dim(`  ${file}${side === 'before' ? ', as deployed' : ''}`));
    } else if (line.startsWith('#')) {
      flush();
      const depth = /^#+/.exec(line)?.[0].length ?? 1;
      const title = line.slice(depth).trim();
      out.push(
        depth === 1
          ? `${colors.bold(title)} ${colors.dim(`(${facts})`)}`
          : depth === 2
            ? colors.bold(title.toUpperCase())
            : colors.bold(title),
      );
    } else if (line.trim() === '') {
      flush();
      if (out.at(-1) !== '') out.push('');
    } else {
      if (/^(?:[-*]|\d+\.) /.test(line) || line.startsWith('|')) flush();
      paragraph.push(line.trim());
      if (line.startsWith('|')) flush();
    }
  }
  flush();
  return out.join('\n').trim();
}

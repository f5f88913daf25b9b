/**
 * For people at a terminal: what is wrong, both ends of it with the hops between, why it fails, what to do. Readable
 * without colour.
 */
import { createColors } from 'picocolors';
import type { Finding, HeldBack, Related } from '../model/finding.ts';
import type { Unreadable } from '../syntax/source.ts';
import type { Hop, Site } from '../core/site.ts';
import { byStack, headline } from './changes.ts';
import { forTerminal, withoutCommands } from './escape.ts';
import { lastLine, snippet } from './frame.ts';
import { fileTarget, linked } from './links.ts';
import { inReadingOrder } from './order.ts';
import { plural, type ChangesShown, type ReportInput, type Style } from './report.ts';
import { withoutSecrets } from './secrets.ts';
import { legend, statistics } from './statistics.ts';
import { showSummary, tintOf, type Colors } from './summary.ts';
import { wrap } from './width.ts';
import { defined } from '../core/optional.ts';

interface Context {
  readonly colors: Colors;
  readonly width: number;
  /** Ways by which a place is reached that were shown before. */
  readonly told: Set<string>;
  readonly pages: ReadonlyMap<string, string>;
  readonly links?: string;
  lines(file: string): readonly string[] | undefined;
}

export function pretty(input: ReportInput, style: Style): string {
  const colors = createColors(style.color);
  const texts = new Map<string, readonly string[] | undefined>();
  const context: Context = {
    colors,
    width: style.width,
    told: new Set(),
    pages: new Map(input.rules.flatMap(({ id, page }) => (page === undefined ? [] : [[id, page] as const]))),
    ...defined({ links: style.links }),
    lines: (file) => {
      if (!texts.has(file)) texts.set(file, input.text(file)?.split(/\r\n|\n/));
      return texts.get(file);
    },
  };
  const shown = input.findings.filter((one) => one.rule !== 'unreadable-file');
  const parts = inReadingOrder(shown, style.groupBy).flatMap(({ title, findings }) => [
    ...(title === '' ? [] : [colors.bold(colors.underline(forTerminal(`${title} (${findings.length})`)))]),
    ...findings.map((one) => showFinding(one, context)),
  ]);
  if (style.statistics === true) {
    const counts = [...statistics(input.findings, colors), ...legend(input.findings)];
    parts.splice(0, parts.length, ...(counts.length === 0 ? [] : [counts.join('\n')]));
  }
  if (input.changes !== undefined && !style.quiet) parts.unshift(showChanges(input.changes, context));
  if (!style.quiet) {
    if (input.unreadable.length > 0) parts.push(showUnreadable(input.unreadable, context));
    parts.push(showSummary(input, colors));
  }
  // A line that was wrapped begins with whatever word comes next.
  return parts.length === 0 ? '' : withoutCommands(`${parts.join('\n\n')}\n`);
}

function showChanges(changes: ChangesShown, { colors, width }: Context): string {
  const lines = [colors.bold(forTerminal(headline(changes)))];
  const hang = (lead: string, text: string): void => {
    const [first = '', ...rest] = wrap(forTerminal(text), width - 6);
    lines.push(`    ${lead} ${marked(first, colors)}`, ...rest.map((one) => `      ${marked(one, colors)}`));
  };
  for (const { stack, lines: own, rest } of byStack(changes)) {
    lines.push(`  ${colors.bold(forTerminal(stack))}`);
    for (const { sign, text } of own)
      hang((sign === '+' ? colors.green : sign === '~' ? colors.yellow : colors.red)(sign), text);
    if (rest !== '') hang(' ', rest);
  }
  for (const remark of changes.remarks)
    lines.push(...wrap(forTerminal(remark), width - 2).map((one) => `  ${marked(one, colors)}`));
  return lines.join('\n');
}

function showFinding(finding: Finding, context: Context): string {
  const { colors, width } = context;
  const tint = tintOf(finding.severity, colors);
  const tag = `${finding.severity}[${forTerminal(finding.rule)}]`;
  const sure = finding.confidence === 'certain' ? '' : ` (${finding.confidence})`;
  const [first = '', ...rest] = wrap(`${tag}${sure}: ${forTerminal(finding.message)}`, width - 2);
  const lead = first.startsWith(tag) ? tag : '';
  const head = [
    `${colors.bold(tint(toPage(lead, finding.rule, context)))}${colors.bold(marked(first.slice(lead.length), colors))}`,
    ...rest.map((line) => `  ${colors.bold(marked(line, colors))}`),
  ];

  const marks: Mark[] = [
    { site: finding.site, mark: '^', label: '', tint },
    ...distinctPlaces(finding).map(
      ({ site, message }): Mark => ({ site, mark: '-', label: forTerminal(message), tint: colors.cyan }),
    ),
  ];
  const gutter =
    Math.max(2, ...marks.filter(({ site }) => site.file !== '').map(({ site }) => String(lastLine(site.span)).length)) +
    1;
  const lines = [...head];
  for (const group of byPlace(marks))
    lines.push(...showPlace(group, gutter, lines.length === head.length ? '-->' : ':::', context));

  const { file, resource } = finding.site;
  const notes: [string, string][] = file !== '' && resource !== undefined ? [['live', forTerminal(resource)]] : [];
  notes.push(...viaNotes(finding, context));
  if (finding.heldBack !== undefined) notes.push(['not sure', forTerminal(heldBack(finding.heldBack))]);
  if (finding.help !== undefined) notes.push(['help', forTerminal(finding.help)]);
  for (const fix of finding.fixes)
    notes.push([fix.safe ? 'fix' : 'fix?', `${forTerminal(fix.title)}${fix.safe ? ' (applied by --fix)' : ''}`]);
  if (notes.length > 0) lines.push(colors.dim(`${' '.repeat(gutter)} |`));
  for (const [name, text] of notes) {
    const lead = `${' '.repeat(gutter)} = ${name}: `;
    const [line = '', ...more] = wrap(text, width - lead.length);
    lines.push(
      `${' '.repeat(gutter)} ${colors.dim('=')} ${colors.bold(name)}: ${marked(line, colors)}`,
      ...more.map((one) => ' '.repeat(lead.length) + marked(one, colors)),
    );
  }
  return lines.join('\n');
}

function heldBack(all: readonly HeldBack[]): string {
  const [first, ...others] = all;
  if (first === undefined) return '';
  const where =
    first.site.file === '' || first.by.startsWith(first.site.file)
      ? ''
      : ` at ${first.site.file}:${first.site.span.line}`;
  return `${first.by}${where}${others.length === 0 ? '' : ` and ${plural(others.length, 'other')}`} may do it, which Plimsoll can't tell`;
}

/** The same place said twice (as the other side and as a hop) is shown once. */
function distinctPlaces(finding: Finding): Related[] {
  const key = ({ file, span, resource }: Site): string =>
    `${file}\u0000${resource ?? ''}\u0000${span.start}\u0000${span.end}`;
  const seen = new Set([key(finding.site)]);
  return finding.related.filter(({ site }) => {
    if (seen.has(key(site))) return false;
    seen.add(key(site));
    return true;
  });
}

interface Mark {
  readonly site: Site;
  readonly mark: '^' | '-';
  readonly label: string;
  readonly tint: (text: string) => string;
}

/** One group per file, the finding's own first; places without a file stand alone. */
function byPlace(marks: readonly Mark[]): Mark[][] {
  const groups = new Map<string, Mark[]>();
  for (const one of marks) {
    const key = one.site.file === '' ? `\u0000${one.site.resource ?? ''}` : one.site.file;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function toPage(tag: string, rule: string, { links, pages }: Context): string {
  const page = pages.get(rule);
  return links === undefined || page === undefined || tag === '' ? tag : linked(tag, page);
}

function showPlace(group: readonly Mark[], gutter: number, arrow: string, context: Context): string[] {
  const { colors, width, lines, links } = context;
  const site = group[0]?.site;
  if (site === undefined) return [];
  const { file, span, resource } = site;
  const where = file === '' ? (resource ?? 'unknown place') : `${file}:${span.line}:${span.column}`;
  const shown =
    links === undefined || file === '' ? forTerminal(where) : linked(forTerminal(where), fileTarget(links, file));
  const head = `${' '.repeat(gutter)}${colors.dim(arrow)} ${shown}`;
  const source = file === '' ? undefined : lines(file);
  const inSource = source === undefined ? [] : group.filter((one) => source[one.site.span.line - 1] !== undefined);
  const elsewhere = group
    .filter((one) => !inSource.includes(one) && one.label !== '')
    .flatMap(({ label }) =>
      wrap(label, width - gutter - 3).map((line) => `${' '.repeat(gutter)} ${colors.dim('|')} ${line}`),
    );
  if (source === undefined || inSource.length === 0) return [head, ...elsewhere];
  const annotations = inSource.map(({ site: { span: marked }, mark, label, tint }) => ({
    span: marked,
    mark,
    label,
    tint,
  }));
  const open = withoutSecrets(file, source, annotations);
  return [
    head,
    ...snippet({ lines: open.lines, annotations: open.marks, gutter, width, dim: colors.dim }),
    ...elsewhere,
  ];
}

/**
 * How the place is reached (the workflow's step, the Make target, the script that calls), unless the related places
 * show it, or a finding before it did. Of a long way both ends.
 */
function viaNotes({ site, related }: Finding, { told }: Context): [string, string][] {
  const via = site.via ?? [];
  const shown = (hop: Hop): boolean =>
    related.some((one) => one.site.file === hop.file && one.site.span.start === hop.span.start);
  if (via.length === 0 || via.every(shown)) return [];
  const way = via.map(showHop);
  const key = way.join(' -> ');
  if (told.has(key)) return [];
  told.add(key);
  const [first = '', ...others] = way;
  return [
    ['reached from', way.length <= 3 ? key : `${first} -> (${others.length - 1} more) -> ${others.at(-1) ?? ''}`],
  ];
}

function showHop(hop: Hop): string {
  return forTerminal(`${hop.file}:${hop.span.line} (${hop.label})`);
}

function showUnreadable(unreadable: readonly Unreadable[], { colors, width }: Context): string {
  const lines = [colors.bold(`Not read, so not judged (${unreadable.length}):`)];
  for (const { file, line, column, reason } of unreadable) {
    const [first = '', ...rest] = wrap(forTerminal(`${file}:${line}:${column}: ${reason}`), width - 4);
    lines.push(`  ${first}`, ...rest.map((more) => `    ${more}`));
  }
  return lines.join('\n');
}

/** Names in back-ticks stand out where there's colour and keep their back-ticks where there's none. */
function marked(text: string, colors: Colors): string {
  return colors.isColorSupported ? text.replace(/`([^`]*)`/g, (whole) => colors.cyan(whole)) : text;
}

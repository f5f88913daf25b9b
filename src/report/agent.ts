/**
 * For coding agents, which read every line and pay for each word: one line for each finding, of at most 160 characters,
 * with what to do instead; the worst first.
 */
import { SEVERITY_RANK, type Finding } from '../model/finding.ts';
import { cut } from '../core/shorten.ts';
import { plainChanges } from './changes.ts';
import { forTerminal, withoutCommands } from './escape.ts';
import { notJudged, plural, type ReportInput, type Style } from './report.ts';

const MOST = 160;
/** However long the message is, this much is left for what to do instead. */
const LEAST_REMEDY = 56;

export function agent(input: ReportInput, { quiet }: Style): string {
  const lines = worstFirst(input.findings).map((one) => agentLine(one, input));
  const all = quiet ? lines : [...changed(input), ...lines, summary(input)];
  return withoutCommands(all.map((line) => `${line}\n`).join(''));
}

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity]);
}

export function agentLine(finding: Finding, input: Pick<ReportInput, 'typed' | 'text'>): string {
  const { site, severity, rule, message } = finding;
  const place = site.file === '' ? (site.resource ?? '') : `${site.file}:${site.span.line}`;
  // A path is told from its end.
  const where = place.length > MOST_PLACE ? `…${place.slice(1 - MOST_PLACE)}` : place;
  const head = `${where === '' ? '' : `${where} `}${severity} ${rule}: `;
  const room = MOST - forTerminal(head).length;
  const said = forTerminal(oneLine(message));
  const remedy = remedyOf(finding, input);
  if (remedy === undefined) return cut(`${forTerminal(head)}${fitting(said, room)}`, MOST);
  const most = Math.max(room - said.length - ARROW.length, LEAST_REMEDY);
  const advice = fitting(forTerminal(oneLine(remedy)), most);
  return cut(`${forTerminal(head)}${fitting(said, room - advice.length - ARROW.length)}${ARROW}${advice}`, MOST);
}

const ARROW = ' => ';

const MOST_PLACE = 60;

/** What is cut is cut where a thought ends, if one ends in the second half of what there is room for. */
function fitting(text: string, room: number): string {
  if (text.length <= room) return text;
  const ends = ['. ', ': ', '; ', ', '].map((mark) => text.lastIndexOf(mark, room)).filter((end) => end > room / 2);
  return ends.length > 0 ? text.slice(0, Math.max(...ends)) : cut(text, Math.max(room, 1));
}

/** The better line: of a command, itself; of a file, the line as a fix leaves it; else what the rule advises. */
function remedyOf(
  { site, fixes, help }: Finding,
  { typed, text }: Pick<ReportInput, 'typed' | 'text'>,
): string | undefined {
  if (typed !== undefined && site.file === typed.file && typed.better !== undefined) return typed.better;
  const fix = fixes.find(({ safe }) => safe);
  const whole = fix === undefined ? undefined : text(site.file);
  if (fix === undefined || whole === undefined) return help;
  const start = whole.lastIndexOf('\n', site.span.start - 1) + 1;
  const found = whole.indexOf('\n', site.span.start);
  const end = found === -1 ? whole.length : found;
  const isOfLine = fix.edits.every((edit) => edit.file === site.file && edit.start >= start && edit.end <= end);
  if (!isOfLine) return fix.title;
  let line = whole.slice(start, end);
  for (const edit of [...fix.edits].sort((a, b) => b.start - a.start))
    line = line.slice(0, edit.start - start) + edit.text + line.slice(edit.end - start);
  return line.trim();
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

function changed({ changes }: ReportInput): string[] {
  return changes === undefined ? [] : plainChanges(changes).map((line) => cut(forTerminal(oneLine(line)), MOST));
}

function summary({ summary: counted, coverage, unreadable, audited, typed, findings }: ReportInput): string {
  const { errors, warnings, notes, suppressed } = counted;
  const counts = [
    plural(errors, 'error'),
    plural(warnings, 'warning'),
    plural(notes, 'note'),
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
    ...(unreadable.length > 0 ? [`${plural(unreadable.length, 'place')} not read`] : []),
    ...(audited === undefined ? [] : [audited]),
  ].join(', ');
  const [first] = worstFirst(findings);
  const more = first === undefined ? '' : ` \`plimsoll explain ${first.rule}\` says more.`;
  const missing = typed === undefined ? notJudged(coverage) : undefined;
  return cut(forTerminal(oneLine(`plimsoll: ${counts}.${more}${missing === undefined ? '' : ` ${missing}.`}`)), MOST);
}

/** What the server answers about a place in a file. */
import { CodeActionKind, DiagnosticSeverity, MarkupKind } from 'vscode-languageserver/node';
import type {
  CodeAction,
  CodeLens,
  Diagnostic,
  Hover,
  Location,
  Position,
  Range,
  TextEdit,
} from 'vscode-languageserver/node';
import type { Mark } from '../engine/findings-by-file.ts';
import type { Fix, Severity } from '../model/finding.ts';
import { shorten } from '../core/shorten.ts';
import { place } from '../core/site.ts';
import { visible } from '../report/escape.ts';
import { codeForMarkdown, forMarkdown } from '../report/escape-markdown.ts';
import { PAGES } from '../rules/pages.ts';
import { RULES } from '../rules/registry.ts';
import { editRange, isWithin, locationOf, overlaps, rangeOf, shownRange, type Shown } from './positions.ts';
import type { Current } from './project.ts';
import { suppressionOf } from './suppressing.ts';
import { lineOf, passagesThrough, type Passage, type Stop } from './voyages.ts';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

export interface Asked extends Shown {
  readonly current: Current;
  /** Project-relative. */
  readonly file: string;
}

export function diagnosticsOf(asked: Asked): Diagnostic[] {
  return marksOf(asked).map((mark) => diagnosticOf(mark, asked));
}

function marksOf({ current, file }: Asked): readonly Mark[] {
  return current.marks().get(file) ?? [];
}

function diagnosticOf({ finding, site, message, otherEnd }: Mark, shown: Shown): Diagnostic {
  const others = [
    ...(otherEnd ? [{ message: finding.message, site: finding.site }] : []),
    ...finding.related.filter((one) => one.site !== site),
  ].filter((one) => one.site.file !== '');
  return {
    range: shownRange(shown, site),
    severity: SEVERITY[finding.severity],
    code: finding.rule,
    source: 'plimsoll',
    message: finding.help === undefined ? visible(message) : `${visible(message)}\n${visible(finding.help)}`,
    relatedInformation: others.map((one) => ({ location: locationOf(shown, one.site), message: visible(one.message) })),
  };
}

/** The findings' own fixes, then a comment for whoever knows better. */
export async function actionsOf(asked: Asked, range: Range): Promise<CodeAction[]> {
  const marks = marksOf(asked).filter(({ site }) => overlaps(shownRange(asked, site), range));
  const fixes = marks.flatMap((mark) =>
    mark.finding.fixes.flatMap((fix) => {
      const changes = changesOf(fix, asked);
      return changes === undefined ? [] : [actionOf(visible(fix.title), mark, asked, changes, fix.safe)];
    }),
  );
  const comments = await Promise.all(marks.filter(({ otherEnd }) => !otherEnd).map((mark) => ignoring(mark, asked)));
  // Two findings at one place may have the same remedy.
  return [
    ...new Map(
      [...fixes, ...comments.flatMap((one) => one ?? [])]
        .toReversed()
        .map((one) => [JSON.stringify([one.title, one.edit]), one]),
    ).values(),
  ].toReversed();
}

function actionOf(
  title: string,
  mark: Mark,
  shown: Shown,
  changes: Record<string, TextEdit[]>,
  isPreferred: boolean,
): CodeAction {
  return {
    title,
    kind: CodeActionKind.QuickFix,
    isPreferred,
    diagnostics: [diagnosticOf(mark, shown)],
    edit: { changes },
  };
}

async function ignoring(mark: Mark, asked: Asked): Promise<CodeAction | undefined> {
  const { current, file, uri } = asked;
  const {
    finding: { rule },
    site: { span },
  } = mark;
  const [kind, text] = [current.kindOf(file), asked.text(file)];
  if (kind === undefined || text === undefined) return undefined;
  const comment = await suppressionOf({
    kind,
    file,
    text,
    span,
    rule,
    requireReasons: current.config.requireReasons ?? false,
  });
  if (comment === undefined) return undefined;
  const range = editRange(file, text, { start: comment.offset, end: comment.offset });
  return actionOf(`Ignore ${rule} here`, mark, asked, { [uri(file)]: [{ range, newText: comment.text }] }, false);
}

function changesOf({ edits }: Fix, { uri, text }: Shown): Record<string, TextEdit[]> | undefined {
  const changes: Record<string, TextEdit[]> = {};
  for (const edit of edits) {
    const source = text(edit.file);
    if (source === undefined) return undefined;
    (changes[uri(edit.file)] ??= []).push({ range: editRange(edit.file, source, edit), newText: edit.text });
  }
  return edits.length === 0 ? undefined : changes;
}

export function hoverOf(asked: Asked, at: Position): Hover | undefined {
  const { current, file } = asked;
  const marks = marksOf(asked).filter((mark) => isWithin(mark.site.span, at));
  const stops = stopsAt(current, file, at);
  const rules = [...new Map(marks.map(({ finding }) => [finding.rule, finding])).values()].map(({ rule, help }) => {
    const summary = RULES.find(({ id }) => id === rule)?.summary;
    return [
      `**${forMarkdown(rule)}**${summary === undefined ? '' : `: ${summary}`}`,
      why(rule),
      help === undefined ? undefined : forMarkdown(help),
    ]
      .filter((part) => part !== undefined && part !== '')
      .join('\n\n');
  });
  const voyages = [...new Set(stops.map(({ passage }) => passage))];
  const parts = [
    ...rules,
    ...voyages.slice(0, MOST_VOYAGES).map(voyage),
    ...(voyages.length > MOST_VOYAGES ? [`${voyages.length - MOST_VOYAGES} more images pass here.`] : []),
  ];
  const narrowest = [...marks.map(({ site }) => site.span), ...stops.map(({ stop }) => stop.site.span)].sort(
    (a, b) => a.end - a.start - (b.end - b.start),
  )[0];
  if (parts.length === 0 || narrowest === undefined) return undefined;
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n---\n\n') }, range: rangeOf(narrowest) };
}

const MOST_VOYAGES = 3;

function why(rule: string): string {
  const page = Object.hasOwn(PAGES, rule) ? PAGES[rule] : undefined;
  const found = /^## Why it matters\n+([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(page ?? '');
  return found?.[1]?.trim() ?? '';
}

function voyage({ voyage: { name }, stops }: Passage): string {
  return [
    `**The voyage of ${codeForMarkdown(shorten(name))}**`,
    '',
    ...stops.map(({ label, site }) => `* ${forMarkdown(shorten(label))}: ${codeForMarkdown(place(site))}`),
  ].join('\n');
}

function stopsAt(current: Current, file: string, at: Position): { passage: Passage; stop: Stop }[] {
  return passagesThrough(current.model, file).flatMap((passage) =>
    passage.stops
      .filter(({ site }) => site.file === file && isWithin(site.span, at))
      .map((stop) => ({ passage, stop })),
  );
}

export function lensesOf({ current, file }: Asked): CodeLens[] {
  const lenses = new Map<string, CodeLens>();
  for (const passage of passagesThrough(current.model, file)) {
    for (const stop of passage.stops) {
      if (stop.site.file !== file || stop.kind === 'tagged') continue;
      const title = visible(shorten(lineOf(passage, stop)));
      const range = rangeOf(stop.site.span);
      const key = `${range.start.line} ${title}`;
      if (title !== '' && !lenses.has(key)) lenses.set(key, { range, command: { title, command: '' } });
    }
  }
  return [...lenses.values()].sort((a, b) => a.range.start.line - b.range.start.line);
}

/** From one end of a mismatch to the others; else from one stop of a voyage to the others. */
export function endsOf(asked: Asked, at: Position): Location[] {
  const { current, file } = asked;
  const ends = current.findings.flatMap((one) => {
    const all = [one.site, ...one.related.map(({ site }) => site)];
    return all.some((site) => site.file === file && isWithin(site.span, at)) ? all : [];
  });
  const sites =
    ends.length > 0 ? ends : stopsAt(current, file, at).flatMap(({ passage }) => passage.stops.map(({ site }) => site));
  const found = new Map<string, Location>();
  for (const site of sites) {
    if (site.file === '' || (site.file === file && isWithin(site.span, at))) continue;
    const location = locationOf(asked, site);
    found.set(JSON.stringify(location), location);
  }
  return [...found.values()];
}

/**
 * Applies `plimsoll-ignore` comments, and judges them: those that suppress nothing, those past their date, those
 * without a reason where one is required.
 */
import type { Report } from '../model/finding.ts';
import { siteOf, type Site } from '../core/site.ts';
import type { ReadingBase, Suppression } from '../syntax/source.ts';
import { defined } from '../core/optional.ts';

export interface Suppressible {
  readonly rule: string;
  readonly site: Site;
}

export interface SuppressionRequest<F extends Suppressible> {
  readonly findings: readonly F[];
  readonly suppressions: readonly { readonly base: ReadingBase; readonly suppression: Suppression }[];
  /** The current id of a rule (aliases lead to theirs); undefined: there's no such rule. */
  readonly ruleId: (name: string) => string | undefined;
  /** Did this rule run? A suppression of one that didn't can't be called unused. */
  readonly ran: (id: string) => boolean;
  readonly nearest: (name: string) => string | undefined;
  readonly requireReasons: boolean;
  /** `2027-03-31` */
  readonly today: string;
}

export interface Suppressed<F> {
  readonly kept: readonly F[];
  /** `comment`: what tells the suppression from others (see `suppressionKey`). */
  readonly suppressed: readonly { readonly finding: F; readonly reason?: string; readonly comment: string }[];
  readonly unused: readonly Report[];
  readonly expired: readonly Report[];
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function applySuppressions<F extends Suppressible>(request: SuppressionRequest<F>): Suppressed<F> {
  const unused: Report[] = [];
  const expired: Report[] = [];
  const active: { suppression: Suppression; base: ReadingBase; rules: Map<string, string>; used: Set<string> }[] = [];
  for (const { base, suppression } of request.suppressions) {
    const site = siteOf(base.lines, suppression.range);
    if (suppression.until !== undefined && !DATE.test(suppression.until)) {
      expired.push({
        site,
        message: `This suppression's date '${suppression.until}' is not of the form 2027-03-31, so it has no effect.`,
        help: 'Write the date as until=YYYY-MM-DD.',
      });
    } else if (suppression.until !== undefined && suppression.until < request.today) {
      expired.push({
        site,
        message: `This suppression of ${suppression.rules.join(', ')} expired on ${suppression.until}, so it has no effect any more.`,
        help: 'Mend what it hides and remove the comment, or set a new date with a reason.',
      });
    } else if (request.requireReasons && suppression.reason === undefined) {
      unused.push({
        site,
        message: `This suppression of ${suppression.rules.join(', ')} gives no reason, and the configuration requires one, so it has no effect.`,
        help: 'Add the reason after the rule: `plimsoll-ignore RULE -- reason`.',
      });
    } else {
      const rules = new Map(suppression.rules.map((name) => [name, request.ruleId(name) ?? '']));
      active.push({ suppression, base, rules, used: new Set() });
    }
  }

  const kept: F[] = [];
  const suppressed: { finding: F; reason?: string; comment: string }[] = [];
  for (const finding of request.findings) {
    const covering = active.filter(
      ({ suppression, base, rules }) =>
        [...rules.values()].includes(finding.rule) && covers(suppression, base, finding.site),
    );
    for (const one of covering) one.used.add(finding.rule);
    const reason = covering.map(({ suppression }) => suppression.reason).find((text) => text !== undefined);
    const [first] = covering;
    if (first === undefined) kept.push(finding);
    else suppressed.push({ finding, comment: suppressionKey(first), ...defined({ reason }) });
  }

  for (const { suppression, base, rules, used } of active) {
    if (suppression.generated === true) continue;
    for (const [name, id] of rules) {
      const site = siteOf(base.lines, suppression.range);
      if (id === '') {
        const nearest = request.nearest(name);
        unused.push({
          site,
          message: `This suppression names '${name}', and there is no such rule.`,
          help: nearest === undefined ? '`plimsoll rules` lists them.' : `Did you mean '${nearest}'?`,
        });
      } else if (!used.has(id) && request.ran(id)) {
        const where =
          suppression.scope === 'file'
            ? 'in this file'
            : suppression.region === undefined
              ? 'on this line'
              : 'in this resource';
        unused.push({
          site,
          message: `This suppression is not needed: ${id} finds nothing ${where}.`,
          help: 'Remove the comment, so that it cannot hide a later finding.',
        });
      }
    }
  }
  return { kept, suppressed, unused, expired };
}

/** For people, and to tell whether a comment was there before: what it says and in which file, not on which line. */
export function suppressionKey({
  base: { file },
  suppression: { scope, rules, reason, until },
}: SuppressionRequest<Suppressible>['suppressions'][number]): string {
  const word = scope === 'file' ? 'plimsoll-ignore-file' : 'plimsoll-ignore';
  const when = until === undefined ? '' : ` until=${until}`;
  return `${file}: ${word} ${rules.join(', ')}${when}${reason === undefined ? '' : ` -- ${reason}`}`;
}

function covers(suppression: Suppression, base: ReadingBase, site: Site): boolean {
  if (site.file !== base.file) return false;
  if (suppression.scope === 'file') return true;
  if (suppression.region !== undefined)
    return site.span.start >= suppression.region[0] && site.span.end <= suppression.region[1];
  return suppression.covers.includes(site.span.line);
}

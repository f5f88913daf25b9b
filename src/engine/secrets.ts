/**
 * What leaves the engine says no secret: neither a literal one of the sources, nor a sealed value that found its way
 * into a string.
 */
import { sealedIn } from '../core/sealed.ts';
import type { Report } from '../model/finding.ts';
import { STARS, hideSecrets, secretsIn } from '../core/secrets.ts';
import type { Site } from '../core/site.ts';

/** A report with stars for the secrets that its words quote, and without fixes that would write one. */
export function withoutSecrets<R extends Report>(report: R): R {
  return shown(report, hideSecrets, (text) => secretsIn(text).length === 0);
}

/**
 * The net below the taint: long sealed values are looked for in what is to be said. One that also stands in the files
 * at hand is an ordinary word of the sources, however else it came about.
 */
export function withoutSealed<R extends Report>(report: R, textOf: TextOf): R {
  const hide = sealedHider(report, textOf);
  return hide === undefined ? report : shown(report, hide, (text) => hide(text) === text);
}

type TextOf = (file: string) => string | undefined;

/** Puts stars for sealed values into what is said of a report. Undefined: the account itself says it. */
export function sealedHider(report: Report, textOf: TextOf): ((text: string) => string) | undefined {
  const files = [report.site, ...(report.related ?? []).map(({ site }) => site)]
    .map(({ file }) => file)
    .filter((file) => file !== '');
  // Of a live resource the account itself says what it is.
  if (files.length === 0) return undefined;
  const isOpen = (value: string): boolean => files.some((file) => textOf(file)?.includes(value) === true);
  return (text) =>
    sealedIn(text)
      .filter((value) => !isOpen(value))
      .reduce((rest, value) => rest.replaceAll(value, STARS), text);
}

function shown<R extends Report>(report: R, hide: (text: string) => string, mayWrite: (text: string) => boolean): R {
  const site = (one: Site): Site =>
    one.via === undefined ? one : { ...one, via: one.via.map((hop) => ({ ...hop, label: hide(hop.label) })) };
  return {
    ...report,
    site: site(report.site),
    message: hide(report.message),
    ...(report.help === undefined ? {} : { help: hide(report.help) }),
    ...(report.related === undefined
      ? {}
      : { related: report.related.map((one) => ({ message: hide(one.message), site: site(one.site) })) }),
    ...(report.fixes === undefined
      ? {}
      : {
          fixes: report.fixes
            .filter(({ edits }) => edits.every(({ text }) => mayWrite(text)))
            .map((fix) => ({ ...fix, title: hide(fix.title) })),
        }),
  };
}

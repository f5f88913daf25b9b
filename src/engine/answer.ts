/**
 * What a project is answered, before anybody asks for a part of it: plain data, which can be kept and shown again. It
 * depends on the files and on how they are judged; which part is shown depends on what a run asks for.
 */
import type { Files } from '../discover/files.ts';
import type { Finding } from '../model/finding.ts';
import { shorten } from '../core/shorten.ts';
import type { Unreadable } from '../syntax/source.ts';
import { touching } from '../picture/choose.ts';
import type { Picture } from '../picture/picture.ts';
import type { Coverage } from './coverage.ts';
import { fingerprinted, type Unmarked } from './judge.ts';
import { isTestFolder } from './test-data.ts';
import { staleOutputs, type Notice, type Output } from './stale.ts';
import { defined } from '../core/optional.ts';

export interface Answer {
  readonly gist: Gist;
  /** In order. */
  readonly kept: readonly Marked[];
  readonly suppressed: readonly (Marked & Suppressed)[];
  /** Comments that suppress, each as often as it is there, whatever they find. */
  readonly suppressions: readonly string[];
  readonly unreadable: readonly Unreadable[];
  readonly notices: readonly Notice[];
  readonly coverage: Coverage;
  /** Where it was asked for. */
  readonly picture?: Picture;
}

/** What tells of an answer whether it still stands, and how large it is. */
export interface Gist {
  /** The day it was judged on, and the dates of suppressions that were compared with it. */
  readonly day: string;
  readonly untils: readonly string[];
  /** Whether one is stale is a matter of dates, asked when it is shown. */
  readonly outputs: readonly Output[];
  /** Files that took part. */
  readonly files: number;
  readonly facts: number;
  readonly images: number;
  /** The same as people count them. */
  readonly named: number;
  /** Steps that evaluation took, of those that the project's entries have. */
  readonly steps: number;
}

export interface Held {
  readonly finding: Unmarked;
  /** It is shown only where its file is named. */
  readonly testData?: boolean;
}

export interface Suppressed {
  readonly reason?: string;
  /** The comment that does it, as `suppressions` has it. */
  readonly comment: string;
}

/** With the text it points at, without secrets: a part of what it is known by across runs. */
export interface Marked extends Held {
  readonly text: string;
}

/** What of an answer is asked for. */
export interface Asked {
  /** Only findings that touch these project-relative files or folders. */
  readonly only?: readonly string[] | undefined;
  /** Only findings that touch this folder, where a run happens to be; nobody has named it. */
  readonly within?: string | undefined;
  /** Also those that only may be right. */
  readonly pedantic?: boolean | undefined;
}

export interface Shown
  extends Pick<Answer, 'unreadable' | 'coverage'>,
    Pick<Gist, 'files' | 'facts' | 'images' | 'named' | 'steps'> {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly { readonly finding: Finding; readonly reason?: string }[];
  /**
   * What has to be said of the run beside its findings: a synthesized output that is older than its source, a script
   * too long to be followed.
   */
  readonly notices?: readonly Notice[];
  /** The voyages that are asked for, where they were to be drawn. */
  readonly picture?: Picture;
}

export function shown(answer: Answer, { files, ...asked }: Asked & { readonly files: Files }): Shown {
  const { only, within } = asked;
  const suppressed = answer.suppressed.filter(isAsked(asked));
  const marked = fingerprinted(suppressed);
  const { outputs, files: took, facts, images, named, steps } = answer.gist;
  return {
    findings: fingerprinted(answer.kept.filter(isAsked(asked))),
    suppressed: marked.map((finding, index) => ({ finding, ...defined({ reason: suppressed[index]?.reason }) })),
    unreadable: answer.unreadable.filter(
      ({ file }) => (only === undefined || under(file, only)) && (within === undefined || under(file, [within])),
    ),
    files: took,
    notices: [
      ...(files.notices ?? []).map((message) => ({ file: '.git', message })),
      ...staleOutputs(files, outputs),
      ...answer.notices,
    ].map(({ file, message }) => ({ file, message: shorten(message) })),
    coverage: answer.coverage,
    ...(answer.picture === undefined
      ? {}
      : { picture: only === undefined ? answer.picture : touching(answer.picture, only) }),
    facts,
    images,
    named,
    steps,
  };
}

/** Does an answer of another day still stand? A suppression that has run out since hides no more. */
export function isOfToday({ day, untils }: Gist, now = today()): boolean {
  return untils.every((until) => until < day === until < now);
}

export function isAsked({ only, within, pedantic }: Asked): (one: Held) => boolean {
  const named = only?.filter((one) => one !== '') ?? [];
  // Whoever stands among test data means it.
  const meant = within !== undefined && isTestFolder(within) ? [within, ...named] : named;
  return ({ finding: { site, related, confidence }, testData }) => {
    const touches = (folders: readonly string[] | undefined): boolean =>
      folders === undefined || [site, ...related.map((one) => one.site)].some(({ file }) => under(file, folders));
    return (
      (pedantic === true || confidence !== 'possible') &&
      (testData !== true || under(site.file, meant)) &&
      touches(only) &&
      touches(within === undefined ? undefined : [within])
    );
  };
}

function under(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder === '' || file === folder || file.startsWith(`${folder}/`));
}

/** `2027-03-31` */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

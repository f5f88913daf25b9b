/** What a reporter is given, and gives. Reporters see findings, never the model: one file per format. */
import type { Finding, Severity } from '../model/finding.ts';
import type { Picture } from '../picture/picture.ts';
import type { Grouping } from './order.ts';
import type { Unreadable } from '../syntax/source.ts';
import type { Site } from '../core/site.ts';

interface Summary {
  readonly files: number;
  readonly voyages: number;
  /** Voyages as people count images: another region makes no other image. */
  readonly images?: number;
  /** Findings below the severity that is shown. */
  readonly hidden?: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly suppressed: number;
}

/** A rule as catalogues show it. */
export interface RuleInfo {
  readonly id: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly group: string;
  readonly services: readonly string[];
  readonly experimental?: boolean;
  /** Where its page is read; absent for a plug-in's, and until there is a public place. */
  readonly page?: string;
}

/** One change that a deploy would make, as `plimsoll diff` shows it. */
export interface ChangeShown {
  readonly stack: string;
  readonly logicalId: string;
  readonly resourceType: string;
  readonly change: 'add' | 'remove' | 'update' | 'replace' | 'orphan';
  /** In people's words. */
  readonly description: string;
  /** Has it to do with images: what builds, stores or runs them? The others are only counted for people. */
  readonly concerns: boolean;
  readonly properties: readonly { readonly path: string; readonly before?: unknown; readonly after?: unknown }[];
  readonly site: Site;
}

export interface ChangesShown {
  /** What the new templates were compared with. */
  readonly against: string;
  readonly list: readonly ChangeShown[];
  /** Stacks that one side alone has, and what else has to be said. */
  readonly remarks: readonly string[];
}

/** Something about the run that isn't about one place in a file: a synthesized output that is older than its source. */
export interface Notice {
  readonly file: string;
  readonly message: string;
}

/** Something that a change takes off the gate it has to pass. */
export interface TakenOff {
  readonly kind: 'suppression' | 'configuration' | 'baseline';
  readonly what: string;
}

/** What a run says that compares two states of the project: the findings are those that are new. */
export interface SinceShown {
  readonly against: string;
  /** The commit where the two ways parted. */
  readonly base: string;
  readonly fixed: readonly Finding[];
  readonly takenOff: readonly TakenOff[];
}

/** What was looked at, and what was not: silence about the rest is no approval. */
export interface CoverageShown {
  readonly read: Readonly<Record<string, number>>;
  readonly unread: readonly { readonly file: string; readonly kind: string }[];
  readonly voyages: { readonly whole: number; readonly broken: number };
  readonly bounds: readonly { readonly file: string; readonly line: number; readonly bound: string }[];
}

export interface ReportInput {
  readonly tool: { readonly name: string; readonly version: string; readonly homepage?: string };
  readonly findings: readonly Finding[];
  readonly suppressed: readonly {
    readonly finding: Finding;
    readonly reason?: string;
    readonly by: 'comment' | 'baseline';
  }[];
  readonly unreadable: readonly Unreadable[];
  readonly summary: Summary;
  readonly rules: readonly RuleInfo[];
  /** Only of `plimsoll diff`. */
  readonly changes?: ChangesShown;
  /** Only with `--since`. */
  readonly since?: SinceShown;
  readonly notices?: readonly Notice[];
  readonly coverage?: CoverageShown;
  /**
   * Only of `plimsoll audit`: what was looked at, for people (`account 123456789012 in eu-west-1: 4 Lambda functions`).
   */
  readonly audited?: string;
  /** The voyages, where a format draws them. */
  readonly picture?: Picture;
  /** Where the project lies, for people, when it isn't the working directory. */
  readonly where?: string;
  /** The project's folder that is shown, where it isn't all of it. */
  readonly within?: string;
  /** The part of the repository that a report stands for: empty for all of it, else a folder. */
  readonly workspace?: string;
  /** It is a folder of a larger project, which was left out. */
  readonly alone?: true;
  /** Only of a command line that is judged before it is run. */
  readonly typed?: {
    /** What stands for it where a file's name would. */
    readonly file: string;
    /** The line as it had better been typed. */
    readonly better?: string;
  };
  /** A file's text, for code frames. */
  text(file: string): string | undefined;
}

export interface Style {
  readonly color: boolean;
  readonly width: number;
  readonly quiet: boolean;
  /** SARIF alone has a place for what was suppressed. */
  readonly includeSuppressed?: boolean;
  /** How reports for people group findings. */
  readonly groupBy?: Grouping;
  /** Counts by rule in place of the findings, in reports for people. */
  readonly statistics?: boolean;
  /** The project's absolute path, where the terminal takes links to its files. */
  readonly links?: string;
}

export type Reporter = (input: ReportInput, style: Style) => string | Promise<string>;

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const MOST_NAMED = 3;

/** In one line what was not judged beside what could not be read; undefined where nothing is known to be missing. */
export function notJudged(coverage: CoverageShown | undefined): string | undefined {
  const unread = coverage?.unread ?? [];
  const bounds = coverage?.bounds ?? [];
  const kinds = new Map<string, string[]>();
  for (const { file, kind } of unread) kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  const files = [...kinds].map(
    ([kind, list]) =>
      `${list.slice(0, MOST_NAMED).join(', ')}${list.length > MOST_NAMED ? ` and ${list.length - MOST_NAMED} more` : ''} (${kind})`,
  );
  const parts = [
    ...files,
    ...(bounds.length === 0
      ? []
      : [
          `what lies beyond ${plural(bounds.length, 'limit')} (${bounds
            .slice(0, MOST_NAMED)
            .map(({ file, line }) => `${file}:${line}`)
            .join(', ')})`,
        ]),
  ];
  return parts.length === 0 ? undefined : `Not judged: ${parts.join('; ')}`;
}

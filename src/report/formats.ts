/** How findings, and pictures, can be printed: each format's name, its reporter, loaded when it is asked for, and the endings of the files it is for. */
import type { Reporter } from './report.ts';

interface Printing {
  readonly load: () => Promise<Reporter>;
  readonly endings?: readonly `.${string}`[];
  /** It draws the voyages as well. */
  readonly draws?: true;
}

const html: Printing = {
  load: async () => (await import('./page/page.ts')).page,
  endings: ['.html', '.htm'],
  draws: true,
};

const PRINTINGS = {
  pretty: { load: async () => (await import('./pretty.ts')).pretty },
  concise: { load: async () => (await import('./concise.ts')).concise },
  agent: { load: async () => (await import('./agent.ts')).agent },
  json: { load: async () => (await import('./json.ts')).json, endings: ['.json'] },
  sarif: { load: async () => (await import('./sarif.ts')).sarif, endings: ['.sarif'] },
  github: { load: async () => (await import('./github.ts')).github },
  gitlab: { load: async () => (await import('./gitlab.ts')).gitlab },
  junit: { load: async () => (await import('./junit.ts')).junit, endings: ['.xml'] },
  markdown: { load: async () => (await import('./markdown.ts')).markdown, endings: ['.md'] },
  html,
} satisfies Record<string, Printing>;

const DRAWINGS = {
  text: { load: async () => (await import('./graph/text.ts')).text, endings: ['.txt'] },
  mermaid: { load: async () => (await import('./graph/mermaid.ts')).mermaid, endings: ['.mmd', '.mermaid'] },
  dot: { load: async () => (await import('./graph/dot.ts')).dot, endings: ['.dot', '.gv'] },
  svg: { load: async () => (await import('./graph/svg.ts')).svg, endings: ['.svg'] },
  html,
  json: { load: async () => (await import('./graph/json.ts')).json, endings: ['.json'] },
} satisfies Record<string, Printing>;

export type Format = keyof typeof PRINTINGS;
export type GraphFormat = keyof typeof DRAWINGS;

/** The formats of one kind of report. */
export interface Shelf<F extends string> {
  readonly names: readonly F[];
  has(name: string): name is F;
  load(format: F): Promise<Reporter>;
  /** The format of a file with this name, where its ending says. */
  of(file: string): F | undefined;
  draws(format: F): boolean;
}

function shelf<F extends string>(printings: Readonly<Record<F, Printing>>): Shelf<F> {
  const has = (name: string): name is F => Object.hasOwn(printings, name);
  const names = Object.keys(printings).filter(has);
  return {
    names,
    has,
    load: (format) => printings[format].load(),
    of: (file) =>
      names.find((format) =>
        (printings[format].endings ?? []).some((ending) => file.length > ending.length && file.endsWith(ending)),
      ),
    draws: (format) => printings[format].draws === true,
  };
}

export const FINDINGS: Shelf<Format> = shelf(PRINTINGS);
export const PICTURES: Shelf<GraphFormat> = shelf(DRAWINGS);

export const FORMATS = FINDINGS.names;

export function isFormat(name: string): name is Format {
  return FINDINGS.has(name);
}

export function reporterFor(format: Format): Promise<Reporter> {
  return FINDINGS.load(format);
}

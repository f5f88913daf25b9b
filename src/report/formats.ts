/** How findings can be printed: each format's name, its reporter, loaded when it is asked for, and the ending of the files it is for. */
import type { Reporter } from './report.ts';

interface Printing {
  readonly load: () => Promise<Reporter>;
  readonly ending?: `.${string}`;
}

const PRINTINGS = {
  pretty: { load: async () => (await import('./pretty.ts')).pretty },
  concise: { load: async () => (await import('./concise.ts')).concise },
  agent: { load: async () => (await import('./agent.ts')).agent },
  json: { load: async () => (await import('./json.ts')).json, ending: '.json' },
  sarif: { load: async () => (await import('./sarif.ts')).sarif, ending: '.sarif' },
  github: { load: async () => (await import('./github.ts')).github },
  gitlab: { load: async () => (await import('./gitlab.ts')).gitlab },
  junit: { load: async () => (await import('./junit.ts')).junit, ending: '.xml' },
  markdown: { load: async () => (await import('./markdown.ts')).markdown, ending: '.md' },
} satisfies Record<string, Printing>;

export type Format = keyof typeof PRINTINGS;

export function isFormat(name: string): name is Format {
  return Object.hasOwn(PRINTINGS, name);
}

export const FORMATS: readonly Format[] = Object.keys(PRINTINGS).filter(isFormat);

export function reporterFor(format: Format): Promise<Reporter> {
  return PRINTINGS[format].load();
}

/** The format of a file with this name, where its ending says. */
export function formatOf(file: string): Format | undefined {
  return FORMATS.find((format) => {
    const { ending }: Printing = PRINTINGS[format];
    return ending !== undefined && file.length > ending.length && file.endsWith(ending);
  });
}

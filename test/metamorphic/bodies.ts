/** The same script, with its body somewhere else. */
import { posix } from 'node:path';
import type { Project, Transformation } from './edits.ts';
import { commandsOf, scriptOf } from './shell.ts';

interface Whole {
  readonly path: string;
  readonly text: string;
  /** After the `#!`. */
  readonly start: number;
}

/** Scripts whose body can stand anywhere: nobody sources them, nothing in them asks where they stand. */
function wholeScripts(project: Project): Whole[] {
  const sourced = Object.entries(project).flatMap(([path, text]) => sources(path, text));
  return Object.entries(project).flatMap(([path, text]) => {
    const script = scriptOf(path, text);
    const returns = script?.body.some((one) => one.kind === 'command' && one.words[0]?.raw === 'return');
    if (
      script === undefined ||
      returns === true ||
      text.includes('BASH_SOURCE') ||
      sourced.some((one) => one.includes(posix.basename(path)))
    )
      return [];
    return [{ path, text, start: /^#!.*\n/.exec(text)?.[0].length ?? 0 }];
  });
}

function sources(path: string, text: string): string[] {
  const script = scriptOf(path, text);
  return script === undefined
    ? []
    : commandsOf(script, text).flatMap(({ words: [name, file] }) =>
        name?.raw === 'source' || name?.raw === '.' ? [file?.raw ?? ''] : [],
      );
}

const around = (name: string, before: string, after: string): Transformation => ({
  name,
  change(project) {
    const found = wholeScripts(project);
    return found.length === 0
      ? undefined
      : {
          edits: new Map(
            found.map(({ path, text, start }) => [
              path,
              [
                { start, end: start, text: before },
                { start: text.length, end: text.length, text: `${text.endsWith('\n') ? '' : '\n'}${after}` },
              ],
            ]),
          ),
        };
  },
});

/** `release.sh` becomes a line that sources `release.body.sh`. */
const sourced: Transformation = {
  name: 'shell: the body in a sourced file',
  change(project) {
    const found = wholeScripts(project).filter(({ path }) => path.endsWith('.sh'));
    if (found.length === 0) return undefined;
    const body = (path: string): string => path.replace(/\.sh$/, '.body.sh');
    const paths = new Set(found.map(({ path }) => path));
    return {
      moved: (path) => (paths.has(path) ? body(path) : path),
      edits: new Map(found.map(({ path, start }) => [path, start === 0 ? [] : [{ start: 0, end: start, text: '' }]])),
      added: Object.fromEntries(
        found.map(({ path, text, start }) => [
          path,
          `${text.slice(0, start)}source "$(dirname "$0")/${posix.basename(body(path))}"\n`,
        ]),
      ),
    };
  },
};

function isNamedElsewhere(project: Project, path: string): boolean {
  return Object.entries(project).some(([other, text]) => other !== path && text.includes(posix.basename(path)));
}

/** Another script beside it, which nobody calls either, calls it with whatever it is given. */
const wrapping = (name: string, call: (path: string) => string): Transformation => ({
  name,
  change(project) {
    const found = wholeScripts(project).filter(({ path }) => path.endsWith('.sh') && !isNamedElsewhere(project, path));
    return found.length === 0
      ? undefined
      : {
          added: Object.fromEntries(
            found.map(({ path }) => [
              posix.join(posix.dirname(path), `all-of-${posix.basename(path)}`),
              `#!/usr/bin/env bash\nset -euo pipefail\n${call(path)} "$@"\n`,
            ]),
          ),
        };
  },
});

export const BODIES: readonly Transformation[] = [
  around('shell: the body in a function', 'everything() {\n', '}\neverything "$@"\n'),
  around('shell: the body in a function, its status handed on', 'everything() {\n', '}\neverything "$@"; exit $?\n'),
  around('shell: the body in a subshell', '(\n', ')\n'),
  around('shell: the body in a group', '{\n', '}\n'),
  sourced,
  wrapping('shell: a wrapper that passes "$@"', (path) => `"$(dirname "$0")/${posix.basename(path)}"`),
  wrapping('shell: a wrapper that becomes the script', (path) => `exec ./${path}`),
];

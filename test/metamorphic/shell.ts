/** The same script, written otherwise. */
import { kindByPath, kindInside } from '../../src/discover/kinds.ts';
import { indexLines } from '../../src/core/site.ts';
import { parseScript } from '../../src/parsers/shell/parse.ts';
import type { Command, Script, Statement, Word } from '../../src/parsers/shell/reading.ts';
import { walk } from '../../src/parsers/shell/walk.ts';
import { read as readWorkflow } from '../../src/parsers/github/read.ts';
import { editing, followsOurs, indentAt, type Change, type Edit, type Project, type Transformation } from './edits.ts';

function isShellFile(path: string, text: string): boolean {
  const kind = kindByPath(path);
  return (
    kind !== undefined &&
    ('kind' in kind ? kind.kind === 'shell' : kind.suspect === 'script' && kindInside('script', path, text) === 'shell')
  );
}

export function scriptOf(path: string, text: string): Script | undefined {
  if (!isShellFile(path, text)) return undefined;
  const { script, errors } = parseScript(text);
  return errors.length === 0 && script.body.length > 0 ? script : undefined;
}

/** Scripts of the file, those of a workflow's steps too. */
function scriptsIn(path: string, text: string): readonly Script[] {
  const own = scriptOf(path, text);
  if (own !== undefined) return [own];
  const kind = kindByPath(path);
  if (kind === undefined || !('kind' in kind) || kind.kind !== 'workflow') return [];
  const workflow = readWorkflow({ file: path, text, lines: indexLines(path, text) });
  return [...workflow.jobs.flatMap(({ steps }) => steps), ...workflow.steps].flatMap(({ run }) =>
    run === undefined ? [] : [run.script],
  );
}

/** Commands that stand in the file just so: not in a string that had to be decoded. */
export function commandsOf(script: Script, text: string): Command[] {
  const found: Command[] = [];
  const isInPlace = ({ range, raw }: Word): boolean => text.slice(...range) === raw;
  walk(script, { statement: (one) => void (one.kind === 'command' && one.words.every(isInPlace) && found.push(one)) });
  return found;
}

function statementsOf(script: Script): Statement[] {
  const found: Statement[] = [];
  walk(script, { statement: (one) => void found.push(one) });
  return found;
}

/** Blanks between the words of a command. */
function gaps(script: Script, text: string): (readonly [number, number])[] {
  return commandsOf(script, text).flatMap(({ words }) =>
    words.slice(1).flatMap((word, index) => {
      const gap = [words[index]!.range[1], word.range[0]] as const;
      return text.slice(...gap) === ' ' ? [gap] : [];
    }),
  );
}

/** Statements that begin a line which continues no other. */
function lineStarts(script: Script, text: string): { readonly offset: number; readonly indent: string }[] {
  const seen = new Set<number>();
  return statementsOf(script)
    .flatMap(({ range: [offset] }) => {
      const indent = indentAt(text, offset);
      const before = text.slice(0, offset - (indent?.length ?? 0));
      const line = before.slice(before.lastIndexOf('\n', before.length - 2) + 1);
      if (indent === undefined || seen.has(offset) || /\\\r?\n$/.test(before) || line.includes('<<')) return [];
      seen.add(offset);
      return [{ offset, indent }];
    })
    .sort((a, b) => a.offset - b.offset);
}

/** In scripts of their own, and in a workflow's steps where its indentation doesn't matter. */
const inAll = (name: string, edits: (script: Script, text: string) => readonly Edit[]): Transformation =>
  editing(name, (path, text) => scriptsIn(path, text).flatMap((script) => edits(script, text)));

const inFiles = (
  name: string,
  edits: (script: Script, text: string, project: Project) => readonly Edit[],
  more: Omit<Change, 'edits'> = {},
): Transformation =>
  editing(
    name,
    (path, text, project) => {
      const script = scriptOf(path, text);
      return script === undefined ? [] : edits(script, text, project);
    },
    more,
  );

const comments = inFiles('shell: comments and blank lines', (script, text) =>
  lineStarts(script, text)
    .filter(({ offset }) => !followsOurs(text, offset))
    .map(({ offset, indent }) => ({
      start: offset,
      end: offset,
      text: `# What follows is as it was: "done" isn't said.\n\n${indent}`,
    })),
);

const continuations = inFiles('shell: continuation lines', (script, text) =>
  gaps(script, text).map(([start, end]) => ({ start, end, text: ' \\\n    ' })),
);

const tabs = inAll('shell: tabs between words', (script, text) =>
  gaps(script, text).map(([start, end]) => ({ start, end, text: '\t' })),
);

const indents = inFiles('shell: indented by tabs', (script, text) =>
  lineStarts(script, text)
    .filter(({ indent }) => /^ +$/.test(indent))
    .map(({ offset, indent }) => ({
      start: offset - indent.length,
      end: offset,
      text: '\t'.repeat(Math.ceil(indent.length / 2)),
    })),
);

const PLAIN = /^[\w./:=@,+-]+$/;

interface Literal {
  readonly word: Word;
  readonly value: string;
  readonly command: Command;
  readonly index: number;
}

/** Arguments that are nothing but text. */
function literals(script: Script, text: string, quoted: boolean): Literal[] {
  return commandsOf(script, text).flatMap((command) =>
    command.words.flatMap((word, index) => {
      const [only] = word.parts;
      if (
        index === 0 ||
        word.parts.length !== 1 ||
        only?.kind !== 'literal' ||
        only.quoted !== quoted ||
        !PLAIN.test(only.value)
      )
        return [];
      return quoted || word.raw === only.value ? [{ word, value: only.value, command, index }] : [];
    }),
  );
}

const replacing = (
  {
    word: {
      range: [start, end],
    },
  }: Literal,
  text: string,
): Edit => ({ start, end, text });

const quoting = (name: string, quote: string): Transformation =>
  inFiles(name, (script, text) =>
    literals(script, text, false).map((one) => replacing(one, `${quote}${one.value}${quote}`)),
  );

const unquoted = inFiles('shell: quotes dropped', (script, text) =>
  literals(script, text, true)
    .filter(({ word: { raw }, value }) => raw === `"${value}"` || raw === `'${value}'`)
    .map((one) => replacing(one, one.value)),
);

function builds(script: Script, text: string): { readonly command: Command; readonly verb: Word }[] {
  return commandsOf(script, text).flatMap((command) => {
    const [name, verb] = command.words;
    return name?.raw === 'docker' && verb?.raw === 'build' && command.assignments.length === 0
      ? [{ command, verb }]
      : [];
  });
}

const imageBuild = inAll('docker image build', (script, text) =>
  builds(script, text).map(
    ({
      verb: {
        range: [start, end],
      },
    }) => ({ start, end, text: 'image build' }),
  ),
);

const buildxBuild = inAll('docker buildx build --load', (script, text) =>
  builds(script, text)
    .filter(({ command }) => !command.words.some(({ raw }) => /^(?:--push|--load|--output|-o)\b/.test(raw)))
    .map(
      ({
        verb: {
          range: [start, end],
        },
      }) => ({ start, end, text: 'buildx build --load' }),
    ),
);

/** One word whatever it stands for. */
const isOneWord = (word: Word): boolean =>
  word.parts.every((part) => part.kind === 'literal' || ('quoted' in part && part.quoted));

/** The flag and its value are one place, however they are joined. */
const platformApart = inAll('--platform x', (script, text) =>
  commandsOf(script, text).flatMap(({ words }) =>
    words.flatMap((word) =>
      word.raw.startsWith('--platform=') && isOneWord(word)
        ? [{ start: word.range[0], end: word.range[1], text: word.raw.replace('=', ' ') }]
        : [],
    ),
  ),
);

const platformTogether = inAll('--platform=x', (script, text) =>
  commandsOf(script, text).flatMap(({ words }) =>
    words.flatMap((word, index) => {
      const next = words[index + 1];
      if (
        word.raw !== '--platform' ||
        next === undefined ||
        !isOneWord(next) ||
        text.slice(word.range[1], next.range[0]) !== ' '
      )
        return [];
      return [{ start: word.range[0], end: next.range[1], text: `--platform=${next.raw}` }];
    }),
  ),
);

const constants = inFiles(
  'shell: a constant pulled out',
  (script, text) => {
    const first = lineStarts(script, text)[0];
    const found = literals(script, text, false).filter(
      ({ command, index, value }) =>
        index >= 2 && /^(?:docker|aws)$/.test(command.words[0]?.raw ?? '') && /^[^-]*[/:.]/.test(value),
    );
    if (first === undefined || found.length === 0) return [];
    const values = [...new Set(found.map(({ value }) => value))];
    return [
      {
        start: first.offset,
        end: first.offset,
        text: values.map((value, index) => `PULLED_OUT_${index}=${value}\n`).join(''),
      },
      ...found.map((one) => replacing(one, `"$PULLED_OUT_${values.indexOf(one.value)}"`)),
    ];
  },
  { movesPlaces: true },
);

/** Variables that the script sets for itself, and every place that names them. */
function ownVariables(script: Script, text: string, project: Project): [string, readonly number[]][] {
  const places = new Map<string, Set<number>>();
  const set = new Set<string>();
  const add = (name: string, start: number): void => {
    if (text.slice(start, start + name.length) === name) places.set(name, (places.get(name) ?? new Set()).add(start));
  };
  walk(script, {
    statement(one) {
      if (one.kind !== 'command') return;
      for (const { name, range, value } of [...one.assignments, ...one.declarations]) {
        add(name, range[0]);
        const isOwn = one.words.length === 0 || (one.declarations.length > 0 && one.words[0]?.raw !== 'export');
        if (isOwn && value?.raw.includes(name) !== true) set.add(name);
      }
    },
    part(part) {
      if (part.kind !== 'parameter') return;
      const brace = text[part.range[0] + 1] === '{' ? 2 : 1;
      add(part.name, part.range[0] + brace + (part.indirect || part.length ? 1 : 0));
    },
  });
  const whole = Object.values(project).join('\n');
  const isWhole = (name: string, found: number): boolean =>
    whole.split(new RegExp(`\\b${name}\\b`)).length - 1 === found;
  return [...places].flatMap(([name, found]): [string, readonly number[]][] =>
    set.has(name) && isWhole(name, found.size) ? [[name, [...found]]] : [],
  );
}

/** Names that tools read from the environment. */
const SPOKEN_FOR = /^(?:AWS|DOCKER|BUILDX|COMPOSE|CDK|GITHUB|SAM|TF)_|^(?:PATH|HOME|IFS|PS4|TMPDIR)$/;

const renamed = inFiles('shell: renamed variables', (script, text, project) =>
  ownVariables(script, text, project)
    .filter(([name]) => !SPOKEN_FOR.test(name))
    .flatMap(([name, places]) =>
      places.map((start) => ({
        start,
        end: start + name.length,
        text: `${name}_${/[a-z]/.test(name) ? 'renamed' : 'RENAMED'}`,
      })),
    ),
);

export const SHELL: readonly Transformation[] = [
  comments,
  continuations,
  tabs,
  indents,
  quoting('shell: double quotes', '"'),
  quoting('shell: single quotes', "'"),
  unquoted,
  imageBuild,
  buildxBuild,
  platformApart,
  platformTogether,
  constants,
  renamed,
];

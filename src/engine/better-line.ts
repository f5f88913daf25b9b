/** The command line as it had better been typed: with the fixes that its findings offer, and without what hides and swallows. */
import { secretsIn } from '../core/secrets.ts';
import type { Edit } from '../model/finding.ts';
import { applyEdits } from '../fix/fix.ts';
import { hidingOf } from '../parsers/shell/output.ts';
import type { Pipeline, ShellReading } from '../parsers/shell/reading.ts';
import { walk } from '../parsers/shell/walk.ts';
import { readCommandLine, type CommandLine } from './command-line.ts';
import type { Unmarked } from './judge.ts';

/** Undefined where nothing better is known. */
export async function betterLine(line: CommandLine, findings: readonly Unmarked[]): Promise<string | undefined> {
  const own = findings.filter(({ site }) => site.file === line.file);
  if (own.length === 0) return undefined;
  const edits = editsFor(await readCommandLine(line), own);
  const better = applyEdits(line.text, edits).trim();
  // It is printed, and a password in it would be.
  if (better === line.text.trim() || better === '' || secretsIn(better).length > 0) return undefined;
  const { unreadable } = await readCommandLine({ ...line, text: better });
  return unreadable.length === 0 ? better : undefined;
}

function editsFor(reading: ShellReading, own: readonly Unmarked[]): Edit[] {
  const edits: Edit[] = [];
  const add = (more: readonly Edit[]): void => {
    const clash = more.some((edit) =>
      edits.some((one) => edit.start === one.start || (edit.start < one.end && one.start < edit.end)),
    );
    if (!clash && more.every(({ file }) => file === reading.file)) edits.push(...more);
  };
  for (const { fixes } of own) add((fixes.find(({ safe }) => safe) ?? fixes[0])?.edits ?? []);
  const piped = pipelinesOf(reading).filter(({ range: [start, end] }) =>
    own.some(({ rule, site: { span } }) => OF_PIPES.has(rule) && span.start < end && start < span.end),
  );
  let swallows = false;
  for (const pipeline of piped) {
    const filters = filtersOf(pipeline);
    add(filters.map(([start, end]) => ({ file: reading.file, start, end, text: '' })));
    swallows ||= filters.length < pipeline.stages.length - 1;
  }
  if (swallows && own.some(({ rule }) => rule === 'deploy-exit-masked'))
    add([{ file: reading.file, start: 0, end: 0, text: 'set -o pipefail; ' }]);
  return edits;
}

const OF_PIPES = new Set(['deploy-output-hidden', 'deploy-exit-masked']);

function pipelinesOf({ script }: ShellReading): Pipeline[] {
  const found: Pipeline[] = [];
  walk(script, {
    statement: (one) => {
      if (one.kind === 'pipeline' && one.stages.length > 1) found.push(one);
    },
  });
  return found;
}

/** Each with the pipe before it. */
function filtersOf({ stages }: Pipeline): (readonly [start: number, end: number])[] {
  return stages.flatMap((stage, index) => {
    const before = stages[index - 1];
    const words = stage.kind === 'command' ? stage.words.map(({ raw }) => raw) : [];
    return before !== undefined && hidingOf(words) !== undefined ? [[before.range[1], stage.range[1]] as const] : [];
  });
}

/** The shell fences of a document as one script: what a reader types, from top to bottom. */
import type { Range } from '../../core/site.ts';
import type { DocFence } from './reading.ts';
import type { Command, Script, Statement, Word } from '../shell/reading.ts';
import { PROJECT } from '../shell/session.ts';

export type ShellFence = Extract<DocFence, { kind: 'shell' }>;

export function scriptOf(fences: readonly ShellFence[], exists: (path: string) => boolean): Script {
  const body = fences.flatMap((fence) => statementsOf(fence, exists));
  const last = body.at(-1);
  // How the last command ends is nobody's exit status.
  return { body: last === undefined ? [] : [...body, command(['true'], last)] };
}

function statementsOf(fence: ShellFence, exists: (path: string) => boolean): Statement[] {
  // An excerpt of a script may end it; the reader goes on.
  const body = fence.script.body.filter((one) => !(one.kind === 'command' && one.words[0]?.raw === 'exit'));
  const [first] = body;
  if (first === undefined) return [];
  return startsFromTheRoot(body, exists) ? [command(['cd', PROJECT], first), ...body] : body;
}

/**
 * Each passage of a document begins where its author thinks of it from: paths that the project has from its root are
 * meant so.
 */
function startsFromTheRoot(body: readonly Statement[], exists: (path: string) => boolean): boolean {
  const commands = commandsIn(body);
  const first = commands[0]?.words.map((word) => word.raw) ?? [];
  if (first[0] === 'cd') return isInside(first[1] ?? '') && exists(plain(first[1] ?? ''));
  return commands.some((one) => one.words.some(({ raw }) => raw.includes('/') && isInside(raw) && exists(plain(raw))));
}

function isInside(path: string): boolean {
  return /^(?:\.\/)?[\w@][\w@./-]*$/.test(path) && !path.split('/').includes('..');
}

function plain(path: string): string {
  return path.replace(/^\.\//, '').replace(/\/$/, '');
}

function command(words: readonly string[], near: Statement): Command {
  const at: Range = [near.range[0], near.range[0]];
  const word = (value: string): Word => ({
    range: at,
    raw: value,
    parts: [{ kind: 'literal', value, quoted: true, range: at }],
  });
  return { kind: 'command', range: at, assignments: [], words: words.map(word), declarations: [], redirects: [] };
}

/** All simple commands, in whatever they stand. */
function commandsIn(body: readonly Statement[]): Command[] {
  const found: Command[] = [];
  const pending: Statement[] = [...body].reverse();
  const push = (statements: readonly Statement[]): void => void pending.push(...[...statements].reverse());
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    switch (one.kind) {
      case 'command':
        found.push(one);
        break;
      case 'pipeline':
        push(one.stages);
        break;
      case 'and-or':
        push(one.commands);
        break;
      case 'if':
        push([...one.branches.flatMap((branch) => [...branch.condition, ...branch.body]), ...(one.otherwise ?? [])]);
        break;
      case 'while':
        push([...one.condition, ...one.body]);
        break;
      case 'case':
        push(one.arms.flatMap((arm) => arm.body));
        break;
      case 'for':
      case 'arithmetic-for':
      case 'group':
      case 'subshell':
      case 'function':
        push(one.body);
        break;
      case 'background':
        push([one.command]);
        break;
      case 'test':
      case 'arithmetic':
        break;
    }
  }
  return found;
}

const MAX_DETOURS = 10;

/**
 * A document that builds one image in several places shows several ways: whoever follows an earlier one goes on with
 * what comes after the last. Each detour leaves out the later builds of an image that nothing used in between.
 */
export function detours(fences: readonly ShellFence[]): ShellFence[][] {
  const commands = fences.map((fence) => commandsIn(fence.script.body));
  const built = commands.map((list) => new Set(list.flatMap(tagsBuilt)));
  const found: ShellFence[][] = [];
  for (const [index, tags] of built.entries()) {
    for (const tag of tags) {
      const later = built.flatMap((one, at) => (at > index && one.has(tag) ? [at] : []));
      const [next] = later;
      if (next === undefined || found.length >= MAX_DETOURS) continue;
      const usedBetween = commands
        .slice(index, next)
        .some((list) => list.some((one) => tagsBuilt(one).length === 0 && one.words.some(({ raw }) => raw === tag)));
      if (!usedBetween)
        found.push(fences.flatMap((fence, at) => (later.includes(at) ? withoutBuild(fence, tag) : [fence])));
    }
  }
  return found;
}

/**
 * A fence without its build of this image; what stands beside it (the tag, the push) is still done. Nothing, where the
 * build is part of something larger.
 */
function withoutBuild(fence: ShellFence, tag: string): ShellFence[] {
  const body = fence.script.body.filter((one) => one.kind !== 'command' || !tagsBuilt(one).includes(tag));
  return commandsIn(body).some((one) => tagsBuilt(one).includes(tag))
    ? []
    : [{ ...fence, script: { ...fence.script, body } }];
}

function tagsBuilt(command: Command): string[] {
  const words = command.words.map((word) => word.raw);
  if (!/^(?:docker|podman|nerdctl|finch|buildah)$/.test(words[0] ?? '') || !words.slice(1, 4).includes('build'))
    return [];
  return words.flatMap((word, at) => {
    if (word === '-t' || word === '--tag') return words[at + 1] ?? [];
    return word.startsWith('--tag=') ? word.slice('--tag='.length) : [];
  });
}

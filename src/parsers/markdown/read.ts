/** Reads the fences of a Markdown runbook: shell, Dockerfiles, YAML and JSON, TypeScript. */
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Lines, type Range } from '../../core/site.ts';
import { read as readTemplate } from '../cloudformation/read.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { read as readCompose } from '../compose/read.ts';
import { read as readDockerfile } from '../dockerfile/read.ts';
import { blocksOf, type Block, type Fence } from './blocks.ts';
import type { DocFence, MarkdownReading, TypeScriptFence } from './reading.ts';
import { commandLines, isConsole, readShellFence, withoutWrong } from './shell.ts';
import { verdictsOf } from './verdict.ts';
import type { SourceText, Suppression } from '../../syntax/source.ts';
import { parseSuppression } from '../../syntax/suppressions.ts';
import { read as readWorkflow } from '../github/read.ts';
import { defined } from '../../core/optional.ts';

export type { MarkdownReading } from './reading.ts';

export function read(source: SourceText): MarkdownReading {
  return new Reader(source).reading();
}

const SHELL = new Set(['bash', 'sh', 'shell', 'zsh', 'ksh', 'shellscript', 'bash-script']);
const DOCKERFILE = new Set(['dockerfile', 'docker', 'containerfile']);
const DATA = new Set(['yaml', 'yml', 'json', 'jsonc', 'json5']);
const TYPESCRIPT = new Set(['ts', 'typescript', 'mts', 'cts', 'js', 'javascript', 'mjs']);

/** Before, `#`, what the comment says. */
const HASH_COMMENT = /^(.*?(?:^|\s))#+(.*)$/;
const SLASH_COMMENT = /^(.*?(?:^|\s))\/\/+(.*)$/;

/**
 * Each fence that isn't shell is read as a file of the document's length; beyond this many characters in all the rest
 * stays unread.
 */
const MAX_BLANKED = 100_000_000;

class Reader {
  private readonly unreadable: Unreadable[] = [];
  private readonly suppressions: Suppression[] = [];
  private readonly fences: DocFence[] = [];
  private readonly typescript: TypeScriptFence[] = [];
  private readonly placeholders = new Map<string, string>();
  private blanked = 0;

  constructor(private readonly source: SourceText) {}

  reading(): MarkdownReading {
    const { file, lines, text } = this.source;
    const blocks = blocksOf(text);
    const verdicts = verdictsOf(blocks);
    for (const [index, block] of blocks.entries()) {
      if (block.kind === 'fence') this.fence(block, verdicts.get(block), wordsBefore(blocks, index));
      else if (block.kind === 'text' && block.comment !== undefined)
        this.comment(block.text, block.comment, blocks[index + 1]);
    }
    const { fences, typescript, unreadable, suppressions } = this;
    const placeholders = [...this.placeholders].map(([name, variable]) => ({ name, variable }));
    return { kind: 'markdown', file, lines, fences, placeholders, typescript, cdk: [], unreadable, suppressions };
  }

  private fence(fence: Fence, verdict: 'wrong' | 'right' | undefined, before: string): void {
    const language = languageOf(fence.info);
    const { text } = this.source;
    if (SHELL.has(language) || isConsole(language)) {
      const lines = withoutWrong(text, commandLines(text, fence.lines, language), verdict, HASH_COMMENT);
      this.shell(fence, lines);
      return;
    }
    const isTypeScript = TYPESCRIPT.has(language);
    if (!isTypeScript && !DOCKERFILE.has(language) && !DATA.has(language)) return;
    const lines = withoutWrong(
      text,
      fence.lines,
      verdict,
      isTypeScript || language.startsWith('json') ? SLASH_COMMENT : HASH_COMMENT,
    );
    const content = lines.map(([start, end]) => text.slice(start, end)).join('\n');
    if (content.trim() === '') return;
    if (isTypeScript) {
      if (/\bnew\s|\.from[A-Z]|tryGetContext/.test(content))
        this.within(fence, lines, (blank) => this.typescript.push({ range: fence.range, text: blank }));
    } else if (DOCKERFILE.has(language)) {
      if (/^\s*FROM\s/im.test(content))
        this.within(fence, lines, (blank) => this.file(fence, before, readDockerfile(this.like(blank))));
    } else {
      this.data(fence, lines, content, before);
    }
  }

  private shell(fence: Fence, lines: readonly Range[]): void {
    if (lines.every(([start, end]) => start === end)) return;
    const shell = readShellFence(this.source.text, lines, this.placeholders);
    this.fences.push({ kind: 'shell', range: fence.range, script: shell.script });
    // What follows the first is its consequence.
    for (const { offset, message } of shell.errors.slice(0, 1))
      this.unreadable.push({ file: this.source.file, ...position(this.source.lines, offset), reason: message });
    this.suppressions.push(...suppressionsIn(shell.comments, this.source.lines, this.source.text));
  }

  private data(fence: Fence, lines: readonly Range[], content: string, before: string): void {
    const form = formOf(content);
    if (form === undefined) return;
    this.within(fence, lines, (blank) => {
      const source = this.like(blank);
      if (form === 'compose') {
        this.file(fence, before, readCompose(source));
        return;
      }
      const reading = form === 'workflow' ? readWorkflow(source) : readTemplate(source);
      this.suppressions.push(...reading.suppressions);
      this.fences.push({ kind: 'source', range: fence.range, reading });
    });
  }

  private file(fence: Fence, before: string, reading: Extract<DocFence, { kind: 'file' }>['reading']): void {
    const [start, end] = fence.lines[0] ?? fence.range;
    const named = pathIn(`${this.source.text.slice(start, end)} ${fence.info}`) ?? pathIn(before);
    this.suppressions.push(...reading.suppressions);
    this.fences.push({ kind: 'file', range: fence.range, reading, ...defined({ path: named }) });
  }

  /** Runs a reader over a text as long as the document in which only these lines are written. */
  private within(fence: Fence, lines: readonly Range[], action: (text: string) => void): void {
    const { text, file, lines: index } = this.source;
    this.blanked += fence.range[1];
    if (this.blanked > MAX_BLANKED) {
      this.unreadable.push({
        file,
        ...position(index, fence.range[0]),
        reason: 'too many fences for a document of this length',
      });
      return;
    }
    action(onlyLines(text, lines));
  }

  private like(text: string): SourceText {
    return { file: this.source.file, text, lines: this.source.lines };
  }

  /** `<!-- plimsoll-ignore RULE -- reason -->` above a fence covers all of it. */
  private comment(text: string, range: Range, next: Block | undefined): void {
    const parsed = parseSuppression(text);
    if (parsed === undefined) return;
    const covers = next?.kind === 'fence' ? linesIn(this.source.lines, next.range) : [];
    this.suppressions.push({ ...parsed, range, covers: parsed.scope === 'file' ? [] : covers });
  }
}

function languageOf(info: string): string {
  return (/^\{?\.?\s*([\w+-]+)/.exec(info)?.[1] ?? '').toLowerCase();
}

/** Blank but for these lines; line breaks stay. */
function onlyLines(text: string, lines: readonly Range[]): string {
  let made = '';
  let at = 0;
  for (const [start, end] of lines) {
    made += text.slice(at, start).replace(/[^\n\r]/g, ' ') + text.slice(start, end);
    at = end;
  }
  return made;
}

function linesIn(lines: Lines, range: Range): number[] {
  const [first, last] = [position(lines, range[0]).line, position(lines, range[1]).line];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Which of the kinds of files that take part a fence of YAML or JSON is; excerpts of other things are none. */
function formOf(content: string): 'workflow' | 'compose' | 'template' | undefined {
  if (/["']?Type["']?\s*:\s*["']?AWS::/.test(content))
    return /^\s*["']?Resources["']?\s*:/m.test(content) ? 'template' : undefined;
  if (/^\s*jobs:\s*$/m.test(content) || /^\s*runs:\s*$/m.test(content)) return 'workflow';
  if (/^\s*- (?:name|uses|run|id|if):/.test(content) && /^\s*(?:- )?(?:uses|run):/m.test(content)) return 'workflow';
  return /^services:\s*$/m.test(content) ? 'compose' : undefined;
}

/** What stands right above the fence: the heading or the last line of text. */
function wordsBefore(blocks: readonly Block[], index: number): string {
  const before = blocks[index - 1];
  return before === undefined || before.kind === 'fence' ? '' : before.text;
}

const FILE_NAME =
  /(?:[\w.-]+\/)*(?:(?:Dockerfile|Containerfile)(?:\.[\w.-]*\w)?|[\w-]+\.[Dd]ockerfile|(?:docker-)?compose(?:[.-][\w-]+)*\.ya?ml)\b/;

function pathIn(words: string): string | undefined {
  return FILE_NAME.exec(words)?.[0].replace(/^\.\//, '');
}

/**
 * Dockerfile → reading. dockerfile-ast finds the instructions, here-documents, comments and directives; everything
 * inside an instruction is cut up here, because its exec forms lose white space and its variables know no `%%`. Import
 * this file lazily: it loads that package.
 */
import { DockerfileParser } from 'dockerfile-ast';
import type { Heredoc, Instruction as AstInstruction } from 'dockerfile-ast';
import type { Unreadable } from '../../syntax/source.ts';
import { position, type Range } from '../../core/site.ts';
import type { Declaration, DockerfileReading, Flag, Instruction, StageReading } from './reading.ts';
import {
  commandLine,
  declarations,
  joinContinuations,
  jsonStrings,
  splitWords,
  takeFlags,
  wholeRange,
} from './words.ts';
import { mappedBuilder, sourceOffset, verbatim, type MappedText } from '../../syntax/mapped.ts';
import type { SourceText } from '../../syntax/source.ts';
import { parseScript } from '../shell/parse.ts';
import { suppressionsIn } from '../../syntax/comment-suppressions.ts';
import { defined } from '../../core/optional.ts';

export type { DockerfileReading } from './reading.ts';

const FETCHES = /\b(curl|wget|aria2c|\w*install|add|rpm|dpkg|aws)\b/;
const KNOWN = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]);

export function looksLikeDockerfile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.(dockerignore|containerignore)$/i.test(name)) return false;
  return /^(dockerfile|containerfile)([.-].+)?$/i.test(name) || /\.(dockerfile|containerfile)$/i.test(name);
}

export function read(source: SourceText): DockerfileReading {
  return new DockerfileReader(source).read();
}

interface MutableStage extends Omit<StageReading, 'instructions'> {
  readonly instructions: Instruction[];
}

class DockerfileReader {
  private readonly unreadable: Unreadable[] = [];
  private readonly globals: Declaration[] = [];
  private readonly stages: MutableStage[] = [];
  private readonly lineStarts: number[];
  private escape = '\\';
  private templated = false;

  constructor(private readonly source: SourceText) {
    this.lineStarts = lineStarts(source.text);
  }

  read(): DockerfileReading {
    const { file, lines, text } = this.source;
    const tree = DockerfileParser.parse(text);
    this.escape = tree.getEscapeCharacter();
    for (const instruction of tree.getInstructions()) this.instruction(instruction);
    if (this.stages.length === 0 && this.unreadable.length === 0)
      this.problem(
        0,
        this.globals.length === 0 ? 'no instruction of a Dockerfile in it' : 'no FROM: it builds no image',
      );
    const comments = tree.getComments().map((comment) => {
      const range = this.range(comment.getRange());
      return { text: text.slice(range[0], range[1]), range };
    });
    return {
      kind: 'dockerfile',
      file,
      lines,
      unreadable: this.unreadable,
      suppressions: suppressionsIn(comments, lines, text),
      directives: tree
        .getDirectives()
        .map((one) => ({ name: one.getName(), value: one.getValue(), range: this.range(one.getRange()) })),
      escape: this.escape,
      templated: this.templated,
      globals: this.globals,
      stages: this.stages,
    };
  }

  private instruction(node: AstInstruction): void {
    const keyword = node.getKeyword();
    const range = this.range(node.getRange());
    const [, start] = this.range(node.getInstructionRange());
    const heredocs = this.source.text.slice(...range).includes('<<') ? heredocsOf(node) : [];
    const headEnd = this.headEnd(heredocs[0], range[1]);
    const { flags, rest } = takeFlags(joinContinuations(this.source.text, start, headEnd, this.escape), this.escape);
    if (keyword === 'FROM') return this.from(range, flags, rest);
    if (/^\{[{%#]/.test(keyword)) {
      if (!this.templated) this.problem(range[0], 'a template language decides what stands here');
      this.templated = true;
      return;
    }
    const stage = this.stages.at(-1);
    if (stage === undefined) {
      if (keyword === 'ARG') this.globals.push(...declarations(rest, this.escape, false));
      else this.problem(range[0], `${show(node.getInstruction())} stands before the first FROM`);
      return;
    }
    if (!KNOWN.has(keyword)) this.problem(range[0], `${show(node.getInstruction())} is no instruction of a Dockerfile`);
    stage.instructions.push(this.instructionOf(keyword, range, flags, rest, heredocs));
  }

  private from(range: Range, flags: readonly Flag[], rest: MappedText): void {
    const [image, as, name] = splitWords(rest, this.escape);
    if (image === undefined) this.problem(range[0], 'FROM names no image');
    const platform = flags.find((flag) => flag.name === 'platform');
    this.stages.push({
      range,
      image: image ?? { text: '', range },
      instructions: [],
      ...(as?.text.toLowerCase() === 'as' && name !== undefined ? { name } : {}),
      ...(platform?.value === undefined ? {} : { platform: { ...platform.value, flag: platform.range } }),
    });
  }

  private instructionOf(
    keyword: string,
    range: Range,
    flags: readonly Flag[],
    rest: MappedText,
    heredocs: readonly Heredoc[],
  ): Instruction {
    switch (keyword) {
      case 'ARG':
        return { kind: 'arg', range, declarations: declarations(rest, this.escape, false) };
      case 'ENV':
        return { kind: 'env', range, pairs: declarations(rest, this.escape, true) };
      case 'RUN':
        return this.run(range, flags, rest, heredocs);
      case 'COPY':
      case 'ADD':
        return this.copy(keyword === 'COPY' ? 'copy' : 'add', range, flags, rest, heredocs.length);
      case 'ENTRYPOINT':
      case 'CMD':
        return { kind: keyword === 'CMD' ? 'cmd' : 'entrypoint', range, line: commandLine(rest) };
      case 'HEALTHCHECK':
        return { kind: 'healthcheck', range, none: /^none$/i.test(rest.text) };
      case 'USER':
      case 'WORKDIR':
        return {
          kind: keyword === 'USER' ? 'user' : 'workdir',
          range,
          argument: { text: rest.text, range: wholeRange(rest) },
        };
      case 'SHELL':
        return { kind: 'shell', range, words: jsonStrings(rest.text) ?? [] };
      case 'ONBUILD':
        return { kind: 'onbuild', range, text: rest.text };
      default:
        return { kind: 'other', range, keyword, text: rest.text };
    }
  }

  private run(range: Range, flags: readonly Flag[], rest: MappedText, heredocs: readonly Heredoc[]): Instruction {
    const script = this.runText(rest, heredocs);
    const line =
      heredocs.length === 0 ? commandLine(rest) : { shell: true, words: [script.text], range: wholeRange(rest) };
    if (!line.shell || !FETCHES.test(script.text)) return { kind: 'run', range, flags, line };
    const parsed = parseScript(script.text, (offset) => sourceOffset(script, offset));
    return { kind: 'run', range, flags, line, script: parsed.script };
  }

  /** What the shell gets: the line, a here-document's body when that is all there is (`RUN <<EOF`), or both. */
  private runText(rest: MappedText, heredocs: readonly Heredoc[]): MappedText {
    const first = heredocs[0];
    const last = heredocs.at(-1);
    const content = first?.getContentRange();
    if (first === undefined || last === undefined || content === null || content === undefined) return rest;
    const { text } = this.source;
    if (/^<<-?\s*(['"]?)[\w.-]+\1$/.test(rest.text)) {
      const [start, end] = this.range(content);
      return verbatim(text.slice(start, end), start);
    }
    const builder = mappedBuilder();
    builder.slice(rest, 0, rest.text.length);
    const [start] = this.range(content);
    const end = this.range(last.getDelimiterRange() ?? content)[1];
    builder.insert('\n', start, start);
    builder.copy(text.slice(start, end), start);
    return builder.done();
  }

  private copy(
    kind: 'copy' | 'add',
    range: Range,
    flags: readonly Flag[],
    rest: MappedText,
    heredocs: number,
  ): Instruction {
    const from = flags.find((flag) => flag.name === 'from')?.value;
    const words =
      jsonStrings(rest.text)?.map((text) => ({ text, range: wholeRange(rest) })) ?? splitWords(rest, this.escape);
    if (words.length < 2) this.problem(range[0], `${kind.toUpperCase()} needs a source and a destination`);
    const destination = words.length > 1 ? words.at(-1) : undefined;
    const sources = words.slice(0, -1).filter((word) => heredocs === 0 || !word.text.startsWith('<<'));
    return {
      kind,
      range,
      flags,
      sources,
      ...defined({ from, destination }),
    };
  }

  /** Where the instruction's own lines end and its here-documents begin. */
  private headEnd(heredoc: Heredoc | undefined, end: number): number {
    if (heredoc === undefined) return end;
    const newline = this.source.text.indexOf('\n', this.range(heredoc.getStartRange())[1]);
    return newline === -1 || newline > end ? end : newline;
  }

  private range({
    start,
    end,
  }: {
    start: { line: number; character: number };
    end: { line: number; character: number };
  }): Range {
    return [(this.lineStarts[start.line] ?? 0) + start.character, (this.lineStarts[end.line] ?? 0) + end.character];
  }

  private problem(offset: number, reason: string): void {
    this.unreadable.push({ file: this.source.file, ...position(this.source.lines, offset), reason });
  }
}

/** RUN, COPY and ADD have them; the package's own type for an instruction hides the method. */
function heredocsOf(node: AstInstruction): readonly Heredoc[] {
  return canHaveHeredocs(node) ? node.getHeredocs() : [];
}

function canHaveHeredocs(node: AstInstruction): node is AstInstruction & { getHeredocs(): Heredoc[] } {
  return ['RUN', 'COPY', 'ADD'].includes(node.getKeyword()) && 'getHeredocs' in node;
}

/** As the package counts lines: a lone carriage return ends one, too. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const found of text.matchAll(/\r\n|\n|\r/g)) starts.push(found.index + found[0].length);
  return starts;
}

function show(keyword: string): string {
  return keyword.length > 40 ? `${keyword.slice(0, 40)}…` : keyword;
}

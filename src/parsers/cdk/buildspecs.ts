/**
 * Buildspecs written in an app: `BuildSpec.fromObject({…})`, and the commands of a pipeline's steps. What isn't plain
 * text becomes a shell parameter.
 */
import { indexLines, type Range } from '../../core/site.ts';
import type { Part } from '../../core/text.ts';
import { readCodeBuild } from '../pipelines/codebuild.ts';
import { PipelineSource } from '../pipelines/source.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import type { Sources } from './modules.ts';
import type { CdkBuildspec, CdkObject, CdkSource, CdkValue } from './reading.ts';

const FROM_OBJECT = /(?:^|\.)BuildSpec\.(?:fromObject|fromObjectToYaml)$/;
const STEP = /(?:^|\.)(?:CodeBuildStep|ShellStep)$/;

export function buildspecsOf(objects: readonly CdkObject[], sources: Sources): CdkBuildspec[] {
  return objects.flatMap((object): CdkBuildspec[] => {
    const value = specOf(object);
    const text = value === undefined ? undefined : sources.parse(object.source.file)?.text;
    if (value === undefined || text === undefined) return [];
    const writer = new Writer(object.whole, text);
    writer.value(value);
    const { jobs, variables, unreadable } = read(writer, object.source.file, text, sources);
    return [
      {
        object: object.id,
        holes: writer.holes,
        pipeline: {
          kind: 'pipeline',
          flavour: 'codebuild',
          file: object.source.file,
          lines: sources.lines(object.source.file),
          variables,
          includes: [],
          jobs,
          unreadable,
          suppressions: [],
        },
      },
    ];
  });
}

function specOf(object: CdkObject): CdkValue | undefined {
  if (object.how === 'call' && FROM_OBJECT.test(object.name)) return object.args[0];
  if (object.how !== 'new' || !STEP.test(object.name)) return undefined;
  const options = object.args[1]?.[0]?.value;
  if (options?.kind !== 'object') return undefined;
  const commands = (key: string): CdkValue | undefined => options.entries.find((entry) => entry.key === key)?.value;
  const phase = (value: CdkValue | undefined): CdkValue => [
    { value: { kind: 'object', entries: value === undefined ? [] : [{ key: 'commands', value }] }, when: [] },
  ];
  const phases: CdkValue = [
    {
      value: {
        kind: 'object',
        entries: [
          { key: 'install', value: phase(commands('installCommands')) },
          { key: 'build', value: phase(commands('commands')) },
        ],
      },
      when: [],
    },
  ];
  return [{ value: { kind: 'object', entries: [{ key: 'phases', value: phases }] }, when: [] }];
}

function read(
  writer: Writer,
  file: string,
  text: string,
  sources: Sources,
): Pick<PipelineReading, 'jobs' | 'variables' | 'unreadable'> {
  const pasted = new Map(
    writer.holes.map(({ name, range }) => [name, { range, text: text.slice(range[0], range[1]) }]),
  );
  const source = { file, text, lines: sources.lines(file) };
  const from = new PipelineSource(
    { file, text: writer.text, lines: indexLines(file, writer.text) },
    { source, map: (offset) => writer.place(offset), pasted },
  );
  const { jobs, variables = [] } = readCodeBuild(from);
  return { jobs, variables, unreadable: from.unreadable };
}

const LONGEST = 200_000;
const MAX_DEPTH = 12;

/** Writes a value as JSON, which is YAML too, and remembers where each character stands. */
class Writer {
  text = '';
  readonly holes: { readonly name: string; readonly value: CdkValue; readonly range: Range }[] = [];
  private readonly offsets: number[] = [];

  constructor(
    private readonly whole: CdkSource,
    private readonly source: string,
  ) {}

  place(offset: number): number {
    return this.offsets[Math.min(offset, this.offsets.length - 1)] ?? this.whole.range[0];
  }

  value(value: CdkValue, depth = 0): void {
    const [alternative, ...more] = value;
    const range = this.rangeOf(alternative?.source);
    if (alternative === undefined || more.length > 0 || depth > MAX_DEPTH || this.text.length > LONGEST) {
      this.quoted(() => this.hole(value, range), range);
      return;
    }
    const single = alternative.value;
    switch (single.kind) {
      case 'literal':
        this.put(JSON.stringify(single.value), range[0]);
        break;
      case 'undefined':
        this.put('null', range[0]);
        break;
      case 'list':
        this.enclosed('[', single.items, (item) => this.value(item, depth + 1), ']', range);
        break;
      case 'object':
        this.enclosed(
          '{',
          single.entries,
          (entry) => {
            this.put(`${JSON.stringify(entry.key)}:`, range[0]);
            this.value(entry.value, depth + 1);
          },
          '}',
          range,
        );
        break;
      case 'text':
        this.quoted(() => this.string(single.text, range), range);
        break;
      default:
        this.quoted(() => this.hole(value, range), range);
    }
  }

  private string(text: readonly Part[], range: Range): void {
    let cursor = range[0];
    for (const part of text) {
      if (typeof part !== 'string') {
        this.hole([{ value: { kind: 'text', text: [part] }, when: [] }], range, cursor);
        continue;
      }
      // Written out as it is, or put together elsewhere: then it all stands where the last of what is written ends.
      const found = this.source.slice(0, range[1]).indexOf(part, cursor);
      for (let index = 0; index < part.length; index++)
        this.put(JSON.stringify(part[index]).slice(1, -1), found === -1 ? cursor : found + index);
      if (found !== -1) cursor = found + part.length;
    }
  }

  private hole(value: CdkValue, range: Range, at: number = range[0]): void {
    const name = `__cfn_${this.holes.length}`;
    this.holes.push({ name, value, range });
    this.put(`\${${name}}`, at);
  }

  private quoted(inside: () => void, range: Range): void {
    this.put('"', range[0]);
    inside();
    this.put('"', range[1]);
  }

  private enclosed<T>(open: string, items: readonly T[], write: (item: T) => void, close: string, range: Range): void {
    this.put(open, range[0]);
    for (const [index, item] of items.entries()) {
      if (index > 0) this.put(',', range[0]);
      write(item);
    }
    this.put(close, range[1]);
  }

  private put(text: string, at: number): void {
    this.text += text;
    for (let index = 0; index < text.length; index++) this.offsets.push(at);
  }

  private rangeOf(source: CdkSource | undefined): Range {
    return source === undefined || source.file !== this.whole.file ? this.whole.range : source.range;
  }
}

/** Buildspecs that a CodeBuild project carries in itself: a here-document, or `yamlencode({ … })`. */
import type { Values } from '../../core/choices.ts';
import { indexLines } from '../../core/site.ts';
import { show } from '../../core/text.ts';
import { isBuildspec } from '../pipelines/language.ts';
import type { PipelineReading } from '../pipelines/reading.ts';
import { PastedText } from './pasted.ts';
import type { Scope } from './scope.ts';
import { textOf, valuesOf, type Value, type Way } from './value.ts';

export interface InlineBuildspec {
  readonly reading: PipelineReading;
  /** What Terraform pastes in and nobody knows, by the shell parameter that stands for it. */
  readonly bound: readonly (readonly [string, Values])[];
}

export function inlineBuildspec({ world: { readings } }: Scope, way: Way): InlineBuildspec | undefined {
  const { file, starts } = way.place.lines;
  const whole = readings.text(file);
  const pasted = textOfSpec(way);
  if (whole === undefined || pasted === undefined || readings.yaml === undefined) return undefined;
  const { text, bound, places } = pasted;
  const { jobs, variables } = readings.yaml.buildspec(
    { file, text, lines: indexLines(file, text) },
    {
      source: { file, text: whole, lines: { file, starts } },
      map: (offset) => pasted.place(offset),
      pasted: places,
    },
  );
  return {
    bound,
    reading: {
      kind: 'pipeline',
      flavour: 'codebuild',
      file,
      lines: way.place.lines,
      variables,
      includes: [],
      jobs,
      unreadable: [],
      suppressions: [],
    },
  };
}

/** How a buildspec's reader knows what stands for a value. */
const PARAMETER = '__cfn_';

function textOfSpec(way: Way): PastedText | undefined {
  if (way.value.kind === 'json') {
    const written = new PastedText(PARAMETER, (char) => JSON.stringify(char).slice(1, -1));
    write(written, way.value.value);
    return written;
  }
  const plain = new PastedText(PARAMETER);
  plain.way(way);
  return isBuildspec(plain.text) ? plain : undefined;
}

const DEEPEST = 12;
const LONGEST = 200_000;

/** As JSON, which is YAML too. */
function write(into: PastedText, value: Value, depth = 0): void {
  const [first, ...others] = value;
  if (first === undefined) return into.put('null', 0);
  const {
    value: single,
    place: { range },
  } = first;
  const known = others.length === 0 && depth <= DEEPEST && into.text.length <= LONGEST;
  if (known && single.kind === 'null') return into.put('null', range[0]);
  if (known && single.kind === 'list') {
    into.put('[', range[0]);
    for (const [index, item] of single.items.entries()) {
      if (index > 0) into.put(',', range[0]);
      write(into, item, depth + 1);
    }
    return into.put(']', range[1]);
  }
  if (known && single.kind === 'object') {
    into.put('{', range[0]);
    for (const [index, [key, item]] of [...single.entries].entries()) {
      into.put(`${index > 0 ? ',' : ''}${JSON.stringify(key)}:`, range[0]);
      write(into, item, depth + 1);
    }
    return into.put('}', range[1]);
  }
  into.put('"', range[0]);
  if (known && single.kind === 'text') into.way(first);
  else into.values(valuesOf(value), range, show(textOf(single)));
  into.put('"', Math.max(range[0], range[1] - 1));
}

/** Gives an action's handler its step: inputs evaluated, lists cut into items with their places, outputs collected. */
import { ALWAYS, both, type Values } from '../../core/choices.ts';
import { concat, known, type Text } from '../../core/text.ts';
import { parseScript } from '../shell/parse.ts';
import { fileOffset, fileRange } from './mapped.ts';
import type { Step, Template } from './reading.ts';
import type { ActionCall, Item } from './actions/action.ts';
import { runScript } from '../shell/run.ts';
import { ofValues, type Data } from './data.ts';
import { linesOf } from './env-files.ts';
import { render, renderPart, type Contexts } from './evaluate-expression.ts';
import { joinPath } from '../../project/paths.ts';
import { contextsOf, siteIn, type Scope } from './scope.ts';
import { merged, stepFrame } from './run-steps.ts';
import { defined } from '../../core/optional.ts';

export function actionCall(
  scope: Scope,
  step: Step,
  uses: Template,
  { name, version }: { name: string; version: string },
  env: ReadonlyMap<string, Data>,
  outputs: Map<string, Data>,
): ActionCall {
  const contexts = contextsOf(scope, env);
  const frame = stepFrame(scope, env, '');
  const entry = (input: string): Template | undefined =>
    step.with.find((one) => one.name.toLowerCase() === input.toLowerCase())?.value;
  return {
    world: scope.world,
    frame,
    name,
    version,
    site: siteIn(scope, uses.range),
    path: `steps.${step.id ?? step.index + 1}`,
    scope: scope.run,
    input(input) {
      const value = entry(input);
      return value === undefined ? undefined : render(value, contexts);
    },
    inputSite(input) {
      const value = entry(input);
      return value === undefined ? undefined : siteIn(scope, value.range);
    },
    items(input, separators = 'lines and commas') {
      const value = entry(input);
      return value === undefined ? [] : itemsOf(scope, value, contexts, SEPARATORS[separators]);
    },
    env: (variable) => frame.env.get(variable),
    emit(fact, when = ALWAYS) {
      const joined = both(scope.when, when);
      if (joined !== undefined) scope.world.emit({ ...fact, when: joined }, frame);
    },
    output(output, values) {
      outputs.set(output, ofValues(values));
    },
    exportEnv(variable, values) {
      scope.env.set(variable, merged(scope.env.get(variable), values, scope.when));
    },
    script(input, options = {}) {
      const value = entry(input);
      if (value === undefined) return undefined;
      const limit = options.timeoutSeconds;
      const site = siteIn(scope, value.range);
      const { script, bound } = scriptOf(value, contexts);
      return runScript(
        scope.world,
        {
          ...frame,
          env: new Map([...frame.env, ...bound]),
          fate: {
            ...frame.fate,
            ...(limit === undefined ? {} : { limit: { seconds: limit, by: `${name}'s timeout`, site } }),
            ...defined({ masked: options.masked }),
          },
        },
        {
          script,
          name: `${scope.reading.file}#${scope.run}#${scope.counter.next++}`,
          lines: scope.reading.lines,
          args: [],
          options: { interpreter: 'bash', errexit: false, pipefail: false, nounset: false },
        },
      );
    },
    resolve(text: Text) {
      const path = known(text);
      return path === undefined ? undefined : joinPath('', path);
    },
  };
}

/** An input that holds a script: expressions become parameters, as in `run:`. */
function scriptOf(
  template: Template,
  contexts: Contexts,
): { script: ReturnType<typeof parseScript>['script']; bound: [string, Values][] } {
  const bound: [string, Values][] = [];
  let text = '';
  let last = 0;
  const map: number[] = [];
  const copy = (end: number): void => {
    for (let at = last; at < end; at++) map.push(fileOffset(template, at));
    text += template.text.slice(last, end);
  };
  for (const [index, { start, end }] of template.expressions.entries()) {
    copy(start);
    const name = `__gha_input_${index}`;
    bound.push([name, renderPart(template, start, end, contexts)]);
    text += `\${${name}}`;
    for (let at = 0; at < name.length + 3; at++) map.push(fileOffset(template, start));
    last = end;
  }
  copy(template.text.length);
  map.push(template.range[1]);
  return {
    script: parseScript(text, (offset) => map[Math.min(offset, map.length - 1)] ?? template.range[0]).script,
    bound,
  };
}

const SEPARATORS = { lines: /\n/, 'lines and commas': /[\n,]/, spaces: /\s/ };

function itemsOf(scope: Scope, template: Template, contexts: Contexts, separator: RegExp): Item[] {
  return piecesOf(template, separator).flatMap(([start, end]) => {
    const site = siteIn(scope, fileRange(template, start, end));
    return spread(renderPart(template, start, end, contexts), separator).map((values) => ({ values, site }));
  });
}

/** Cuts at separators outside expressions; white space around the pieces goes. */
function piecesOf(template: Template, separator: RegExp): [number, number][] {
  const { text, expressions } = template;
  const pieces: [number, number][] = [];
  let start = 0;
  const add = (end: number): void => {
    let [from, to] = [start, end];
    while (from < to && /\s/.test(text.charAt(from))) from++;
    while (to > from && /\s/.test(text.charAt(to - 1))) to--;
    if (to > from && text[from] !== '#') pieces.push([from, to]);
    start = end + 1;
  };
  let next = 0;
  for (let at = 0; at < text.length; at++) {
    const expression = expressions[next];
    if (expression !== undefined && at === expression.start) {
      at = expression.end - 1;
      next++;
    } else if (separator.test(text.charAt(at))) {
      add(at);
    }
  }
  add(text.length);
  return pieces;
}

/** An expression may supply several lines: one item each, present under the choices under which that line is. */
function spread(values: Values, separator: RegExp): Values[] {
  const lists = values.map(({ value, when }) => ({ when, lines: cutAt(value, separator) }));
  const most = Math.max(0, ...lists.map(({ lines }) => lines.length));
  return Array.from({ length: most }, (_, index) =>
    lists.flatMap(({ lines, when }) => {
      const value = lines[index];
      return value === undefined ? [] : [{ value, when }];
    }),
  );
}

function cutAt(text: Text, separator: RegExp): Text[] {
  const cut: Text = text.map((part) =>
    typeof part === 'string' ? [...part].map((char) => (separator.test(char) ? '\n' : char)).join('') : part,
  );
  return linesOf(cut)
    .map(trimmed)
    .filter((line) => line.length > 0);
}

function trimmed(text: Text): Text {
  return concat(
    text.map((part, index) => {
      if (typeof part !== 'string') return part;
      const start = index === 0 ? part.trimStart() : part;
      return index === text.length - 1 ? start.trimEnd() : start;
    }),
  );
}

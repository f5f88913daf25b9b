/** What the variables of a pipeline are, and the pieces of its system's own template language. */
import { always, concatValues, type Values } from '../../core/choices.ts';
import { hole, literal, type Text } from '../../core/text.ts';
import { variableHole } from '../shell/names.ts';
import type { Flavour, Line, Variable } from './reading.ts';

/** How a variable's value refers to others; in a buildspec, only what the template around it pastes in. */
const REFERENCES: Partial<Record<Flavour, RegExp>> = {
  gitlab: /\$(?:\{(\w+)\}|(\w+))/g,
  azure: /\$\(([\w.]+)\)/g,
  circleci: /<<\s*([\w.-]+)\s*>>/g,
  codebuild: /\$\{(__cfn_\d+)\}/g,
};

/** A variable's value; GitLab and Azure put other variables into it. */
export function valueOf(variable: Variable, env: ReadonlyMap<string, Values>, flavour: Flavour): Values {
  if (variable.elsewhere === true) return always(variableHole(variable.name));
  const pattern = REFERENCES[flavour];
  return pattern === undefined
    ? always(literal(variable.value))
    : filledIn(variable.value, variable.name, env, pattern);
}

export function filledIn(text: string, own: string, env: ReadonlyMap<string, Values>, pattern: RegExp): Values {
  const parts: Values[] = [];
  let last = 0;
  for (const found of text.matchAll(pattern)) {
    const name = found.slice(1).find((group) => group !== undefined) ?? '';
    const known = name === own ? undefined : env.get(name);
    parts.push(always(literal(text.slice(last, found.index))), known ?? always(macroHole(name)));
    last = found.index + found[0].length;
  }
  return concatValues([...parts, always(literal(text.slice(last)))], own);
}

const UNIQUE_MACROS = /^(?:Build\.(?:BuildId|BuildNumber|SourceVersion)|pipeline\.(?:id|number|git\.revision))$/i;

function macroHole(name: string): Text {
  return UNIQUE_MACROS.test(name) ? hole(name, 'unique') : variableHole(name);
}

export function macrosOf(lines: readonly Line[], env: ReadonlyMap<string, Values>): [string, Values][] {
  return lines.flatMap((line) =>
    (line.kind === 'command' ? line.macros : []).map(({ name, expression }): [string, Values] => [
      name,
      env.get(expression) ?? always(macroHole(expression)),
    ]),
  );
}

/** Assignments: scalars, arrays, elements, and what `+=` adds to each. */
import { ALWAYS, always, both, type Values } from '../../core/choices.ts';
import type { Range } from '../../core/site.ts';
import { judged } from '../../core/sealed.ts';
import { concat, generalise, hole, show, type Text } from '../../core/text.ts';
import type { Assignment } from './reading.ts';
import type { Context } from './context.ts';
import { expandString } from './expand.ts';
import { expandWords } from './fields.ts';
import type { Interpreter } from './interpreter.ts';
import type { Element, State } from './state.ts';
import { readVariable } from './variables.ts';

export function assign(
  interpreter: Interpreter,
  one: Assignment,
  state: State,
  context: Context,
  local: boolean,
): void {
  const expander = interpreter.expander(state, context);
  if (one.array !== undefined) {
    const before = state.lookup(one.name);
    const kept = one.append && before?.kind === 'array' ? before.elements : [];
    const keyed = one.array.some((element) => element.key !== undefined) || (before?.kind === 'array' && before.keyed);
    const added = one.array.flatMap((element): Element[] => {
      if (element.key !== undefined)
        return [
          {
            key: textOf(expandString(element.key, expander)),
            values: expandString(element.value, expander),
            site: expander.site(element.value.range),
            when: ALWAYS,
          },
        ];
      const lists = expandWords([element.value], expander);
      const [first] = lists;
      if (first !== undefined && lists.every((list) => list.fields.length === 1)) {
        return [
          {
            values: lists.map((list) => ({ value: list.fields[0]!.text, when: list.when })),
            site: first.fields[0]!.site,
            when: ALWAYS,
          },
        ];
      }
      return lists.flatMap((list) =>
        list.fields.map((field) => ({
          values: always(field.text),
          site: field.site,
          when: lists.length === 1 ? ALWAYS : list.when,
        })),
      );
    });
    state.assign(
      one.name,
      { kind: 'array', elements: [...kept, ...added], keyed, exported: before?.exported ?? false },
      local,
    );
    return;
  }
  const values = named(expandString(one.value, expander), one.name, interpreter.scope(context), one.range);
  if (one.index !== undefined) {
    setElement(one, values, interpreter, state, context);
    return;
  }
  const before = one.append ? state.lookup(one.name) : undefined;
  if (before?.kind === 'array') {
    const [first, ...rest] = before.elements;
    state.assign(
      one.name,
      {
        ...before,
        elements:
          first === undefined
            ? [{ values, site: expander.site(one.range), when: ALWAYS }]
            : [{ ...first, values: append(first.values, values) }, ...rest],
      },
      local,
    );
    return;
  }
  const base = one.append ? (before?.values ?? readVariable(interpreter.session, one.name, state)) : undefined;
  const start =
    base === undefined
      ? undefined
      : 'variable' in base
        ? base.variable.kind === 'scalar'
          ? base.variable.values
          : undefined
        : base;
  state.set(one.name, start === undefined ? values : append(start, values), local);
}

function append(left: Values, right: Values): Values {
  return left.flatMap((a) =>
    right.flatMap((b) => {
      const conditions = both(a.when, b.when);
      return conditions === undefined ? [] : [{ value: concat(a.value, b.value), when: conditions }];
    }),
  );
}

function setElement(one: Assignment, values: Values, interpreter: Interpreter, state: State, context: Context): void {
  const expander = interpreter.expander(state, context);
  const key = textOf(expandString(one.index, expander));
  const before = state.lookup(one.name);
  const list = before?.kind === 'array' ? before.elements : [];
  const index = judged(key);
  const element: Element = { key, values, site: expander.site(one.range), when: ALWAYS };
  const isIndexed = before?.kind === 'array' ? !before.keyed : index !== undefined && /^\d+$/.test(index);
  if (isIndexed && index !== undefined && /^\d+$/.test(index) && Number(index) <= list.length) {
    const copy = [...list];
    copy[Number(index)] = element;
    state.assign(one.name, { kind: 'array', elements: copy, keyed: false, exported: before?.exported ?? false });
    return;
  }
  const rest =
    index === undefined ? list : list.filter((other) => other.key === undefined || judged(other.key) !== index);
  state.assign(one.name, {
    kind: 'array',
    elements: [...rest, element],
    keyed: true,
    exported: before?.exported ?? false,
  });
}

/** Several values as one text: what they have in common, with a hole for where they differ. */
export function textOf(values: Values): Text {
  return generalise(
    values.map((one) => one.value),
    values.map((one) => show(one.value)).join('|'),
  );
}

/**
 * A variable set from something wholly unknown carries its own name from then on: messages read `${REPO_URI}`, not the
 * command.
 */
function named(values: Values, name: string, scope: string, range: Range): Values {
  return values.map((one) => {
    const [part] = one.value;
    const rename =
      one.value.length === 1 &&
      part !== undefined &&
      typeof part !== 'string' &&
      part.nature === 'unknown' &&
      part.hole.startsWith('$(');
    return rename ? { value: hole(`${name}@${scope}:${range[0]}`), when: one.when } : one;
  });
}

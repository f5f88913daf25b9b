/** What a parameter stands for: `$TAG`, `${TAG:-latest}`, `${NAMES[@]}`. */
import {
  ALWAYS,
  always,
  both,
  byDefault,
  concatValues,
  mapValues,
  settle,
  under,
  type Alternative,
  type Values,
} from '../../core/choices.ts';
import { judged } from '../../core/sealed.ts';
import type { Site } from '../../core/site.ts';
import { concat, hole, known, literal, type Text } from '../../core/text.ts';
import { knownOf, openWords } from './arguments.ts';
import { expandString, patternOf } from './expand.ts';
import { numberOf, readScalar, type Expander, type Parameter } from './expander.ts';
import { complement, outcomesIn } from './outcomes.ts';
import { changeCase, removeAffix, replace, slice } from './parameters.ts';
import { scalarOf, withDefault, type Element } from './state.ts';

/** The elements `"${name[@]}"` or `"$@"` stands for; undefined when it is no list. `open` is a list nobody knows. */
export function listOf(part: Parameter, expander: Expander): readonly Element[] | 'open' | undefined {
  const all = part.index !== undefined && (part.index.raw === '@' || part.index.raw === '*');
  let elements: readonly Element[] | undefined;
  if (part.name === '@' || part.name === '*') {
    if (expander.state.positional === undefined) return 'open';
    elements = expander.state.positional;
    if (part.operator === ':')
      elements = [
        { values: expander.special('0') ?? always([]), site: expander.site(part.range), when: ALWAYS },
        ...elements,
      ];
  } else if (all) {
    const found = expander.read(part.name);
    if (found === undefined) elements = [];
    else if (found.maybe) return 'open';
    else if (found.variable.kind === 'scalar')
      elements = [{ values: found.variable.values, site: expander.site(part.range), when: ALWAYS }];
    else
      elements = part.indirect
        ? found.variable.elements.map((one) => ({ ...one, values: always(one.key ?? []) }))
        : found.variable.elements;
  }
  if (elements === undefined) return undefined;
  if (part.length && Number.isFinite(knownOf(elements))) return 'open';
  if (part.operator === ':') {
    const start = numberOf(part.operand, expander);
    const count = part.replacement === undefined ? undefined : numberOf(part.replacement, expander);
    if (start === undefined) return 'open';
    const known = knownOf(elements);
    if (Number.isFinite(known) && (start < 0 || (count !== undefined && start + count > known))) return 'open';
    elements = elements.slice(Math.min(start, known), count === undefined ? undefined : start + count);
  } else if (part.operator !== undefined && elements.length === 0) {
    return undefined;
  }
  return elements;
}

export function parameterValues(part: Parameter, expander: Expander): Values {
  const label = `${expander.sealed ?? writtenAs(part)}@${expander.scope}:${part.range[0]}`;
  const list = listOf(part, expander);
  if (part.length) {
    // Elements that are there only under some choices leave the count open.
    if (list !== undefined)
      return always(
        list === 'open' || list.some((one) => one.when.length > 0) ? hole(`#${label}`) : literal(String(list.length)),
      );
    const values = readScalar(part.name, expander) ?? always([]);
    return mapValues(values, label, (text) =>
      known(text) === undefined ? hole(`#${label}`) : literal(String(known(text)!.length)),
    );
  }
  if (list === 'open') return always(hole(part.name === '@' || part.name === '*' ? openWords(expander.scope) : label));
  if (list !== undefined) {
    const outcomes = outcomesIn([...list.map((one) => one.when), expander.state.when]);
    if (outcomes === undefined) return always(hole(label));
    return concatValues(
      list.map((one, index) => {
        const here = index === 0 ? one.values : mapValues(one.values, label, (text) => concat(literal(' '), text));
        return one.when.length === 0
          ? here
          : [
              ...under(here, one.when),
              ...complement(one.when, outcomes).map((absent) => ({ value: literal(''), when: absent })),
            ];
      }),
      label,
    );
  }
  if (part.operator === 'names' || part.operator === 'unknown') return always(hole(label));
  const { values, maybe } = base(part, expander);
  return operate(part, values, maybe, expander, label);
}

/** As people write it, so that messages read `${GITHUB_SHA::7}`. */
function writtenAs({ name, operator = '', operand, replacement }: Parameter): string {
  const more = replacement === undefined ? '' : `${operator === ':' ? ':' : '/'}${replacement.raw}`;
  return `${name}${operator}${operand?.raw ?? ''}${more}`;
}

/** The parameter's own value before any operator; undefined when it is unset. */
function base(part: Parameter, expander: Expander): { values: Values | undefined; maybe: boolean } {
  if (part.indirect) {
    const pointer = readScalar(part.name, expander);
    const name = pointer?.length === 1 ? known(pointer[0]!.value) : undefined;
    if (name === undefined) return { values: always(hole(`!${part.name}@${expander.scope}`)), maybe: false };
    return { values: readScalar(name, expander), maybe: expander.read(name)?.maybe ?? false };
  }
  if (part.index !== undefined) {
    // `${BASH_SOURCE[0]}` and `${PIPESTATUS[1]}` are the shell's own arrays.
    const own = expander.specialElement(part.name, numberOf(part.index, expander));
    return { values: own ?? elementAt(part, expander), maybe: false };
  }
  const special = expander.special(part.name);
  if (special !== undefined) {
    const open = /^[1-9]\d*$/.test(part.name) && Number(part.name) > knownOf(expander.state.positional);
    return { values: isEmptyPositional(part.name, expander) ? undefined : special, maybe: open };
  }
  const found = expander.read(part.name);
  return {
    values: found === undefined ? undefined : under(scalarOf(found.variable), expander.state.when),
    maybe: found?.maybe ?? false,
  };
}

function isEmptyPositional(name: string, expander: Expander): boolean {
  const positional = expander.state.positional;
  return (
    /^[1-9]\d*$/.test(name) &&
    positional !== undefined &&
    Number(name) > positional.length &&
    Number(name) <= knownOf(positional)
  );
}

function elementAt(part: Parameter, expander: Expander): Values | undefined {
  const found = expander.read(part.name);
  if (found === undefined || part.index === undefined) return undefined;
  const variable = found.variable;
  if (found.maybe) return always(hole(`${part.name}[${part.index.raw}]@${expander.scope}`));
  if (variable.kind === 'scalar') return variable.values;
  if (variable.keyed) {
    const key = expandString(part.index, expander);
    const wanted = key.length === 1 ? judged(key[0]!.value) : undefined;
    if (wanted === undefined) return always(hole(`${part.name}[…]@${expander.scope}`));
    return variable.elements.findLast((one) => one.key !== undefined && judged(one.key) === wanted)?.values;
  }
  const index = numberOf(part.index, expander);
  if (index === undefined) return always(hole(`${part.name}[…]@${expander.scope}`));
  return variable.elements.at(index)?.values;
}

function operate(
  part: Parameter,
  values: Values | undefined,
  maybe: boolean,
  expander: Expander,
  label: string,
): Values {
  const operand = (): Values => expandString(part.operand, expander);
  // One name for one unknown, whatever is asked of it: `${TAG:-a}` twice is the same choice twice.
  const subject = `${part.name}${/^\d+$/.test(part.name) ? `@${expander.scope}` : ''}`;
  const plain = values ?? always(hole(subject));
  switch (part.operator) {
    case undefined:
      return values === undefined ? unsetValue(part.name, expander) : values;
    case '-':
    case ':-':
    case '=':
    case ':=': {
      const result = withFallback(
        part.operator.startsWith(':'),
        values,
        maybe,
        subject,
        operand,
        part.operand && expander.site(part.operand.range),
      );
      if (part.operator.endsWith('=')) expander.state.set(part.name, result);
      return result;
    }
    case '+':
    case ':+':
      return withAlternate(part.operator === ':+', values, maybe, subject, operand, label);
    case '?':
    case ':?':
      return plain;
    case '#':
    case '##':
    case '%':
    case '%%': {
      const pattern = patternOf(part.operand, expander);
      return mapValues(plain, label, (text) => removeAffix(text, part.operator!, pattern, label));
    }
    case '/':
    case '//':
    case '/#':
    case '/%': {
      const pattern = patternOf(part.operand, expander);
      const replacement = expandString(part.replacement, expander);
      const by = replacement.length === 1 ? replacement[0]!.value : hole(label);
      return mapValues(plain, label, (text) => replace(text, part.operator!, pattern, by, label));
    }
    case '^':
    case '^^':
    case ',':
    case ',,':
      return mapValues(plain, label, (text) => changeCase(text, part.operator!));
    case ':': {
      // `${SHA::7}` begins where nothing is said.
      const offset = part.operand?.raw.trim() === '' ? 0 : numberOf(part.operand, expander);
      const length = part.replacement === undefined ? undefined : numberOf(part.replacement, expander);
      if (part.replacement !== undefined && length === undefined) return always(hole(label));
      return mapValues(plain, label, (text) => slice(text, offset, length, label));
    }
    default:
      return part.operator === '@' ? plain : always(hole(label));
  }
}

function unsetValue(name: string, expander: Expander): Values {
  // Unset on purpose or a positional nobody passed: empty. Otherwise something outside may still set it.
  return expander.state.isUnset(name) || /^\d+$/.test(name) ? always([]) : always(hole(name));
}

/** `${TAG:+-$TAG}`: the operand where there is a value, and nothing where there is none. */
function withAlternate(
  emptyToo: boolean,
  values: Values | undefined,
  maybe: boolean,
  subject: string,
  operand: () => Values,
  label: string,
): Values {
  if (values === undefined) return always([]);
  if (maybe)
    return settle(
      [
        ...operand().map((one) => ({
          value: one.value,
          when: both(one.when, [{ cond: `default:${subject}`, is: 'set' }]) ?? one.when,
        })),
        { value: [], when: byDefault(subject) },
      ],
      label,
    );
  return settle(
    values.flatMap((one): Alternative<Text>[] => {
      const value = judged(one.value);
      if (value === '' && emptyToo) return [{ value: [], when: one.when }];
      return operand().flatMap((other) => {
        const conditions = both(one.when, other.when);
        return conditions === undefined ? [] : [{ value: other.value, when: conditions }];
      });
    }),
    label,
  );
}

function withFallback(
  emptyToo: boolean,
  values: Values | undefined,
  maybe: boolean,
  subject: string,
  operand: () => Values,
  site: Site | undefined,
): Values {
  if (values === undefined) return operand();
  if (maybe) {
    const unknown = values.length === 1 ? values[0]!.value : hole(subject);
    return withDefault(subject, operand(), unknown, site);
  }
  if (!emptyToo) return values;
  return settle(
    values.flatMap((one): Alternative<Text>[] => {
      const asked = answerOf(one.value, subject);
      if (asked !== undefined) return [...under(withDefault(asked, operand(), one.value, site), one.when)];
      if (judged(one.value) !== '') return [one];
      return operand().flatMap((other) => {
        const conditions = both(one.when, other.when);
        return conditions === undefined ? [] : [{ value: other.value, when: conditions }];
      });
    }),
    subject,
  );
}

/** What somebody was asked for (`read -p … TAG`) may be nothing at all. */
function answerOf(value: Text, subject: string): string | undefined {
  const [part] = value;
  return value.length === 1 &&
    typeof part === 'object' &&
    part.nature === 'unknown' &&
    part.hole.startsWith(`${subject}@`)
    ? part.hole
    : undefined;
}

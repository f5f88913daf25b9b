/** Methods of strings, over texts with holes where that can be right. */
import { matcher, type Matcher } from '../../../core/linear/matcher.ts';
import { judged, likewise, respelled, spelled } from '../../../core/sealed.ts';
import {
  concat as joinTexts,
  concatAll as joinTextsAll,
  hasNature,
  known,
  literal,
  show,
  type Text,
} from '../../../core/text.ts';
import type { ts } from '../compiler.ts';
import { noteParsed } from '../context.ts';
import { unknownAt } from './expressions.ts';
import type { Run } from './run.ts';
import { concat } from './operators.ts';
import { splitText } from '../split.ts';
import {
  knownText,
  one,
  primitive,
  textOf,
  textValue,
  unknown,
  type Single,
  type TextValue,
  type Value,
} from './values.ts';
import { flatMap } from './alternatives.ts';

export function textMethod(_run: Run, base: TextValue, name: string, args: readonly Value[], node: ts.Node): Value {
  noteParsed(one(base), node);
  switch (name) {
    case 'toString':
    case 'valueOf':
    case 'normalize':
      return one(base);
    case 'trim':
    case 'trimStart':
    case 'trimEnd':
      return one(textValue(trimmed(base.text)));
    case 'toLowerCase':
    case 'toLocaleLowerCase':
      return one(textValue(mapLiterals(base.text, (part) => part.toLowerCase())));
    case 'toUpperCase':
    case 'toLocaleUpperCase':
      return one(textValue(mapLiterals(base.text, (part) => part.toUpperCase())));
    case 'concat':
      return concat([one(base), ...args], 'text');
  }
  const first = args[0];
  if (first === undefined) return one(unknownAt(node));
  return flatMap(first, name, (a) => withFirst(base, name, a, args, node));
}

function withFirst(base: TextValue, name: string, a: Single, args: readonly Value[], node: ts.Node): Value {
  const second = args[1]?.length === 1 ? args[1][0]!.value : undefined;
  const whole = judged(base.text);
  if (name === 'split') return split(base.text, a);
  if (name === 'replace' || name === 'replaceAll') {
    if (second === undefined || second.kind === 'function') return one(textValue(holeFor(base.text, name)));
    return replace(base.text, a, second, name === 'replaceAll');
  }
  if (whole === undefined) return partly(base, name, a, node);
  const x = knownText(a);
  const n = a.kind === 'literal' && typeof a.value === 'number' ? a.value : undefined;
  const m = second?.kind === 'literal' && typeof second.value === 'number' ? second.value : undefined;
  if (n !== undefined && (args.length < 2 || m !== undefined)) {
    switch (name) {
      case 'slice':
        return one(textValue(likewise(whole.slice(n, m), base.text)));
      case 'substring':
        return one(textValue(likewise(whole.substring(n, m), base.text)));
      case 'substr':
        return one(textValue(likewise(m === undefined ? whole.slice(n) : whole.slice(n).slice(0, m), base.text)));
      case 'charAt':
        return one(textValue(likewise(whole.charAt(n), base.text)));
      case 'at':
        return one(textValue(likewise(whole.at(n) ?? '', base.text)));
      case 'repeat':
        return n >= 0 && n * whole.length < 10_000
          ? one(textValue(likewise(whole.repeat(n), base.text)))
          : one(unknownAt(node));
      case 'padStart':
        return n < 1_000
          ? one(textValue(likewise(whole.padStart(n, second === undefined ? undefined : knownText(second)), base.text)))
          : one(unknownAt(node));
    }
  }
  if (x !== undefined) {
    switch (name) {
      case 'startsWith':
        return primitive(whole.startsWith(x));
      case 'endsWith':
        return primitive(whole.endsWith(x));
      case 'includes':
        return primitive(whole.includes(x));
      case 'indexOf':
        return primitive(whole.indexOf(x));
      case 'lastIndexOf':
        return primitive(whole.lastIndexOf(x));
    }
  }
  return one(unknownAt(node));
}

/** What can be told of a text with holes: a literal start or end, a part of it. */
function partly(base: TextValue, name: string, a: Single, node: ts.Node): Value {
  const x = knownText(a);
  const first = base.text[0];
  const last = base.text.at(-1);
  if (
    x !== undefined &&
    name === 'startsWith' &&
    typeof first === 'string' &&
    (first.length >= x.length || !x.startsWith(first))
  )
    return primitive(first.startsWith(x));
  if (
    x !== undefined &&
    name === 'endsWith' &&
    typeof last === 'string' &&
    (last.length >= x.length || !x.endsWith(last))
  )
    return primitive(last.endsWith(x));
  if (x !== undefined && name === 'includes' && base.text.some((part) => typeof part === 'string' && part.includes(x)))
    return primitive(true);
  if (name === 'slice' || name === 'substring' || name === 'substr') return one(textValue(holeFor(base.text, name)));
  return one(unknownAt(node));
}

function holeFor(text: Text, method: string): Text {
  // What is cut out of a commit hash still differs on every run.
  return [
    { hole: `${show(text).replaceAll('@', '')}.${method}()`, nature: hasNature(text, 'unique') ? 'unique' : 'unknown' },
  ];
}

function mapLiterals(text: Text, change: (part: string) => string): Text {
  return joinTexts(...text.map((part) => respelled(part, change(spelled(part) ?? ''))));
}

function trimmed(text: Text): Text {
  return joinTexts(
    ...text.map((part, index) => {
      const value = spelled(part) ?? '';
      const start = index === 0 ? value.trimStart() : value;
      return respelled(part, index === text.length - 1 ? start.trimEnd() : start);
    }),
  );
}

function split(text: Text, by: Single): Value {
  const separator = knownText(by);
  const whole = judged(text);
  if (by.kind === 'regex' && whole !== undefined && whole.length < 1_000) {
    const pieces = matcher(by.source, 'js', by.flags)?.split(whole);
    if (pieces !== undefined)
      return one({ kind: 'list', items: pieces.map((piece) => one(textValue(likewise(piece, text)))), open: false });
  }
  if (separator === undefined || separator === '' || (whole === undefined && text.length === 1))
    return one({ kind: 'list', items: [], open: true });
  // A hole may hold the separator too: only what stands before and after it in literal text is sure, so the list may
  // have more.
  return one({ kind: 'list', items: splitText(text, separator).map((piece) => one(textValue(piece))), open: false });
}

/** Plain characters and single sets: their matches don't reach across a hole. */
const SIMPLE = /^(?:\\?[^()|*+?{}\\]|\\[dwsDWS/.\-_])*[+*]?(?:\$)?$|^\[[^\]]*\][+*]?$/;

function replace(text: Text, what: Single, by: Single, all: boolean): Value {
  const replacement =
    by.kind === 'text'
      ? by.text
      : by.kind === 'unknown'
        ? textOf(by)
        : by.kind === 'literal'
          ? literal(String(by.value))
          : undefined;
  if (replacement === undefined) return one(textValue(holeFor(text, 'replace')));
  const plain = known(replacement);
  if (what.kind === 'regex') {
    const search =
      known(text) !== undefined || SIMPLE.test(what.source) ? matcher(what.source, 'js', what.flags) : undefined;
    const replaced =
      search === undefined || plain === undefined
        ? undefined
        : replacedBy(search, what.flags.includes('g'), text, plain);
    return one(textValue(replaced ?? holeFor(text, 'replace')));
  }
  const wanted = knownText(what);
  if (wanted === undefined || wanted === '') return one(unknown('replaced'));
  let done = false;
  return one(
    textValue(
      joinTextsAll(
        text.map((part): Text => {
          const value = spelled(part);
          if (value === undefined || (done && !all)) return [part];
          const pieces = value.split(wanted);
          if (pieces.length === 1) return [part];
          done = true;
          const [head = '', ...rest] = all ? pieces : [pieces[0]!, pieces.slice(1).join(wanted)];
          return joinTexts(
            respelled(part, head),
            ...rest.map((piece) => joinTexts(replacement, respelled(part, piece))),
          );
        }),
      ),
    ),
  );
}

/** Literal pieces change one by one. What a group caught isn't followed. */
function replacedBy(search: Matcher, everywhere: boolean, text: Text, by: string): Text | undefined {
  if (/\$[^$&]/.test(by)) return undefined;
  const pieces = text.map((part) =>
    typeof part === 'string'
      ? search.replace(part, everywhere, (found) => by.replace(/\$[$&]/g, (sign) => (sign === '$&' ? found : '$')))
      : part,
  );
  return pieces.every((piece) => piece !== undefined) ? joinTexts(pieces) : undefined;
}

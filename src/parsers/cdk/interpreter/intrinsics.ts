/**
 * Library functions that make text out of text: `Fn.sub`, `Fn.join`, `Token.asString`, `Stack.of` … What they give is a
 * value, not an object.
 */
import { table } from '../../../core/table.ts';
import { concat as joinTexts, concatAll as joinTextsAll, hole, type Part, type Text } from '../../../core/text.ts';
import type { ts } from '../compiler.ts';
import { libraryOf } from '../library.ts';
import { concat } from './operators.ts';
import type { Run } from './run.ts';
import { splitText } from '../split.ts';
import {
  knownText,
  natureOf,
  one,
  importName,
  showSingle,
  textOf,
  textValue,
  unknown,
  type LibraryObject,
  type SymbolValue,
  type Value,
} from './values.ts';
import { flatMap } from './alternatives.ts';

export function intrinsic(
  run: Run,
  { module, path }: SymbolValue,
  args: readonly Value[],
  _node: ts.CallExpression,
): Value | undefined {
  const name = path.slice(-2).join('.');
  const [first, second] = args;
  if (/^(?:zod|yup|joi|valibot)$/.test(module) || first === undefined) return undefined;
  switch (name) {
    case 'Fn.sub':
      return flatMap(first, 'sub', (single) => {
        const text = single.kind === 'text' ? single.text : undefined;
        return text === undefined ? one(unknown('sub')) : one(textValue(substitute(text, second)));
      });
    case 'Fn.join': {
      const list = second?.[0]?.value;
      if (list?.kind !== 'list' || list.open) return one(unknown('joined'));
      return concat(
        list.items.flatMap((item, index) => (index === 0 ? [item] : [first, item])),
        'joined',
      );
    }
    case 'Fn.split': {
      const separator = knownText(first[0]!.value);
      const text = second?.[0]?.value;
      if (
        separator === undefined ||
        text === undefined ||
        text.kind !== 'text' ||
        (text.text.length === 1 && typeof text.text[0] !== 'string')
      ) {
        return one({ kind: 'list', items: [], open: true });
      }
      return one({
        kind: 'list',
        items: splitText(text.text, separator).map((piece) => one(textValue(piece))),
        open: false,
      });
    }
    case 'Fn.select': {
      const index = first[0]!.value;
      const list = second?.[0]?.value;
      const item =
        index.kind === 'literal' && typeof index.value === 'number' && list?.kind === 'list'
          ? list.items[index.value]
          : undefined;
      return item ?? one(unknown(`element ${showSingle(index)}`, 'Fn.select'));
    }
    case 'Fn.importValue':
      return flatMap(first, 'import', (single) => {
        const name = importName(single);
        const exported = run.exports.get(name);
        return exported === undefined
          ? one(textValue(hole(name)))
          : flatMap(exported, name, (value) => one(textValue(textOf(value))));
      });
    case 'Fn.ref':
      return flatMap(first, 'ref', (single) => {
        const whole = knownText(single);
        return whole === undefined ? one(unknown('ref')) : one(textValue(substitute([`\${${whole}}`], undefined)));
      });
    case 'Token.asString':
    case 'Token.asAny':
    case 'Lazy.uncachedString':
      return first;
    case 'Stack.of':
    case 'Stage.of':
      return stackOf(first);
    default:
      return undefined;
  }
}

/** The stack a construct belongs to: the nearest in its scopes that is made as one. */
function stackOf(value: Value): Value | undefined {
  const start = libraryOf(value);
  let at: LibraryObject | undefined = start;
  for (let depth = 0; at !== undefined && depth < 64; depth++, at = at.scope) {
    if (/(?:^|\.)(?:Stack|NestedStack)$/.test(at.name)) return one(at);
  }
  return start === undefined ? undefined : one(start);
}

const PSEUDO: Record<string, Text> = table({
  'AWS::AccountId': hole('account', 'account'),
  'AWS::Region': hole('region', 'region'),
  'AWS::URLSuffix': ['amazonaws.com'],
  'AWS::Partition': ['aws'],
});

function substitute(text: Text, variables: Value | undefined): Text {
  const map = variables?.[0]?.value;
  return joinTextsAll(
    text.map((part): Text => {
      if (typeof part !== 'string') return [part];
      const pieces: Part[] = [];
      let at = 0;
      for (const found of part.matchAll(/\$\{(!?)([^}]+)\}/g)) {
        pieces.push(part.slice(at, found.index));
        at = found.index + found[0].length;
        const name = found[2]!.trim();
        const given = map?.kind === 'object' ? map.entries.get(name)?.value[0]?.value : undefined;
        if (found[1] === '!') pieces.push(`\${${name}}`);
        else pieces.push(...(given !== undefined ? textOf(given) : (PSEUDO[name] ?? hole(name, natureOf(name)))));
      }
      pieces.push(part.slice(at));
      return joinTexts(pieces);
    }),
  );
}

/** JSON (a configuration file, cdk.json's context) as values. */
import type { When } from '../../../core/choices.ts';
import { respelled, seal, sealText, spelled } from '../../../core/sealed.ts';
import { isCredential } from '../../../core/secrets.ts';
import { concat as joinTexts, literal, type Text } from '../../../core/text.ts';
import { textValue, one, primitive, type Entry, type Value } from './values.ts';

const MAX_JSON_DEPTH = 24;

/** `about`: of a file that is only read; nothing of it is shown. */
export function fromJson(json: unknown, born: When, depth = 0, about?: string): Value {
  if (about !== undefined && (typeof json === 'string' || typeof json === 'number'))
    return one(textValue(seal(String(json), about)));
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' || json === undefined)
    return primitive(json);
  if (json === null || depth > MAX_JSON_DEPTH) return primitive(null);
  if (Array.isArray(json))
    return one({
      kind: 'list',
      items: json.map((item: unknown) => fromJson(item, born, depth + 1, about)),
      open: false,
    });
  if (typeof json !== 'object') return primitive(null);
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(json))
    entries.set(key, {
      value:
        about === undefined ? named(key, fromJson(value, born, depth + 1)) : fromJson(value, born, depth + 1, about),
    });
  return one({ kind: 'object', entries, born });
}

/** What goes by a credential's name is one. */
export function named(key: string, value: Value): Value {
  return isCredential(key)
    ? value.map((alt) =>
        alt.value.kind === 'text' ? { ...alt, value: textValue(sealText(alt.value.text, key)) } : alt,
      )
    : value;
}

const MAX_DEPTH = 20;

/** As `JSON.stringify` writes it; undefined where more than a string inside isn't known. */
export function jsonText(value: Value, depth = 0): Text | undefined {
  const single = value.length === 1 && depth < MAX_DEPTH ? value[0]!.value : undefined;
  switch (single?.kind) {
    case 'text':
      return joinTexts(
        literal('"'),
        ...single.text.map((part): Text => respelled(part, JSON.stringify(spelled(part) ?? '').slice(1, -1))),
        literal('"'),
      );
    case 'literal':
      return single.value === undefined ? undefined : literal(JSON.stringify(single.value));
    case 'list': {
      const items = single.open ? [undefined] : single.items.map((item) => jsonText(item, depth + 1));
      return enclosed('[', items, ']');
    }
    case 'object': {
      if (single.open !== undefined || single.library !== undefined || single.cls !== undefined) return undefined;
      const written = [...single.entries].filter(
        ([, entry]) => !entry.value.every((alt) => alt.value.kind === 'literal' && alt.value.value === undefined),
      );
      return enclosed(
        '{',
        written.map(([key, entry]) => {
          const inner = entry.getter === undefined ? jsonText(entry.value, depth + 1) : undefined;
          return inner === undefined ? undefined : joinTexts(literal(`${JSON.stringify(key)}:`), inner);
        }),
        '}',
      );
    }
    default:
      return undefined;
  }
}

function enclosed(open: string, items: readonly (Text | undefined)[], close: string): Text | undefined {
  const known = items.filter((item) => item !== undefined);
  if (known.length < items.length) return undefined;
  return joinTexts(
    literal(open),
    ...known.flatMap((item, index) => (index === 0 ? [item] : [literal(','), item])),
    literal(close),
  );
}

/** `k=v,k=v` lists as Docker's actions write them, where a hole may be part of a value. */
import { concat, literal, type Text } from '../core/text.ts';

/** Quotes around a field hold commas together. A field without `=` goes by the empty name. */
export function fieldsOf(text: Text): Map<string, Text> {
  const fields = new Map<string, Text>();
  for (const field of cut(text)) {
    const [head] = field;
    const equals = typeof head === 'string' ? head.indexOf('=') : -1;
    if (typeof head === 'string' && equals > 0)
      fields.set(head.slice(0, equals).trim(), concat(literal(head.slice(equals + 1)), field.slice(1)));
    else if (field.length > 0) fields.set('', field);
  }
  return fields;
}

function cut(text: Text): Text[] {
  const fields: Text[] = [[]];
  let quoted = false;
  for (const part of text) {
    if (typeof part !== 'string') {
      fields.push(concat(fields.pop() ?? [], [part]));
      continue;
    }
    let piece = '';
    const flush = (): void => {
      fields.push(concat(fields.pop() ?? [], literal(piece)));
      piece = '';
    };
    for (const char of part) {
      if (char === '"') {
        quoted = !quoted;
      } else if (char === ',' && !quoted) {
        flush();
        fields.push([]);
      } else {
        piece += char;
      }
    }
    flush();
  }
  return fields.filter((field) => field.length > 0);
}

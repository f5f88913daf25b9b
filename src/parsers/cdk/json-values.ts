/** JSON (a configuration file, cdk.json's context) as values. */
import type { When } from '../../model/guard.ts';
import { one, primitive, type Entry, type Value } from './values.ts';

const MAX_JSON_DEPTH = 24;

export function fromJson(json: unknown, born: When, depth = 0): Value {
  if (typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' || json === undefined) return primitive(json);
  if (json === null || depth > MAX_JSON_DEPTH) return primitive(null);
  if (Array.isArray(json)) return one({ kind: 'list', items: json.map((item: unknown) => fromJson(item, born, depth + 1)), open: false });
  if (typeof json !== 'object') return primitive(null);
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(json)) entries.set(key, { value: fromJson(value, born, depth + 1) });
  return one({ kind: 'object', entries, born });
}

/**
 * What constructs acknowledge. The library itself takes acknowledged violations out of its report; older ones leave
 * that to plug-ins.
 */

import type { Construct } from './library.ts';
import { oneOrNone } from '../core/optional.ts';

/** Construct paths by rule. */
export type Acknowledged = ReadonlyMap<string, ReadonlySet<string>>;

const METADATA = 'aws:cdk:acknowledged-rules';

export function acknowledgements(root: Construct | undefined, plugin: string): Acknowledged {
  const found = new Map<string, Set<string>>();
  const prefix = `${plugin.replaceAll(' ', '-')}::`;
  const pending: Construct[] = oneOrNone(root);
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    const { path, children, metadata } = one.node;
    pending.push(...children);
    for (const { type, data } of metadata) {
      if (type !== METADATA || typeof data !== 'object' || data === null) continue;
      for (const id of Object.keys(data)) {
        if (!id.startsWith(prefix)) continue;
        const rule = id.slice(prefix.length);
        found.set(rule, (found.get(rule) ?? new Set()).add(path));
      }
    }
  }
  return found;
}

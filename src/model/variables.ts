/** What the names of variables say that only the outside gives a value. */
import { spelled } from '../core/sealed.ts';
import type { Part, Text } from '../core/text.ts';

const VARIABLE = /^(?:(?:secrets|vars|env|inputs)\.)?(?:[A-Za-z_]\w*|\$\d)(?:@|$)/;

/** One that no construct, command or account of the project gave. */
export function isVariable(part: Part): boolean {
  return (
    typeof part !== 'string' && spelled(part) === undefined && part.nature === 'unknown' && VARIABLE.test(part.hole)
  );
}

/** Their names, without what keeps those of one name apart. */
export function variablesIn(text: Text): string[] {
  return text.flatMap((part) =>
    typeof part === 'string' || spelled(part) !== undefined
      ? []
      : [part.hole.replace(/@.*$/s, '').replace(/^\w+\./, '')],
  );
}

/** `shop`, `api`, `url` of `SHOP_API_URL` and of `shopApiUrl`. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

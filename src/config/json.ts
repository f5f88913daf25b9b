/** JSON as people write it in configurations: comments and trailing commas are welcome. */
import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

export interface Parsed {
  readonly value: unknown;
  /** The first thing that is wrong, and where. */
  readonly error?: { readonly offset: number; readonly what: string };
}

/** Made from the tree: the parser's own objects take a key `__proto__` for their prototype. */
export function parseJson(text: string): Parsed {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  return {
    value: tree === undefined ? undefined : valueOf(tree),
    ...(first === undefined ? {} : { error: { offset: first.offset, what: printParseErrorCode(first.error) } }),
  };
}

function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(valueOf);
  if (type !== 'object') return value;
  return Object.fromEntries(
    children.flatMap(({ children: [key, one] = [] }) =>
      key === undefined || one === undefined ? [] : [[String(key.value), valueOf(one)]],
    ),
  );
}

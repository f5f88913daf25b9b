/**
 * XML as AWS's query protocol sends it, as plain values: `<member>` makes a list, an element without content is empty
 * text.
 */
export type Xml = string | readonly Xml[] | { readonly [name: string]: Xml };

interface Open {
  readonly name: string;
  readonly children: (readonly [name: string, value: Xml])[];
  text: string;
}

const PART =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<![^>]*>|<(\/?)([^\s/>]+)([^>]*?)(\/?)>|([^<]+)/g;

/** The document's one element, by its name; undefined for what is no whole XML. */
export function xmlOf(document: string): { readonly name: string; readonly value: Xml } | undefined {
  const top: Open = { name: '', children: [], text: '' };
  const stack: Open[] = [top];
  let read = 0;
  for (const match of document.matchAll(PART)) {
    if (match.index !== read) return undefined;
    read += match[0].length;
    const [, data, closing, name, , selfClosing, text] = match;
    const current = stack.at(-1);
    if (current === undefined) return undefined;
    if (name === undefined) {
      current.text += data ?? text ?? '';
    } else if (closing === '') {
      if (selfClosing === '/') current.children.push([name, '']);
      else stack.push({ name, children: [], text: '' });
    } else {
      const parent = stack.at(-2);
      if (parent === undefined || current.name !== name) return undefined;
      stack.pop();
      parent.children.push([name, valueOf(current)]);
    }
  }
  const [only, second] = top.children;
  return read !== document.length || stack.length !== 1 || only === undefined || second !== undefined
    ? undefined
    : { name: only[0], value: only[1] };
}

function valueOf({ children, text }: Open): Xml {
  if (children.length === 0) return text.trim() === '' ? '' : text;
  return children.every(([name]) => name === 'member')
    ? children.map(([, value]) => value)
    : Object.fromEntries(children);
}

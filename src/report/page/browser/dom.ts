/** Elements whose text is text: nothing in a page's data is ever read as markup. */

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | undefined;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  append(element, children);
  return element;
}

export function svg(tag: string, attributes: Attributes): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) element.setAttribute(name, String(value));
  return element;
}

export function append(to: Node, children: readonly Child[]): void {
  for (const child of children)
    if (child !== undefined) to.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
}

/** Names in back-ticks are code. */
export function prose(text: string): Child[] {
  return text
    .split('`')
    .map((piece, index, all) => (index % 2 === 0 || index === all.length - 1 ? piece : el('code', {}, piece)));
}

/** A name that may be broken where its parts meet; a line's number stays with its file. */
export function breakable(name: string): Child[] {
  return name.split(/(?<=[/@_-]|:(?!\d+$))(?=\w)/).flatMap((part, index) => (index === 0 ? [part] : [el('wbr'), part]));
}

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

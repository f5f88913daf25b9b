/**
 * What is looked up by words of a project. Such words may be `constructor` or `__proto__`, which every ordinary object
 * has an answer to.
 */
export function table<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  const bare: Record<string, T> = Object.create(null);
  return Object.assign(bare, entries);
}

/** What an object itself has under a name: documents are ordinary objects, and their names a stranger's. */
export function own<T>(object: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

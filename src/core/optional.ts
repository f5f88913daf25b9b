/** Values that may be missing, where what takes them has no place for `undefined`. */

/** Only the properties that have a value: `{ ...defined({ name, region }) }`. */
export function defined<T extends object>(properties: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const found: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in properties) {
    const value = properties[key];
    if (isGiven(value)) found[key] = value;
  }
  return found;
}

function isGiven<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}

/** A list of the value, or an empty one: `flatMap((one) => oneOrNone(one.name))`. */
export function oneOrNone<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

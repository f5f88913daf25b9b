/** What follows from one thing alone is worked out once, and forgotten with it. */
export function memo<K extends object, V extends object | string | number | boolean>(
  work: (key: K) => V,
): (key: K) => V {
  const found = new WeakMap<K, V>();
  return (key) => {
    let value = found.get(key);
    if (value === undefined) {
      value = work(key);
      found.set(key, value);
    }
    return value;
  };
}

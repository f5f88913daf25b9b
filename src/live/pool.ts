/** Bounded concurrency: so many under way at one time, and no more promises than that. */
export async function forEach<T>(
  items: readonly T[],
  most: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}

export function batches<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

/** A batch in few words: by its names, where they are few. */
export function someOf(names: readonly string[], noun: string): string {
  return names.length > 3 ? `${names.length} ${noun}` : names.join(', ');
}

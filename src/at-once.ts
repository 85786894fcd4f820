/**
 * Works on all items, so many at once, and takes the next one when one is done: items are made as they are needed. Throws the first
 * error, and begins nothing after it.
 */
export async function atOnce<T>(
  items: Iterable<T> | AsyncIterable<T>,
  most: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = each(items);
  const worker = async () => {
    for await (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
}

/** One generator that all workers share. An error in one of them ends it for all. */
async function* each<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Groups of so many items; the last may be smaller. */
export async function* inGroups<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    if (group.push(item) < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

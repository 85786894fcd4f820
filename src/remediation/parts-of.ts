import type { PartOfSweep } from '../ledger/sweep-item.ts';

/**
 * The buckets of an account in parts of at most so many, by the beginnings of their names, which ListBuckets can list (S3 API, Prefix).
 * Every name belongs to exactly one part; `prefix` is what all of them begin with.
 */
export function partsOf(names: readonly string[], most: number, prefix = ''): PartOfSweep[] {
  const parts: PartOfSweep[] = [];
  let room = 0;
  for (const { of, begins, count } of leavesOf(names, most, prefix)) {
    if (parts.length === 0 || count > room) {
      parts.push({ prefixes: [], names: [] });
      room = most;
    }
    room -= count;
    parts.at(-1)?.[of].push(begins);
  }
  return parts;
}

interface Leaf {
  of: keyof PartOfSweep;
  begins: string;
  count: number;
}

function* leavesOf(names: readonly string[], most: number, prefix: string): Generator<Leaf> {
  if (names.length <= most) {
    yield { of: 'prefixes', begins: prefix, count: names.length };
    return;
  }
  for (const [longer, some] of Map.groupBy(names, (name) => name.slice(0, prefix.length + 1))) {
    // The prefix itself is a name, and all others of the part go on: it is listed by no longer prefix.
    if (longer === prefix) yield { of: 'names', begins: prefix, count: 1 };
    else yield* leavesOf(some, most, longer);
  }
}

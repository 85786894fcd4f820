import type { PartOfSweep } from '../ledger/sweep-item.ts';

/**
 * The buckets of an account in parts of at most so many, by the beginnings of their names, which ListBuckets can list (S3 API, Prefix).
 * Every name belongs to exactly one part; `prefix` is what all of them begin with. The names come in their order, and none is copied: there may
 * be a million.
 */
export function partsOf(inOrder: readonly string[], most: number, prefix = ''): PartOfSweep[] {
  const parts: PartOfSweep[] = [];
  let room = 0;
  for (const { of, begins, count } of leavesOf({ inOrder, from: 0, to: inOrder.length, prefix }, most)) {
    if (parts.length === 0 || count > room) {
      parts.push({ prefixes: [], names: [] });
      room = most;
    }
    room -= count;
    parts.at(-1)?.[of].push(begins);
  }
  return parts;
}

/** The names from one place in the list to another, which begin with a prefix. */
interface Range {
  inOrder: readonly string[];
  from: number;
  to: number;
  prefix: string;
}

interface Leaf {
  of: keyof PartOfSweep;
  begins: string;
  count: number;
}

function* leavesOf({ inOrder, from, to, prefix }: Range, most: number): Generator<Leaf> {
  if (to - from <= most) {
    yield { of: 'prefixes', begins: prefix, count: to - from };
    return;
  }
  for (let [at, end] = [from, from]; at < to; at = end) {
    const longer = inOrder[at]?.slice(0, prefix.length + 1) ?? '';
    while (end < to && inOrder[end]?.startsWith(longer) === true && (longer !== prefix || end === at)) end += 1;
    // The prefix itself is a name, and all others of the part go on: it is listed by no longer prefix.
    if (longer === prefix) yield { of: 'names', begins: prefix, count: 1 };
    else yield* leavesOf({ inOrder, from: at, to: end, prefix: longer }, most);
  }
}

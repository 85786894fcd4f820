interface Paging<Item> {
  /** What the page before gave out. */
  readonly token: string | undefined;
  /** 1,000 where absent, which also is the most. */
  readonly most: number | undefined;
  /** By what the items are in order. */
  readonly keyOf: (item: Item) => string;
}

const LARGEST_PAGE = 1_000;

/** One page of items that are in the order of their keys. The token stands for the last key that was given out, so that what comes and goes meanwhile shifts nothing. */
export function pageAfter<Item>(
  all: readonly Item[],
  { token, most = LARGEST_PAGE, keyOf }: Paging<Item>,
): { items: Item[]; token: string | undefined } {
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString();
  const left = all.filter((item) => keyOf(item) > after);
  const items = left.slice(0, Math.min(most, LARGEST_PAGE));
  const last = items.at(-1);
  const isMore = last !== undefined && left.length > items.length;
  return { items, token: isMore ? Buffer.from(keyOf(last)).toString('base64url') : undefined };
}

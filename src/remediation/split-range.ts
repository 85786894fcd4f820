import { type KeyRange, splitOf } from '../policy/copy/range-halves.ts';

/** Where a range is parted; `firstBehind` reads the first key of the range behind another one. Undefined where it is too small. */
export async function splitRange(range: KeyRange, firstBehind: (key: string) => Promise<string | undefined>) {
  const asking = splitOf(range);
  let asked = asking.next();
  while (asked.done !== true) asked = asking.next(await firstBehind(asked.value));
  return asked.value;
}

import fc from 'fast-check';
import { compareKeys } from '../../../src/policy/copy/key-space.ts';
import { type KeyRange, splitOf } from '../../../src/policy/copy/range-halves.ts';

/** Any key without U+0000: of all characters, of few, so that keys have much in common, and as long as a key may be. */
export const anyKey = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    fc.string({
      unit: fc.constantFrom(
        '\u0001',
        '/',
        '0',
        '9',
        'a',
        'b',
        '~',
        '\u007f',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '😀',
        '\u{10ffff}',
      ),
      minLength: 1,
      maxLength: 6,
    }),
    fc
      .tuple(
        fc.constantFrom('a', '\u0001', '9', '\u007f', '~'),
        fc.integer({ min: 1_018, max: 1_024 }),
        fc.string({ maxLength: 2 }),
      )
      .map(([character, length, end]) => `${character.repeat(length - end.length)}${end}`),
  )
  .filter((key) => !key.includes('\0') && Buffer.byteLength(key) <= 1_024);

export const sortedKeys = (constraints: { minLength?: number; maxLength?: number }) =>
  fc.uniqueArray(anyKey, constraints).map((keys) => keys.sort(compareKeys));

export const isIn = ({ after, until }: KeyRange, key: string) =>
  compareKeys(key, after) > 0 && (until === undefined || compareKeys(key, until) <= 0);

/** Parts a range as the keys that are there say, or as it is told, and how many answers that took. */
export function splitAmong(
  keys: readonly string[],
  range: KeyRange,
  told = (after: string) => keys.find((key) => isIn({ ...range, after }, key)),
) {
  const asking = splitOf(range);
  let answers = 0;
  let asked = asking.next();
  for (; asked.done !== true; answers += 1) {
    const after = asked.value;
    if (!after.isWellFormed() || Buffer.byteLength(after) > 1_024) throw new Error(`no key: ${JSON.stringify(after)}`);
    asked = asking.next(told(after));
  }
  return { halves: asked.value, answers };
}

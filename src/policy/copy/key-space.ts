/** The most that a key may have, in UTF-8 (User Guide "Naming Amazon S3 objects"). */
const MOST_BYTES = 1_024;

/** The order in which S3 lists: that of UTF-8 bytes (API ListObjectsV2). That of JavaScript has an emoji before U+FFFF. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * A key between two keys, neither of them; without `until`, one behind `after`. Where their first difference is in a number, a date, a hash or
 * letters, it is about in the middle of those. Undefined where nothing is between: U+0000 is not used.
 */
export function middleKey(after: string, until?: string): string | undefined {
  if (until !== undefined && compareKeys(after, until) >= 0) return undefined;
  const low = pointsOf(after);
  const high = until === undefined ? undefined : pointsOf(until);
  const isBetween = (key: string) =>
    isKey(key) && compareKeys(after, key) < 0 && (until === undefined || compareKeys(key, until) < 0);
  const usual = usualMiddle(low, high);
  if (usual !== undefined && isBetween(usual)) return usual;
  for (const key of nextKeys(low, sharedLength(low, high ?? []))) if (isBetween(key)) return key;
  return undefined;
}

/** The least text behind all that begin with this one; undefined where nothing is. */
export function behindAll(prefix: string): string | undefined {
  const points = pointsOf(prefix);
  while (points.at(-1) === LAST_POINT) points.pop();
  const last = points.pop();
  return last === undefined ? undefined : textOf([...points, nextPoint(last)]);
}

/** How many characters both begin with. */
export function sharedLength(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

export function isKey(text: string): boolean {
  return text !== '' && text.isWellFormed() && Buffer.byteLength(text) <= MOST_BYTES;
}

const LAST_POINT = 0x10_ff_ff;

/** No character is in between: those are halves of pairs in UTF-16, and nothing in UTF-8. */
const [LAST_BEFORE_HALVES, FIRST_BEHIND_HALVES] = [0xd7_ff, 0xe0_00];

const pointsOf = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);
const textOf = (points: readonly number[]) => String.fromCodePoint(...points);
const nextPoint = (point: number) => (point === LAST_BEFORE_HALVES ? FIRST_BEHIND_HALVES : point + 1);

/** Whatever is between has one of them in front of it, or is one. */
function* nextKeys(low: readonly number[], shared: number): Generator<string> {
  for (let at = shared; at < low.length; at += 1) yield behindAll(textOf(low.slice(0, at + 1))) ?? '';
  yield textOf([...low, 1]);
}

/** Characters in their order, as spans of code points. */
type Alphabet = readonly (readonly [from: number, to: number])[];

const span = (from: string, to: string) => [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0] as const;
const DIGITS = span('0', '9');
const UPPER = span('A', 'Z');
const LOWER = span('a', 'z');

/** The usual ones, the smaller first. */
const ALPHABETS: readonly Alphabet[] = [
  [DIGITS],
  [DIGITS, span('a', 'f')],
  [DIGITS, span('A', 'F')],
  [LOWER],
  [UPPER],
  [DIGITS, LOWER],
  [DIGITS, UPPER],
  [DIGITS, UPPER, LOWER],
  [span('-', '9'), span('=', '='), UPPER, span('_', '_'), LOWER],
  [span(' ', '~')],
];

/** Takes what differs as fractions, each character a digit of the smallest alphabet that has them all, and the middle of both. */
function usualMiddle(low: readonly number[], high: readonly number[] | undefined): string | undefined {
  const shared = sharedLength(low, high ?? []);
  const [from, to] = [low.slice(shared), high?.slice(shared)];
  const alphabet = alphabetOf([...wordOf(from), ...wordOf(to ?? [])]);
  const size = sizeOf(alphabet);
  // So many that a number holds them.
  const places = Math.min(10, Math.floor(52 / Math.log2(size)));
  const end = size ** places;
  let middle = Math.floor((fractionOf(from, alphabet, places) + (to ? fractionOf(to, alphabet, places) : end)) / 2);
  if (middle >= end) return undefined;
  const points: number[] = [];
  for (let place = 0; place < places; place += 1, middle = Math.floor(middle / size)) {
    const digit = middle % size;
    if (digit > 0 || points.length > 0) points.unshift(pointAt(digit, alphabet));
  }
  return textOf([...low.slice(0, shared), ...points]);
}

/** The first character, and the letters and digits of its kind that follow it: they say which alphabet it is of. */
function wordOf(points: readonly number[]): readonly number[] {
  const [first = 0] = points;
  const kind: Alphabet = first < 0x80 ? [DIGITS, UPPER, LOWER] : [[0x80, LAST_POINT]];
  const end = points.findIndex((point, index) => index > 0 && !has(kind, point));
  return end < 0 ? points : points.slice(0, end);
}

/** The smallest usual one that has all of them; else from the least to the last of them. */
function alphabetOf(points: readonly number[]): Alphabet {
  const usual = ALPHABETS.find((alphabet) => points.every((point) => has(alphabet, point)));
  if (usual !== undefined) return usual;
  const [least, most] = [Math.min(...points), Math.max(...points)];
  if (least > LAST_BEFORE_HALVES || most < FIRST_BEHIND_HALVES) return [[least, most]];
  return [
    [least, LAST_BEFORE_HALVES],
    [FIRST_BEHIND_HALVES, most],
  ];
}

const has = (alphabet: Alphabet, point: number) => alphabet.some(([from, to]) => from <= point && point <= to);

/** How many characters of an alphabet stand before this one, which may be none of it. */
const rankOf = (point: number, alphabet: Alphabet) =>
  alphabet.reduce((rank, [from, to]) => rank + Math.max(0, Math.min(point, to + 1) - from), 0);

const sizeOf = (alphabet: Alphabet) => Math.max(2, rankOf(LAST_POINT + 1, alphabet));

function pointAt(rank: number, alphabet: Alphabet): number {
  let rest = rank;
  for (const [from, to] of alphabet) {
    if (rest <= to - from) return from + rest;
    rest -= to - from + 1;
  }
  return LAST_POINT;
}

/** In units of the last place. What is no character of the alphabet ends it: all of it is behind those that are less. */
function fractionOf(points: readonly number[], alphabet: Alphabet, places: number): number {
  const size = sizeOf(alphabet);
  const end = points.findIndex((point) => !has(alphabet, point));
  const digits = (end < 0 ? points : points.slice(0, end + 1)).slice(0, places).map((point) => rankOf(point, alphabet));
  return digits.reduce((sum, digit, index) => sum + digit * size ** (places - 1 - index), 0);
}

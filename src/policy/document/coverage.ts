import type { When } from './document-when.ts';
import { covers } from '../../iam/glob.ts';
import {
  ANYWHERE,
  demandsOf,
  markOfAccount,
  markOfRegion,
  marksOfName,
  marksOfOu,
  marksOfTag,
  posted,
} from '../ruling/literal-marks.ts';
import { isTag, ousOf } from '../ruling/matching.ts';

/** How much is compared at most: a policy of thousands of rules that only whole comparison can tell apart is not compared to its end. */
const BUDGET = 1_000_000;

/**
 * For each `when` the first of the earlier ones that holds wherever it holds, by its place in the list. Never says so wrongly; member by member,
 * so that several earlier ones that cover one only together are not found. `also` is asked of a pair beside that.
 */
export function coverings(
  whens: readonly When[],
  also: (earlier: number, later: number) => boolean = () => true,
): (number | undefined)[] {
  const postings = posted(whens.map(demandsOf));
  let left = BUDGET;
  return whens.map((narrow, later) => {
    const firstUnder = (mark: string): number => {
      for (const earlier of postings.get(mark) ?? []) {
        const wide = whens[earlier];
        if (left <= 0 || earlier >= later || wide === undefined) break;
        left -= effort(wide, narrow);
        if (narrows(narrow, wide) && also(earlier, later)) return earlier;
      }
      return later;
    };
    const first = Math.min(...[ANYWHERE, ...marksOf(narrow)].map(firstUnder));
    return first < later ? first : undefined;
  });
}

/** Every bucket has a name that fits. */
export function isAnyName(glob: string): boolean {
  return /^[*]+$/.test(glob);
}

/** What every wider `when` demands of this one: of a list one member, because the wider one has each of them. */
function marksOf({ buckets = [], accounts = [], regions = [], ou = [], tags = [] }: When): string[] {
  return [
    ...buckets.slice(0, 1).flatMap(marksOfName),
    ...accounts.slice(0, 1).map(markOfAccount),
    ...regions.slice(0, 1).map(markOfRegion),
    ...ousOf(ou).slice(0, 1).flatMap(marksOfOu),
    ...tags.flatMap(marksOfTag),
  ];
}

function effort(wide: When, narrow: When): number {
  return 1 + (sizeOf(wide) * sizeOf(narrow)) / LETTERS_A_STEP;
}

const LETTERS_A_STEP = 64;

/** Two globs are compared letter by letter, other members value by value. */
function sizeOf({ buckets = [], accounts = [], regions = [], tags = [] }: When): number {
  return buckets.join('').length + accounts.length + regions.length + tags.length;
}

/** True where `narrow` holds nowhere but where `wide` holds: whatever `wide` demands, `narrow` demands as much or more. */
export function narrows(narrow: When, wide: When): boolean {
  return (
    (wide.kind === undefined || wide.kind === narrow.kind) &&
    (wide.logTarget === undefined || wide.logTarget === narrow.logTarget) &&
    (wide.buckets?.some(isAnyName) === true ||
      every(narrow.buckets, wide.buckets, (name, glob) => covers(glob, name))) &&
    every(narrow.accounts, wide.accounts, (a, b) => a === b) &&
    every(narrow.regions, wide.regions, (a, b) => a === b) &&
    every(foldersIn(narrow), foldersIn(wide), (path, above) => path.startsWith(above)) &&
    // Tags are demanded all together, so here it is each of the wider ones that must be demanded too.
    (wide.tags === undefined || every(wide.tags, narrow.tags ?? [], isTag)) &&
    (wide.createdBefore === undefined ||
      (narrow.createdBefore !== undefined && narrow.createdBefore <= wide.createdBefore)) &&
    (wide.createdAfter === undefined || (narrow.createdAfter !== undefined && narrow.createdAfter >= wide.createdAfter))
  );
}

function foldersIn({ ou }: When): string[] | undefined {
  return ou === undefined ? undefined : ousOf(ou);
}

/** Each of `narrow` has its match among `wide`, and `wide` may demand nothing at all. */
function every<T>(narrow: readonly T[] | undefined, wide: readonly T[] | undefined, fits: (a: T, b: T) => boolean) {
  if (wide === undefined) return true;
  return narrow !== undefined && narrow.every((a) => wide.some((b) => fits(a, b)));
}

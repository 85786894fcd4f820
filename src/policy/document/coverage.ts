import type { When } from './document-when.ts';
import { covers } from '../../iam/glob.ts';
import { isTag, ousOf } from '../ruling/matching.ts';

/** How much is compared at most: a policy of thousands of rules that only whole comparison can tell apart is not compared to its end. */
const BUDGET = 1_000_000;

/**
 * For each `when` an earlier one that holds wherever it holds, by its place in the list. Never says so wrongly; member by member,
 * so that several earlier ones that cover one only together are not found. `also` is asked of a pair beside that.
 */
export function coverings(
  whens: readonly When[],
  also: (earlier: number, later: number) => boolean = () => true,
): (number | undefined)[] {
  const posted = new Map<string, number[]>();
  let left = BUDGET;
  const findFor = (when: When, later: number): number | undefined => {
    const compared = new Set<number>();
    for (const anchor of [ANYWHERE, ...lookups(when)]) {
      for (const earlier of posted.get(anchor) ?? []) {
        if (left <= 0) return undefined;
        const wide = whens[earlier];
        if (wide === undefined || compared.has(earlier)) continue;
        compared.add(earlier);
        left -= effort(wide, when);
        if (isWithin(when, wide) && also(earlier, later)) return earlier;
      }
    }
    return undefined;
  };
  return whens.map((when, later) => {
    if (left <= 0) return undefined;
    const found = findFor(when, later);
    for (const anchor of new Set(anchors(when))) post(posted, anchor, later);
    return found;
  });
}

const ANYWHERE = '';

function post(posted: Map<string, number[]>, anchor: string, place: number): void {
  const places = posted.get(anchor);
  if (places === undefined) posted.set(anchor, [place]);
  else places.push(place);
}

/** One member's values, of which a narrower `when` must have at least one: by these it finds this one. */
function anchors({ buckets, tags, accounts, ou, regions, kind, logTarget }: When): string[] {
  const byName = buckets?.map(anchorOfGlob) ?? [];
  if (byName.length > 0 && !byName.includes(ANYWHERE)) return byName;
  const [tag] = tags ?? [];
  if (tag !== undefined) return [tag.value === undefined ? `tag ${tag.key}` : `tag ${tag.key} ${tag.value}`];
  if (accounts !== undefined) return accounts.map((account) => `account ${account}`);
  if (ou !== undefined) return ousOf(ou).map((path) => `ou ${path}`);
  if (regions !== undefined) return regions.map((region) => `region ${region}`);
  if (kind !== undefined) return [`kind ${kind}`];
  return [logTarget === undefined ? ANYWHERE : `log ${logTarget}`];
}

function anchorOfGlob(glob: string): string {
  const start = literalStart(glob);
  if (start !== '') return `begins ${start}`;
  const end = literalEnd(glob);
  return end === '' ? ANYWHERE : `ends ${end}`;
}

/** Every anchor under which a wider `when` can have been posted. */
function lookups({ buckets, tags, accounts, ou, regions, kind, logTarget }: When): string[] {
  const [glob = ''] = buckets ?? [];
  const start = literalStart(glob);
  const end = literalEnd(glob);
  return [
    ...Array.from(start, (_, index) => `begins ${start.slice(0, index + 1)}`),
    ...Array.from(end, (_, index) => `ends ${end.slice(index)}`),
    ...(tags ?? []).flatMap(({ key, value }) => [
      `tag ${key}`,
      ...(value === undefined ? [] : [`tag ${key} ${value}`]),
    ]),
    ...(accounts ?? []).slice(0, 1).map((account) => `account ${account}`),
    ...(ou === undefined ? [] : ousOf(ou).slice(0, 1).flatMap(foldersOf)),
    ...(regions ?? []).slice(0, 1).map((region) => `region ${region}`),
    ...(kind === undefined ? [] : [`kind ${kind}`]),
    ...(logTarget === undefined ? [] : [`log ${logTarget}`]),
  ];
}

/** What stands before the first wildcard. */
export function literalStart(glob: string): string {
  return /^[^*?]*/.exec(glob)?.[0] ?? '';
}

/** What stands after the last wildcard. */
export function literalEnd(glob: string): string {
  return glob.slice(Math.max(glob.lastIndexOf('*'), glob.lastIndexOf('?')) + 1);
}

function foldersOf(path: string): string[] {
  const steps = path.split('/').slice(0, -1);
  return steps.map((_, index) => `ou ${steps.slice(0, index + 1).join('/')}/`);
}

function effort(wide: When, narrow: When): number {
  const pairs = (['accounts', 'regions', 'tags'] as const).map(
    (member) => (wide[member]?.length ?? 0) * (narrow[member]?.length ?? 0),
  );
  // Two globs are compared letter by letter.
  const letters = lettersOf(wide.buckets) * lettersOf(narrow.buckets);
  return pairs.reduce((sum, product) => sum + product, 1 + letters / LETTERS_A_STEP);
}

const LETTERS_A_STEP = 64;

function lettersOf(globs: readonly string[] = []): number {
  return globs.reduce((sum, { length }) => sum + length, 0);
}

/** True where `narrow` holds nowhere but where `wide` holds: whatever `wide` demands, `narrow` demands as much or more. */
function isWithin(narrow: When, wide: When): boolean {
  return (
    (wide.kind === undefined || wide.kind === narrow.kind) &&
    (wide.logTarget === undefined || wide.logTarget === narrow.logTarget) &&
    every(narrow.buckets, wide.buckets, (name, glob) => covers(glob, name)) &&
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

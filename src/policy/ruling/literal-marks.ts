import type { When } from '../document/document-when.ts';
import { ousOf } from './matching.ts';

/** The places of entries in their list, under a mark that each of them demands. */
export type Postings = ReadonlyMap<string, readonly number[]>;

/** Where those stand that demand nothing. */
export const ANYWHERE = '';

/** Every entry stands under the demand of its own that the fewest others make: under each of its marks, of which whoever meets it bears one. */
export function posted(entries: readonly string[][][]): Postings {
  const crowds = new Map<string, number>();
  for (const mark of entries.flat(2)) crowds.set(mark, (crowds.get(mark) ?? 0) + 1);
  const crowdOf = (marks: readonly string[]) => marks.reduce((sum, mark) => sum + (crowds.get(mark) ?? 0), 0);
  const postings = new Map<string, number[]>();
  for (const [place, demands] of entries.entries()) {
    const [rarest = [ANYWHERE]] = demands.toSorted((a, b) => crowdOf(a) - crowdOf(b));
    for (const mark of new Set(rarest)) {
      const places = postings.get(mark) ?? [];
      places.push(place);
      postings.set(mark, places);
    }
  }
  return postings;
}

/** For each member of `when` that speaks of literal text its marks, one of which whatever meets it bears. */
export function demandsOf({ buckets, accounts, regions, ou, tags }: When): string[][] {
  const demands = [
    buckets?.map(markOfGlob),
    accounts?.map(markOfAccount),
    regions?.map(markOfRegion),
    ou === undefined ? undefined : ousOf(ou).map((path) => `ou ${path}`),
    ...(tags ?? []).map(({ key, value }) => [value === undefined ? `tag ${key}` : `tag ${key}=${value}`]),
  ];
  return demands.filter((demand) => demand !== undefined);
}

function markOfGlob(glob: string): string {
  const start = literalStart(glob);
  if (start === glob) return `named ${glob}`;
  if (start !== '') return `begins ${start}`;
  const end = literalEnd(glob);
  return end === '' ? ANYWHERE : `ends ${end}`;
}

/** All that a glob can demand of a name, or of a narrower glob. */
export function marksOfName(name: string): string[] {
  const start = literalStart(name);
  const end = literalEnd(name);
  return [
    `named ${name}`,
    ...Array.from(start, (_, index) => `begins ${start.slice(0, index + 1)}`),
    ...Array.from(end, (_, index) => `ends ${end.slice(index)}`),
  ];
}

export function markOfAccount(account: string): string {
  return `account ${account}`;
}

export function markOfRegion(region: string): string {
  return `region ${region}`;
}

/** Of an OU the marks of all above it and its own. */
export function marksOfOu(path: string): string[] {
  const folders = path.split('/').filter((step) => step !== '');
  return folders.map((_, index) => `ou ${folders.slice(0, index + 1).join('/')}/`);
}

export function marksOfTag({ key, value }: NonNullable<When['tags']>[number]): string[] {
  return [`tag ${key}`, `tag ${key}=${value}`];
}

/** What stands before the first wildcard. */
function literalStart(glob: string): string {
  return /^[^*?]*/.exec(glob)?.[0] ?? '';
}

/** What stands after the last wildcard. */
function literalEnd(glob: string): string {
  return glob.slice(Math.max(glob.lastIndexOf('*'), glob.lastIndexOf('?')) + 1);
}

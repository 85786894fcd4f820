import type { When } from '../document/document-when.ts';
import { literalEnd, literalStart } from '../document/coverage.ts';
import { type Subject, ousOf } from './matching.ts';

/** What a rule and an exception have in common. */
interface Entry {
  when?: When | undefined;
  /** The exact name of one bucket, in place of `when`. */
  bucket?: string | undefined;
}

/**
 * The places of the entries that can hold for a bucket, in their order; the others surely do not. Of thousands of rules by name, account, Region,
 * OU or tag it leaves the few that share a literal part with the bucket. Built once for each list of a policy document.
 */
export function candidates(entries: readonly Entry[], subject: Subject): readonly number[] {
  const { facts } = subject;
  const byTags = facts.tags?.kind === 'read';
  const byOu = facts.ouPath?.kind === 'read';
  const posted = postings(entries, { byTags, byOu });
  const found = [ANYWHERE, ...marksOf(subject)].flatMap((mark) => {
    const places = posted.get(mark);
    return places === undefined ? [] : [places];
  });
  const [only = [], ...others] = found;
  return others.length === 0 ? only : [...new Set(found.flat())].sort((a, b) => a - b);
}

/** Which facts are known of the bucket: a condition on one that is not leaves the entry open, so nothing is looked up by it. */
interface Read {
  byTags: boolean;
  byOu: boolean;
}

type Postings = ReadonlyMap<string, readonly number[]>;

const built = new WeakMap<readonly Entry[], Map<string, Postings>>();

function postings(entries: readonly Entry[], read: Read): Postings {
  const ofList = built.get(entries) ?? new Map<string, Postings>();
  built.set(entries, ofList);
  const name = `${read.byTags} ${read.byOu}`;
  const known = ofList.get(name) ?? post(entries.map((entry) => demandsOf(entry, read)));
  ofList.set(name, known);
  return known;
}

/** Every entry stands under the demand of its own that the fewest others make. */
function post(entries: readonly string[][][]): Postings {
  const crowds = new Map<string, number>();
  for (const mark of entries.flat(2)) crowds.set(mark, (crowds.get(mark) ?? 0) + 1);
  const crowdOf = (marks: readonly string[]) => marks.reduce((sum, mark) => sum + (crowds.get(mark) ?? 0), 0);
  const posted = new Map<string, number[]>();
  for (const [place, demands] of entries.entries()) {
    const [rarest = [ANYWHERE]] = demands.toSorted((a, b) => crowdOf(a) - crowdOf(b));
    for (const mark of rarest) {
      const places = posted.get(mark);
      if (places === undefined) posted.set(mark, [place]);
      else places.push(place);
    }
  }
  return posted;
}

const ANYWHERE = '';

/** For each member of `when` the marks of which a bucket must bear at least one; a member without literal text demands none. */
function demandsOf({ when = {}, bucket }: Entry, { byTags, byOu }: Read): string[][] {
  if (bucket !== undefined) return [[`named ${bucket}`]];
  const { buckets, accounts, regions, ou, tags } = when;
  return [
    buckets?.map(markOfGlob),
    accounts?.map((account) => `account ${account}`),
    regions?.map((region) => `region ${region}`),
    ou === undefined || !byOu ? undefined : ousOf(ou).map((path) => `ou ${path}`),
    ...(byTags ? (tags ?? []) : []).map(({ key, value }) => [
      value === undefined ? `tag ${key}` : `tag ${key}=${value}`,
    ]),
  ].filter((demand) => demand !== undefined);
}

function markOfGlob(glob: string): string {
  const start = literalStart(glob);
  if (start === glob) return `named ${glob}`;
  if (start !== '') return `begins ${start}`;
  const end = literalEnd(glob);
  return end === '' ? ANYWHERE : `ends ${end}`;
}

/** All that an entry could demand of this bucket. */
function marksOf({ state: { bucket, account, region }, facts: { tags, ouPath } }: Subject): string[] {
  const folders = ouPath?.kind === 'read' ? ouPath.value.split('/').filter((step) => step !== '') : [];
  return [
    `named ${bucket}`,
    ...Array.from(bucket, (_, index) => `begins ${bucket.slice(0, index + 1)}`),
    ...Array.from(bucket, (_, index) => `ends ${bucket.slice(index)}`),
    `account ${account}`,
    `region ${region}`,
    ...folders.map((_, index) => `ou ${folders.slice(0, index + 1).join('/')}/`),
    ...(tags?.kind === 'read' ? tags.value.flatMap(({ key, value }) => [`tag ${key}`, `tag ${key}=${value}`]) : []),
  ];
}

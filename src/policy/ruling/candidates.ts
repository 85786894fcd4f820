import { nameOf } from '../../bucket-id.ts';
import type { When } from '../document/document-when.ts';
import {
  ANYWHERE,
  demandsOf,
  markOfAccount,
  markOfRegion,
  marksOfName,
  marksOfOu,
  marksOfTag,
  posted,
  type Postings,
} from './literal-marks.ts';
import type { Subject } from './matching.ts';

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
  const postings = postingsOf(entries, { byTags, byOu });
  if (postings.size === 0) return [];
  const found = [ANYWHERE, ...marksOf(subject)].flatMap((mark) => {
    const places = postings.get(mark);
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

const built = new WeakMap<readonly Entry[], Map<string, Postings>>();

function postingsOf(entries: readonly Entry[], read: Read): Postings {
  const ofList = built.get(entries) ?? new Map<string, Postings>();
  built.set(entries, ofList);
  const name = `${read.byTags} ${read.byOu}`;
  const known = ofList.get(name) ?? posted(entries.map((entry) => demandsOf(whenOf(entry, read))));
  ofList.set(name, known);
  return known;
}

function whenOf({ when = {}, bucket }: Entry, { byTags, byOu }: Read): When {
  if (bucket !== undefined) return { buckets: [bucket] };
  const { tags, ou, ...others } = when;
  return { ...others, ...(byTags && tags && { tags }), ...(byOu && ou !== undefined && { ou }) };
}

/** All that an entry could demand of this bucket. */
function marksOf({ state: { bucket, account, region }, facts: { tags, ouPath } }: Subject): string[] {
  return [
    ...marksOfName(nameOf(bucket)),
    markOfAccount(account),
    markOfRegion(region),
    ...(ouPath?.kind === 'read' ? marksOfOu(ouPath.value) : []),
    ...(tags?.kind === 'read' ? tags.value.flatMap(marksOfTag) : []),
  ];
}

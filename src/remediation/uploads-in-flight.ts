import type { UploadList } from '../aws/bucket/uploads.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import { driftAt, isBefore, ruleOfDrift } from '../ledger/drift.ts';
import type { Due } from '../ledger/due-work.ts';
import { begunBetween, type OpenUploads, type Upload } from '../ledger/open-uploads.ts';
import { kindOf } from '../policy/model.ts';
import { writesAlike } from '../policy/same-encryption.ts';
import type { AssessDeps } from './deps.ts';
import type { Look } from './look.ts';
import { type Judgement, listPage, type Page, type Work } from './objects.ts';

/** The uploads in flight in a bucket, or why nobody lets us see them. */
export type InFlight = UploadList | { unread: string };

/**
 * What a plan of the objects that are due rests on: the first page, and the uploads in flight, unless it is about the older objects of a bucket
 * that was right when they began. Never throws.
 */
export async function listDue(
  judgement: Judgement,
  due: Due,
  deps: AssessDeps,
  isBackfill = false,
): Promise<{ page: Page; inFlight: InFlight | undefined }> {
  const [page, inFlight] = await Promise.all([
    listPage(judgement, due, deps),
    isBackfill ? undefined : uploadsInFlight(judgement, due, deps),
  ]);
  return { page, inFlight };
}

/** The uploads in flight of a bucket whose window is planned, which may complete after its jobs. */
async function uploadsInFlight({ look }: Judgement, due: Due, deps: AssessDeps): Promise<InFlight | undefined> {
  const isAsked = due.scopes.length > 0 && due.from !== undefined && kindOf(look.id.bucket) === 'general-purpose';
  return isAsked ? listUploads(look, deps) : undefined;
}

async function listUploads({ id }: Look, { uploads, log }: AssessDeps): Promise<InFlight> {
  try {
    return await uploads.list(id);
  } catch (error) {
    log.warn('uploads not listed', { bucket: bucketText(id), why: whyOf(error) });
    return { unread: whyOf(error) };
  }
}

/**
 * The uploads that surely began while the bucket was below and before its repair, because they are there directly before it: since the event that
 * put the very rule that was found, unless somebody has seen the bucket right since, or a later drift is known, before which somebody may have put it right. None where the policy
 * does not have them aborted.
 */
export async function uploadsToAbort(
  { look, decided }: Judgement,
  { item }: Work,
  deps: AssessDeps,
): Promise<Upload[]> {
  const { trigger, found, lookedAt } = look;
  const rule = ruleOfDrift(trigger);
  const since = driftAt(trigger, lookedAt);
  if (decided.standard.uploads !== 'abort' || since === undefined || rule === undefined || !writesAlike(rule, found))
    return [];
  const { compliantAt, lastDrift } = item;
  if (compliantAt !== undefined && !isBefore(compliantAt, since)) return [];
  if (lastDrift !== undefined && isBefore(since, lastDrift.at)) return [];
  const listed = await listUploads(look, deps);
  if ('unread' in listed) return [];
  // Both tell whole seconds: one of the same second may be older.
  return listed.uploads.filter(({ initiatedMs }) => isBefore(since, new Date(initiatedMs).toISOString()));
}

/** Whether the uploads that an item remembers keep their window open, or it is to be planned once more; `inFlight` is what was listed. */
export async function lookAtUploads(
  { look }: Judgement,
  known: OpenUploads,
  deps: AssessDeps,
): Promise<{ waitsFor?: OpenUploads; inFlight?: InFlight }> {
  const inFlight = await listUploads(look, deps);
  if (isOver(known, deps)) return { inFlight };
  if ('unread' in inFlight) return { waitsFor: known };
  const count = begunBetween(inFlight.uploads, known).length;
  const isDone = count === 0 && !inFlight.truncated;
  // Some have ended: a sweep has what completed mended, and does not wait for the last.
  const isLess = known.count !== undefined && count < known.count && look.trigger.cause === 'sweep';
  return isDone || isLess ? { inFlight } : { waitsFor: { ...known, count } };
}

/** True where such uploads have been waited for long enough. */
export function isOver({ givesUpAt }: OpenUploads, { now }: Pick<AssessDeps, 'now'>): boolean {
  return Date.parse(givesUpAt) <= now().getTime();
}

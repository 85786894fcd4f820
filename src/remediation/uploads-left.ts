import { atOnce } from '../at-once.ts';
import { whyOf } from '../aws/sdk/service-error.ts';
import { bucketText } from '../bucket-id.ts';
import type { Due } from '../ledger/due-work.ts';
import {
  begunBetween,
  type OpenUploads,
  rulesOfUploads,
  startOfUploads,
  type Upload,
  UPLOADS_WAIT_MS,
} from '../ledger/open-uploads.ts';
import type { Reason } from '../policy/model.ts';
import { CLOCK_MARGIN_MS } from '../policy/plan/object-classes.ts';
import type { ReasonCode } from '../policy/reasons.ts';
import { clipped, inOneLine } from '../problem.ts';
import type { AssessDeps } from './deps.ts';
import type { Judgement, Objects } from './objects.ts';
import { type InFlight, isOver } from './uploads-in-flight.ts';

interface Given {
  due: Due;
  inFlight: InFlight | undefined;
  /** Those that may be aborted. */
  toAbort?: readonly Upload[];
  /** What the item remembered before this look. */
  known?: OpenUploads | undefined;
}

/** What became of uploads in flight: those that keep the window open, and what is to be said of all. */
interface UploadsLeft {
  open?: OpenUploads;
  leftovers: Reason[];
}

/**
 * What was planned, with the uploads that may complete after it: aborted, waited for, or given up by name. What could not be planned is due
 * still, and its uploads are looked at when it is. Never throws.
 */
export async function withUploads(
  { look }: Pick<Judgement, 'look'>,
  objects: Objects,
  given: Given,
  deps: AssessDeps,
): Promise<{ objects: Objects; openUploads?: OpenUploads }> {
  if (given.inFlight === undefined) return { objects };
  const { open, leftovers } = await uploadsLeft(look.id, { ...given, inFlight: given.inFlight }, deps);
  const { end } = objects;
  if (end.kind === 'nothing-due') return { objects };
  const told = { ...objects, end: { ...end, leftovers: [...end.leftovers, ...leftovers] } };
  if (open === undefined || end.kind !== 'planned') return { objects: told };
  // A few later tries, then each sweep.
  const again = objects.again || given.known === undefined || (look.trigger.sends ?? 0) > 0;
  return { objects: { ...told, again }, openUploads: open };
}

async function uploadsLeft(
  id: Judgement['look']['id'],
  { due, inFlight, toAbort = [], known }: Given & { inFlight: InFlight },
  deps: AssessDeps,
): Promise<UploadsLeft> {
  const { bucket } = id;
  const nowMs = deps.now().getTime();
  const givesUpAt = known?.givesUpAt ?? new Date(nowMs + UPLOADS_WAIT_MS).toISOString();
  const since = startOfUploads(due);
  // Clocks differ: the window was over by then for sure.
  const surely = {
    since,
    until: new Date(nowMs + CLOCK_MARGIN_MS).toISOString(),
    rules: rulesOfUploads(due),
    givesUpAt,
  };
  const isLast = known !== undefined && isOver(known, deps);
  if ('unread' in inFlight) {
    const reason = isLast ? givenUp(bucket, [], inFlight.unread) : unlisted(bucket, inFlight.unread, givesUpAt);
    return { leftovers: [reason], ...(isLast ? {} : { open: surely }) };
  }
  const begun = begunBetween(inFlight.uploads, isOnlyOf(known, due) ? known : { since });
  const aborted = await abortAll(id, begun, toAbort, deps);
  const left = begun.filter((upload) => !aborted.done.has(upload.uploadId));
  if (left.length === 0 && !inFlight.truncated) return { leftovers: aborted.reasons };
  if (isLast) return { leftovers: [...aborted.reasons, givenUp(bucket, left)] };
  const open = { ...surely, ...(inFlight.truncated ? {} : timesOf(left)), count: left.length };
  return { open, leftovers: [...aborted.reasons, waitedFor(bucket, left, { ...open, truncated: inFlight.truncated })] };
}

/** True where nothing else is due than the window of the uploads that are known: those that began later are right. */
function isOnlyOf(known: OpenUploads | undefined, { from }: Due): known is OpenUploads {
  return known !== undefined && from === known.since;
}

/** From the first to the last of them: those that come later are not among them. */
function timesOf(uploads: readonly Upload[]): { since: string; until: string } {
  const times = uploads.map(({ initiatedMs }) => initiatedMs);
  return { since: new Date(Math.min(...times)).toISOString(), until: new Date(Math.max(...times)).toISOString() };
}

const MOST_ABORTED = 1_000;
const AT_ONCE = 10;

/** Aborts those that may be, and says which; one that has ended meanwhile is not there any more. */
async function abortAll(
  id: Judgement['look']['id'],
  begun: readonly Upload[],
  toAbort: readonly Upload[],
  { uploads, log }: AssessDeps,
): Promise<{ done: ReadonlySet<string>; reasons: Reason[] }> {
  const may = new Set(toAbort.map(({ uploadId }) => uploadId));
  const wanted = begun.filter(({ uploadId }) => may.has(uploadId)).slice(0, MOST_ABORTED);
  const ended = new Set<string>();
  const aborted: Upload[] = [];
  let why: string | undefined;
  await atOnce(wanted, AT_ONCE, async (upload) => {
    try {
      if (await uploads.abort(id, upload)) aborted.push(upload);
      ended.add(upload.uploadId);
    } catch (error) {
      why = whyOf(error);
    }
  });
  const { bucket } = id;
  if (aborted.length > 0)
    log.info('uploads aborted', { bucket: bucketText(id), count: aborted.length, first: aborted.slice(0, 25) });
  return {
    done: ended,
    reasons: [
      aborted.length > 0 &&
        said(
          'uploads-aborted',
          `${counted(aborted)} of bucket ${bucket}, begun while it was below its standard, were aborted: ${named(aborted)}.`,
        ),
      why !== undefined &&
        said(
          'uploads-not-aborted',
          `${wanted.length - ended.size} multipart upload(s) of bucket ${bucket} could not be aborted (${why}), and are waited for: allow this role s3:AbortMultipartUpload.`,
        ),
    ].filter((reason) => reason !== false),
  };
}

function waitedFor(
  bucket: string,
  left: readonly Upload[],
  { givesUpAt, truncated }: OpenUploads & { truncated: boolean },
): Reason {
  const atLeast = truncated ? 'At least ' : '';
  const message = `${atLeast}${counted(left)} of bucket ${bucket} began before its repair and may keep the encryption of that time (${named(left)}): what completes is re-encrypted, and they are waited for until ${givesUpAt}.`;
  return said('uploads-open', message);
}

function unlisted(bucket: string, why: string, givesUpAt: string): Reason {
  const message = `The multipart uploads in flight of bucket ${bucket} could not be listed (${why}), and those begun before its repair keep the encryption of that time: allow this role s3:ListBucketMultipartUploads. It is tried again until ${givesUpAt}.`;
  return said('uploads-unread', message);
}

function givenUp(bucket: string, left: readonly Upload[], why?: string): Reason {
  const days = UPLOADS_WAIT_MS / (24 * 60 * 60 * 1_000);
  const which =
    why === undefined
      ? `${counted(left)} of bucket ${bucket} (${named(left)})`
      : `The multipart uploads of bucket ${bucket}, which could not be listed (${why}),`;
  const message = `${which} that began before its repair are waited for no more after ${days} days: what they complete to has the encryption of that time. Abort them, or re-encrypt their objects.`;
  return said('uploads-given-up', message);
}

function said(code: ReasonCode, message: string): Reason {
  return { code, message: inOneLine(message) };
}

function counted(uploads: readonly Upload[]): string {
  return `${uploads.length} multipart upload(s)`;
}

const MOST_NAMED = 3;
const LONGEST_NAME = 200;

/** Keys are the words of others. */
function named(uploads: readonly Upload[]): string {
  const first = uploads
    .slice(0, MOST_NAMED)
    .map(({ key, uploadId }) => `${clipped(key, LONGEST_NAME)}, upload ${clipped(uploadId, LONGEST_NAME)}`);
  const more = uploads.length - first.length;
  return more > 0 ? `${first.join('; ')}; and ${more} more` : first.join('; ');
}

import { isTerminal } from '../../src/policy/plan/job-end.ts';
import { inOneLine } from '../../src/problem.ts';
import { MOST_ATTEMPTS } from '../../src/ledger/job-item.ts';
import type { JobView } from '../../src/ledger/job-view.ts';
import { counted, numberOf, shortSpan, utc } from '../numbers-in-words.ts';
import { priceWords } from '../plan/plan-words.ts';
import type { JobProgress } from './job-progress.ts';

const ENDS = new Map([
  ['complete', 'is complete'],
  ['complete-with-failures', 'ended, and some objects failed'],
  ['nothing-to-do', 'found nothing to do'],
  ['failed', 'failed'],
  ['cancelled', 'was cancelled'],
  ['forgotten', 'ended, and S3 does not know any more how'],
  ['refused', 'was refused by S3'],
  ['superseded', 'was not started, or stopped, because the standard has changed'],
  ['expired', 'ended, because nobody confirmed it in 30 days'],
]);

/** S3's states of a job that has not ended (S3 User Guide "Job statuses"). */
const STATES = new Map([
  ['New', 'S3 has just taken it'],
  ['Preparing', 'S3 lists its objects'],
  ['Suspended', 'waits for somebody to confirm it'],
  ['Ready', 'S3 will begin it'],
  ['Active', 'runs'],
  ['Pausing', 'is paused by S3 for a job with a higher priority'],
  ['Paused', 'is paused by S3 for a job with a higher priority'],
  ['Completing', 'is about to end'],
  ['Cancelling', 'is being cancelled'],
  ['Failing', 'is failing'],
]);

/** How a job stands, in plain words. A state that this version does not know is named. */
export function statusWords(job: JobView, { look }: JobProgress = {}): string {
  const { stage, status = 'closed', wish } = job;
  const asked = wish === undefined ? '' : `; ${inOneLine(wish.by)} asked to ${wish.what} it`;
  if (stage === 'closed')
    return `${ENDS.get(status) ?? `ended in a way that this version does not know: ${inOneLine(status)}`}${asked}`;
  if (stage === 'queued') return `waits for its turn${asked}`;
  if (look?.kind === 'unknown') return `S3 does not know it${asked}`;
  if (look?.kind !== 'described') return `${begunWords(job)}${asked}`;
  const state = look.job.status;
  if (isTerminal(state)) return `has ended (${state}), and Reseal has not read its end yet${asked}`;
  return `${STATES.get(state) ?? `is in a state that this version does not know: ${inOneLine(state)}`}${asked}`;
}

/** What the ledger says of a job that S3 was not asked about, or does not have. */
function begunWords({ stage, own, pieces }: JobView): string {
  if (stage === 'suspended') return 'waits for somebody to confirm it';
  if (own === undefined) return 'was begun';
  return pieces === 0 ? 'is about to end' : 'runs';
}

const METHOD_WORDS = new Map([
  ['update-encryption', 'updated in place'],
  ['copy', 'copied in place'],
  ['own-copy', 'copied by Reseal itself'],
]);

/** What it does to which objects. */
export function workWords(job: JobView): string {
  const { method = 'of an unknown method', own, storageClass, versions, createdAfter } = job;
  const how = own?.lane === 'inline' ? 'done by Reseal itself' : (METHOD_WORDS.get(method) ?? inOneLine(method));
  return [
    versions === true ? `noncurrent versions, ${whichWords(job)}` : whichWords(job),
    ...(storageClass === undefined ? [] : [`in ${inOneLine(storageClass)}`]),
    ...(createdAfter === undefined ? [] : [`since ${utc(createdAfter)}`]),
    how,
    ...(own?.restore === undefined ? [] : [`archived ones after a restore (${inOneLine(own.restore.tier)})`]),
  ].join(', ');
}

function whichWords({ objectClass = 'any', own, retryOf }: JobView): string {
  if (own?.lane === 'inline') return 'all objects of a small bucket';
  if (own !== undefined) return 'objects that no job of S3 is for';
  if (objectClass !== 'any') return `${inOneLine(objectClass)} objects`;
  return retryOf === undefined ? 'objects of a list' : 'objects that failed before';
}

/** How far it is: counts, speed and time left, as far as anybody knows. */
export function progressWordsOf(job: JobView, progress: JobProgress = {}): string {
  if (job.own !== undefined && job.stage === 'open') return ownProgressWords(job);
  const { total, succeeded, failed } = countsOfJob(job, progress);
  if (total === undefined || (total === 0 && job.stage !== 'closed')) return 'no object yet';
  const done = (succeeded ?? 0) + (failed ?? 0);
  const { perSecond, secondsLeft } = progress;
  return [
    job.stage === 'closed'
      ? `${numberOf(succeeded ?? 0)} of ${counted(total, 'object')}`
      : `${numberOf(done)} of ${counted(total, 'object')}`,
    ...(failed ? [`${numberOf(failed)} failed`] : []),
    ...(job.untried ? [`${numberOf(job.untried)} not tried`] : []),
    ...(perSecond === undefined ? [] : [`${numberOf(Math.round(perSecond * 10) / 10)}/s`]),
    ...(secondsLeft === undefined ? [] : [`${shortSpan(secondsLeft)} left`]),
  ].join(', ');
}

/** A piece of the work is a range of keys, or an object by itself: a large one, an archived one, one that is tried again. */
function ownProgressWords({ done = 0, failed = 0, pieces = 0, ranges = 0 }: JobView): string {
  const open = [
    ...(ranges > 0 ? [`${counted(ranges, 'range')} of keys`] : []),
    ...(pieces > ranges ? [counted(pieces - ranges, 'single object')] : []),
  ];
  return [
    `${counted(done, 'object')} done`,
    ...(failed > 0 ? [`${numberOf(failed)} failed or left`] : []),
    ...(open.length === 0 ? [] : [`${open.join(' and ')} to do`]),
  ].join(', ');
}

/** What S3 says now, else what the ledger knows. */
export function countsOfJob(
  job: JobView,
  { look }: JobProgress,
): Partial<Record<'total' | 'succeeded' | 'failed', number>> {
  return look?.kind === 'described' ? look.job : job;
}

/** Which attempt it is, and whether another one follows. */
export function attemptWords({ attempt = 0, nextToken, again }: JobView): string {
  const which = attempt < MOST_ATTEMPTS ? `${attempt + 1} of ${MOST_ATTEMPTS}` : `${attempt + 1}, asked for by hand`;
  if (nextToken !== undefined) return `${which}; the next one is ${nextToken}`;
  return again === 'next-sweep' ? `${which}; the next sweep asks for another one` : which;
}

/** Why nothing newer is known; undefined where S3 has said how far it is, or there is nothing to ask it. */
export function unreadWords({ look }: JobProgress): string | undefined {
  if (look?.kind !== 'unread') return undefined;
  return look.isSoon === true ? look.why : `S3 did not say how far it is: ${look.why}`;
}

export function priceOfJob({ priceUsd }: JobView): string | undefined {
  return priceUsd === undefined ? undefined : `about ${priceWords({ usd: priceUsd, atLeast: false })}`;
}

/** By what a job is named to this command: S3's id, and its token before it has one. */
export function idOfJob({ jobId, token }: JobView): string {
  return jobId === undefined ? `token ${token}` : `job ${jobId}`;
}

import type { AfterJob } from '../aws/ledger/job-ledger.ts';
import { isHopeless, isUnreachable, messageOf, whyOf } from '../aws/sdk/service-error.ts';
import { bucketText, type Place, placeText } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import type { JobRequest, JobVia, OpenJob, QueuedJob } from '../ledger/job-item.ts';
import type { JobItem } from '../ledger/read-job-item.ts';
import { neverRun } from '../ledger/next-attempt.ts';
import { jobMessage, launchMessage } from '../intake/open-job-message.ts';
import { isBatchMethod } from '../policy/model.ts';
import { partToken } from '../policy/plan/job-token.ts';
import { present } from '../present.ts';
import type { TrackOutcome } from './close-job.ts';
import { confirmJob, isConfirmed } from './confirm-job.ts';
import type { CloseDeps, TrackDeps } from './deps.ts';
import { beginOwn } from './own-copy-job.ts';
import { supersededEnd } from './superseded-end.ts';

/** What is kept back of the time for one more job, and for what comes after a long listing. */
const LAUNCH_MS = 15_000;
const LISTING_MS = 30_000;
/** Longer than a refused role is taken for refused without asking for it. */
const ENTER_AGAIN_SECONDS = 30;

/**
 * Launches what is queued in an account, the most urgent first, as long as it has slots: a job has one from before S3 is asked for it. First
 * those that have one already, because whoever claimed it may have died before S3 answered. Throws what made a job stay
 * queued that may be launched by another try; it costs the others nothing.
 */
export async function launchJobs(account: string, deps: TrackDeps, again?: true): Promise<TrackOutcome> {
  const failures: unknown[] = [];
  const shut = new Map<string, Place>();
  let jobs = 0;
  let mayLaunch: boolean | undefined;
  for await (const job of candidates(account, deps)) {
    // What is queued waits as it is: each bucket's next look says what becomes of its own.
    mayLaunch ??= await deps.mayLaunch();
    if (!mayLaunch) break;
    if (deps.timeLeftMs() < LAUNCH_MS) throw outOfTime(account);
    if (shut.has(placeText(job))) continue;
    try {
      const launched = await launch(job, deps);
      if (launched === 'full') break;
      if (launched === 'launched') jobs += 1;
    } catch (error) {
      deps.log.warn('job stays queued', { token: job.token, bucket: bucketText(job), why: messageOf(error) });
      if (isUnreachable(error)) shut.set(placeText(job), job);
      else failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  // Whoever queued them was in the account just now, so it may be open again in a moment. Later a sweep asks.
  const [place] = shut.values();
  if (place !== undefined && again !== true)
    await deps.at(place).comeBack(launchMessage(account, true), ENTER_AGAIN_SECONDS);
  return { kind: 'launched', jobs };
}

/** Each queued job once, as the ledger has it now, each that somebody has confirmed, and each of our own that was begun by halves. */
async function* candidates(account: string, deps: TrackDeps): AsyncGenerator<QueuedJob | OpenJob> {
  const held = await deps.jobLedger.slotsOf(account);
  const seen = new Set<string>();
  async function* tokens() {
    yield* held;
    yield* deps.ownJobs(account);
    if (held.length < deps.mostActive) yield* deps.queuedJobs(account);
  }
  for await (const token of tokens()) {
    if (seen.has(token)) continue;
    seen.add(token);
    const item = await readable(token, deps);
    if (item === 'odd') continue;
    const isOpen = item?.stands === 'open' && (isConfirmed(item.job) || item.job.own !== undefined);
    if (item?.stands === 'queued' || isOpen) yield item.job;
    // Nothing else gives it back: whoever cleared the table by hand has left it.
    const isLeft = item === undefined || item.stands === 'closed';
    if (isLeft && held.includes(token)) await deps.jobLedger.free({ token, account });
  }
}

/** An item that this version cannot read costs the other jobs nothing. */
async function readable(token: string, { jobLedger, log }: TrackDeps): Promise<JobItem | undefined | 'odd'> {
  try {
    return await jobLedger.read(token);
  } catch (error) {
    if (!(error instanceof ResealError)) throw error;
    log.error('job not read', { token, error: error.message });
    return 'odd';
  }
}

function outOfTime(account: string): ResealError {
  const message = `there was no time to launch all queued jobs of account ${account}: the message comes back`;
  return new ResealError('out-of-time', message, { retryable: true });
}

/** `passed` where it needs no slot any more, or somebody else sees to it. */
export type Launched = 'launched' | 'full' | 'passed';

async function launch(job: QueuedJob | OpenJob, deps: TrackDeps): Promise<Launched> {
  if ('jobId' in job) return job.own === undefined ? confirmJob(job, deps) : beginOwn(job, deps);
  // With `via` S3 may have it already.
  if (job.via === undefined && (await superseded(job, deps))) return 'passed';
  if (job.via === undefined && (await mustWait(job, deps))) return 'passed';
  if (job.own !== undefined) return beginOwn(job, deps);
  const here = deps.at(job);
  const via = job.via ?? (await viaOf(job, here));
  if (via === undefined) {
    const why = `account ${job.account} has no bucket for reports in ${job.region}: deploy infra/member/region.yml there`;
    return refused(job, why, deps, { isUnlaunched: true });
  }
  // A list is made once: its job may have lost its slot since, where nobody could enter the account.
  const isListed = job.versions !== true || job.manifest !== undefined;
  const listed = isListed ? {} : await listedVersions(job, via, deps);
  if (listed === 'none') return 'passed';
  const claimed = await deps.jobLedger.claim(job, { via, ...listed }, deps.mostActive);
  const { manifest = job.manifest, rest } = listed;
  if (rest !== undefined) await askToLaunch(job.account, deps);
  return claimed === 'claimed' ? create({ ...job, ...present({ manifest }) }, via, deps) : claimed;
}

/** What a job of current objects has not done is an old version as soon as somebody writes over it: old versions are listed when all its attempts have ended. */
async function mustWait(job: QueuedJob, deps: TrackDeps): Promise<boolean> {
  for (const first of job.after ?? []) {
    for (let token: string | undefined = first; token !== undefined;) {
      const item = await readable(token, deps);
      if (item === 'odd' || item === undefined) break;
      if (item.stands !== 'closed') return true;
      // Of a bucket that was made anew nobody asks again.
      if (item.job.again === 'next-sweep' && (await deps.readBucket(job)).undone?.has(token) === true) return true;
      token = item.job.nextToken;
    }
  }
  return false;
}

/** S3 does not say whether its own list of a bucket that keeps versions has old ones: a copy by it has to wait. */
async function viaOf(job: QueuedJob, here: CloseDeps): Promise<JobVia | undefined> {
  const via = isBatchMethod(job.method) ? await here.jobVia(job.method) : undefined;
  if (via === undefined || job.method !== 'copy' || job.manifest !== undefined) return via;
  return (await here.versioning(job)) === false ? via : { ...via, checksList: true };
}

/** Where the bucket is gone, or lets nobody list it, the job is closed by name: it would stay queued for ever. */
async function listedVersions(job: QueuedJob, via: JobVia, deps: TrackDeps): ReturnType<typeof versionsOf> {
  try {
    return await versionsOf(job, via, deps);
  } catch (error) {
    if (!isHopeless(error)) throw error;
    const why = `the noncurrent versions of bucket ${job.bucket} could not be listed: ${whyOf(error)}`;
    await refused(job, why, deps, { isUnlaunched: true });
    return 'none';
  }
}

/** The list of the noncurrent versions that a job is about, written by Reseal: as long as there is time, and the rest is a job of its own. */
async function versionsOf(
  job: QueuedJob,
  { reportsBucket }: JobVia,
  deps: TrackDeps,
): Promise<{ manifest?: JobRequest['manifest']; rest?: JobRequest } | 'none'> {
  const isOver = () => deps.timeLeftMs() < LISTING_MS;
  const { manifest, marker } = await deps.at(job).versionsManifest(job, { reportsBucket, isOver });
  const { wish: _, claims: __, ...request } = job;
  const rest = marker && { ...request, token: partToken(job.token, marker), marker };
  if (manifest !== undefined) return present({ manifest, rest });
  const why = 'no noncurrent version was found';
  const end = neverRun(job, { status: 'nothing-to-do', why }, deps.now());
  await deps.jobLedger.close(end, { next: rest, isUnlaunched: true });
  if (rest !== undefined) await askToLaunch(job.account, deps);
  return 'none';
}

/** Has somebody launch what there was no time for, or what could not be launched now. */
export async function askToLaunch(account: string, { queues, jobQueueUrl }: TrackDeps): Promise<void> {
  await queues.sendAll(jobQueueUrl, [{ body: launchMessage(account), group: account }]);
}

async function create(job: QueuedJob, via: JobVia, deps: TrackDeps): Promise<Launched> {
  const { token, objectClass, method, causeId } = job;
  try {
    const jobId = await deps.at(job).startJob(job, via);
    await deps.jobLedger.open(job, jobId, deps.now().toISOString());
    deps.log.info('job launched', { token, jobId, objectClass, method, bucket: bucketText(job), causeId });
    // What was asked of it while S3 was asked for it is carried out by whoever looks at it.
    if (job.wish !== undefined)
      await deps.queues.sendAll(deps.jobQueueUrl, [{ body: jobMessage(job), group: job.account }]);
    return 'launched';
  } catch (error) {
    if (error instanceof ResealError && error.code === 'job-refused' && !error.retryable)
      return refused(job, error.message, deps);
    // Nobody got in, so S3 does not have it; but it may have it from an earlier try.
    if (isUnreachable(error) && job.via === undefined) await deps.jobLedger.unclaim(job);
    throw error;
  }
}

async function refused(job: JobRequest, why: string, deps: TrackDeps, only: AfterJob = {}): Promise<'passed'> {
  const end = neverRun(job, { status: 'refused', why, isLeft: true }, deps.now());
  await deps.jobLedger.close(end, only);
  deps.log.warn('job refused', { token: job.token, bucket: bucketText(job), why });
  return 'passed';
}

/** A job for another standard than the bucket's is closed before it costs anything. */
async function superseded(job: QueuedJob, deps: TrackDeps): Promise<boolean> {
  const found = await supersededEnd(job, deps);
  if (found === undefined) return false;
  // Where somebody has written the bucket's item since, or has claimed the job, the next launch sees to it.
  await deps.jobLedger.close(found.end, { reopening: found.reopening, isUnlaunched: true });
  return true;
}

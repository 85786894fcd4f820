import type { JobSnapshot } from '../aws/job/describe-job.ts';
import { isUnreachable, messageOf, whyUnreachable } from '../aws/sdk/service-error.ts';
import type { Place } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { jobMessage, type NamedJob } from '../intake/open-job-message.ts';
import { type ChangedJob, changedJobMessage, type JobTrigger } from '../intake/parse-job-message.ts';
import type { OpenJob } from '../ledger/job-item.ts';
import type { JobItem } from '../ledger/read-job-item.ts';
import { isTerminal } from '../policy/plan/job-end.ts';
import { checkList } from './check-list.ts';
import { closedBefore, closeJob, forget, type TrackOutcome } from './close-job.ts';
import type { TrackDeps } from './deps.ts';
import { describeSeldom } from './describe-seldom.ts';
import { askToLaunch, launchJobs } from './launch-jobs.ts';
import { followOwn } from './own-copy-job.ts';
import { queueAgain } from './queue-again.ts';
import { ofQueued, ofWish } from './wishes.ts';

export type { TrackOutcome } from './close-job.ts';

/** The story of the jobs, whoever asks for it: launch what is queued, see how one stands, close one that has ended, and ask for the next. */
export async function trackJob(trigger: JobTrigger, deps: TrackDeps): Promise<TrackOutcome> {
  try {
    if ('status' in trigger) return await followChanged(trigger, deps);
    if ('token' in trigger) return await followNamed(trigger, deps);
    return await ('account' in trigger ? launchJobs(trigger.account, deps, trigger.again) : askForOpenJobs(deps));
  } catch (error) {
    // What the ledger holds open is asked for again, with all others that are, until the account can be reached.
    if (!isUnreachable(error)) throw error;
    return { kind: 'open', why: whyUnreachable(error, 'account' in trigger ? trigger.account : undefined) };
  }
}

/** What a suspended job turns to where somebody has confirmed it, and what turns to Suspended; nothing else on the way to the end changes the ledger. */
const MOVES: ReadonlySet<string> = new Set(['Suspended', 'Ready', 'Active']);

async function followChanged(trigger: ChangedJob, deps: TrackDeps): Promise<TrackOutcome> {
  const { jobId, status, account } = trigger;
  if (!isTerminal(status) && !MOVES.has(status)) return { kind: 'open', why: `job ${jobId} is ${status}` };
  const onlyAgain = !isTerminal(status) && status !== 'Suspended';
  const look = await describeSeldom({ ...trigger, body: changedJobMessage(trigger), onlyAgain }, deps.at(trigger));
  if ('outcome' in look) return look.outcome;
  const { job } = look;
  if (job === undefined) {
    // A job that was just made may be unknown for a moment.
    throw new ResealError('job-refused', `S3 knows no job ${jobId} yet`, { retryable: true, jobId });
  }
  const stranger = `job ${jobId} was not made by Reseal`;
  if (job.work === undefined) return { kind: 'ignored', why: stranger };
  const { token } = job.work;
  let item = await deps.jobLedger.read(token);
  if (item?.stands === 'queued' && item.job.account === account) {
    // Whoever launched it may have died before it was recorded.
    await launchJobs(account, deps);
    item = await deps.jobLedger.read(token);
  }
  const why = whyOther(item, job, trigger);
  if (why !== undefined) return { kind: 'ignored', why: `${stranger}: ${why}` };
  // Whoever closed it may have died before it launched the next one.
  if (item?.stands !== 'open') return launchNext(closedBefore({ jobId, token }), account, deps);
  const outcome = await follow(item.job, job, deps);
  if (outcome.kind !== 'open' || !isTerminal(status)) return outcome;
  throw new ResealError('job-refused', `job ${jobId} ended as ${status}, and S3 still describes it as ${job.status}`, {
    retryable: true,
    jobId,
  });
}

/** How a job differs from the one that is recorded under its token: anybody can copy a Description, and S3 gives an id to one job alone. */
function whyOther(item: JobItem | undefined, { jobId }: JobSnapshot, here: Place): string | undefined {
  if (item === undefined) return 'the ledger does not know its token';
  const { account, region, bucket } = item.job;
  const recorded = item.stands === 'queued' ? undefined : item.job.jobId;
  const isHere = account === here.account && region === here.region;
  return isHere && recorded === jobId ? undefined : `its token is recorded for job ${recorded} of bucket ${bucket}`;
}

/**
 * Each job that the ledger holds open becomes a message of its own, because CloudTrail's delivery is best effort and the event of an end
 * may never have arrived. So one that cannot be read never costs the others, and the queue's concurrency decides how many are asked for at once.
 */
async function askForOpenJobs(deps: TrackDeps): Promise<TrackOutcome> {
  let jobs = 0;
  async function* messages() {
    for await (const { account, ...job } of deps.openJobs()) {
      jobs += 1;
      yield { body: jobMessage(job), group: account };
    }
  }
  await deps.queues.sendAll(deps.jobQueueUrl, messages());
  return { kind: 'asked', jobs };
}

async function followNamed({ token, again }: NamedJob, deps: TrackDeps): Promise<TrackOutcome> {
  const item = await deps.jobLedger.read(token);
  if (item === undefined) return { kind: 'ignored', why: `the ledger has no job ${token}` };
  if (item.stands === 'queued') return ofQueued(item.job, deps);
  if (item.stands === 'closed') {
    const isAsked = again === true || item.wish?.what === 'retry';
    return isAsked ? queueAgain(item, deps) : launchNext(closedBefore(item.job), item.job.account, deps);
  }
  if (item.job.own !== undefined) {
    const outcome = await followOwn(item.job, deps);
    return outcome.kind === 'open' ? outcome : launchNext(outcome, item.job.account, deps);
  }
  const here = closingAt(item.job, deps);
  const look = await describeSeldom({ ...item.job, body: jobMessage(item.job) }, here);
  if ('outcome' in look) return look.outcome;
  const { job } = look;
  if (job === undefined) return launchNext(await forget(item.job, here), item.job.account, deps);
  return follow(item.job, job, deps);
}

const closingAt = (item: OpenJob, deps: TrackDeps) => ({ ...deps.at(item), readBucket: deps.readBucket });

const RUNS: ReadonlySet<string> = new Set(['Ready', 'Active', 'Pausing', 'Paused', 'Completing']);

/** Records how an open job stands: ended, waiting for people, or confirmed by them. What they asked of it waits until its list was seen. */
async function follow(item: OpenJob, job: JobSnapshot, deps: TrackDeps): Promise<TrackOutcome> {
  const { status } = job;
  const checked = await checkList(item, job, deps);
  if (checked !== undefined) return checked.kind === 'closed' ? launchNext(checked, item.account, deps) : checked;
  if (item.status === 'suspended' && RUNS.has(status)) await deps.jobLedger.resume(item);
  const asked = await ofWish(item, job, deps);
  if (asked !== undefined) return asked;
  const isNews = status === 'Suspended' && item.status === 'open';
  if (isNews) await deps.jobLedger.suspend(item, deps.now().toISOString());
  const outcome = await closeJob(job, item, closingAt(item, deps));
  return isNews || outcome.kind !== 'open' ? launchNext(outcome, item.account, deps) : outcome;
}

/** The slot of a job that has ended is for the next one. Where nothing can be launched now, a message asks again. */
async function launchNext(outcome: TrackOutcome, account: string, deps: TrackDeps): Promise<TrackOutcome> {
  try {
    await launchJobs(account, deps);
  } catch (error) {
    deps.log.warn('nothing launched', { account, why: messageOf(error) });
    await askToLaunch(account, deps);
  }
  return outcome;
}

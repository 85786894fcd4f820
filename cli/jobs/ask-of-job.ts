import { ResealError } from '../../src/errors.ts';
import type { WishedFor } from '../../src/ledger/job-item.ts';
import { type JobView, outcomeOfWish, statusOfJob } from '../../src/ledger/job-view.ts';
import { inOneLine } from '../../src/problem.ts';
import { wordsOf } from '../../scripts/ending.ts';
import type { JobDeps } from '../../src/runtime/job-deps.ts';
import { priceOfJob, statusWords, workWords } from './job-words.ts';

/** So long a wish is waited for: the function looks at once, unless the account's queue is long or nobody may enter the account. */
export const LONGEST_WAIT_MS = 5 * 60_000;
const EVERY_MS = 2_000;

/** What is asked before something is asked of a job, with its price where that is known. */
export function questionOf(what: WishedFor, job: JobView): string {
  const { bucket, needsConfirmation } = job;
  const price = priceOfJob(job);
  const about = `the job for bucket ${inOneLine(bucket)} (${workWords(job)})`;
  switch (what) {
    case 'confirm':
      // What stays to be paid each month, and what is not known, only that says.
      return `${needsConfirmation === undefined ? '' : `${inOneLine(needsConfirmation)} `}Have ${job.own === undefined ? 'S3' : 'Reseal'} run ${about}, for ${price ?? 'a price that is not known'}?`;
    case 'cancel':
      return `Cancel ${about}? What it has done stays done, and is paid for; the rest stays as it is.`;
    case 'retry':
      return `Have what ${about} left tried again${price === undefined ? '' : `? The whole job cost ${price}, and what it left costs no more. Go on`}?`;
  }
}

/** Why this cannot be asked of a job as it stands; undefined where it can. */
export function whyNot(what: WishedFor, job: JobView): string | undefined {
  const { stage, wish, nextToken, needsConfirmation } = job;
  const name = `job ${job.jobId ?? job.token} of bucket ${job.bucket}`;
  // The same once more has the function look again.
  if (wish !== undefined && wish.what !== what)
    return `${wish.by} asked at ${wish.at} to ${wish.what} ${name}, and that is not carried out yet: wait for it`;
  const stands = `${name} ${statusWords(job)}`;
  switch (what) {
    case 'confirm':
      return stage === 'suspended' || (stage !== 'closed' && needsConfirmation !== undefined)
        ? undefined
        : `${stands}: only a job that waits for somebody to confirm it can be confirmed`;
    case 'cancel':
      return stage === 'closed' ? `${stands}: there is nothing to cancel` : undefined;
    case 'retry':
      if (stage !== 'closed') return `${stands}: only a job that has ended can be tried again`;
      if (nextToken !== undefined) return `${name} is tried again already: reseal job ${nextToken}`;
      if (job.standardId === undefined)
        return `${name} was started by an older version of Reseal, which did not record all that it had asked for: it cannot be tried again. reseal verify ${job.bucket} names what is below the standard`;
      return ['complete', 'nothing-to-do'].includes(statusOfJob(job))
        ? `${stands}: there is nothing to try again`
        : undefined;
  }
}

interface AskDeps extends Pick<JobDeps, 'wish' | 'byToken' | 'haveLookedAt' | 'caller'> {
  now: () => Date;
  wait: (ms: number) => Promise<void>;
  /** Is told what is waited for. */
  say: (line: string) => void;
}

/**
 * Writes the wish where nobody has done so, has the function look at the job, and waits until it has carried the wish out, five minutes at most. Throws ResealError
 * job-refused where the job stands otherwise by now.
 */
export async function askOfJob(
  what: WishedFor,
  asked: JobView,
  deps: AskDeps,
): Promise<{ job: JobView; became: ReturnType<typeof outcomeOfWish> }> {
  const { now, wait, say } = deps;
  const { token } = asked;
  const beganMs = now().getTime();
  const at = await wishedAt(what, asked, deps);
  await deps.haveLookedAt(token).catch((cause: unknown) => {
    const message = `${wordsOf(cause)}. What was asked stays asked: once that is mended, ask the same again`;
    throw new ResealError(cause instanceof ResealError ? cause.code : 'unreadable', message, { cause });
  });
  say(`Asked to ${what} it. Waiting for the function track-job to do it, ${LONGEST_WAIT_MS / 60_000} minutes at most.`);
  for (;;) {
    const job = (await deps.byToken(token)) ?? asked;
    const became = outcomeOfWish(what, job, at);
    if (became !== 'waits' || now().getTime() - beganMs >= LONGEST_WAIT_MS) return { job, became };
    await wait(EVERY_MS);
  }
}

/** When it was asked: now, or when somebody has asked the same and nobody has done it yet. */
async function wishedAt(what: WishedFor, { token, wish }: JobView, { now, caller, ...deps }: AskDeps): Promise<string> {
  if (wish?.what === what) return wish.at;
  const at = now().toISOString();
  const wished = await deps.wish(token, { what, by: caller.arn, at });
  if (!wished.written) throw new ResealError('job-refused', whyNotWritten(what, token, wished.job));
  return at;
}

function whyNotWritten(what: WishedFor, token: string, job: JobView | undefined): string {
  if (job === undefined) return `the ledger has no job ${token} any more`;
  return whyNot(what, job) ?? `job ${token} has just changed: look at it again`;
}

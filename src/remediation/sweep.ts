import { ResealError } from '../errors.ts';
import type { JobLookRequest } from '../intake/job-look-request.ts';
import { jobMessage } from '../intake/open-job-message.ts';
import type { SweepTask } from '../intake/parse-sweep-request.ts';
import type { Ignored } from '../intake/payload.ts';
import type { ReplayAnswer } from '../intake/replay-request.ts';
import type { SweepStep } from '../intake/sweep-part-message.ts';
import type { Swept } from '../ledger/sweep-item.ts';
import { type BeginDeps, beginSweep, type SweepResult } from './begin-sweep.ts';
import { membership, type MembershipResult } from './membership.ts';
import { replay, type ReplayDeps } from './replay.ts';
import { type AccountDeps, type AccountResult, sweepAccount } from './sweep-account.ts';
import { type PartResult, sweepPart } from './sweep-part.ts';

export type SweepDeps = BeginDeps & AccountDeps;

type Result = SweepResult | AccountResult | PartResult | MembershipResult | JobLookRequest | Ignored;

/** What the function sweep does in one invocation: it begins a sweep, goes on with an account or a part of one, looks at accounts, has a job looked at, or looks after dead letters. */
export async function runSweep(
  task: SweepTask,
  deps: SweepDeps & { deadLetters: ReplayDeps },
): Promise<Result | ReplayAnswer> {
  if ('replay' in task) return replay(task, deps.deadLetters);
  const [done, result] = await resultOf(task, deps);
  deps.log.info(done, result);
  return result;
}

async function resultOf(task: Exclude<SweepTask, { replay: unknown }>, deps: SweepDeps): Promise<[string, Result]> {
  if ('ignored' in task) return ['ignored', task];
  if ('step' in task) return ['swept', await goOn(task, deps)];
  if ('accounts' in task) return ['accounts', await membership(task, deps)];
  if ('job' in task) return ['job to be looked at', await haveJobLookedAt(task, deps)];
  return ['sweep begun', await beginSweep(task, deps)];
}

/** The message says which job and no more: what somebody asked of it stands in the ledger. */
async function haveJobLookedAt(task: JobLookRequest, { queues, jobQueueUrl, account }: SweepDeps) {
  await queues.sendAll(jobQueueUrl, [{ body: jobMessage({ token: task.job }), group: account }]);
  return task;
}

/** Goes on with a sweep, as the ledger knows it: what a message says proves nothing but where. */
export async function goOn(task: SweepStep, deps: SweepDeps): Promise<AccountResult | PartResult> {
  const item = await deps.sweeps.read(task.sweep);
  if (item === undefined) {
    const message = `Sweep ${task.sweep}: expected a sweep that the ledger knows, found none. Start another one.`;
    throw new ResealError('malformed-message', message);
  }
  const { sweep: id, at, observe, scope, endedAt } = item;
  if (endedAt !== undefined) return { ...task, observe };
  const swept: Swept = { id, at, observe, scope };
  return task.step === 'account' ? sweepAccount(task, swept, deps) : sweepPart(task, swept, deps);
}

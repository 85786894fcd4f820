import type {
  UpdateJobPriorityRequest,
  UpdateJobPriorityResult,
  UpdateJobStatusRequest,
  UpdateJobStatusResult,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { badRequest } from './bad-request.ts';
import type { Engine } from './engine.ts';
import { isTerminal, type Job } from './job.ts';
import { expireSuspended } from './suspension.ts';

const HIGHEST_PRIORITY = 2_147_483_647;

/** Only two statuses can be asked for: Ready confirms a suspended job, Cancelled ends one that has not ended. */
export function updateJobStatus(engine: Engine, input: UpdateJobStatusRequest, call: Call): UpdateJobStatusResult {
  const { jobs, states, runner } = engine;
  expireSuspended(engine, states, call.caller.accountId);
  const job = jobs.require(input.JobId, call.caller.accountId, call.region);
  const { RequestedJobStatus: asked, StatusUpdateReason: reason } = input;
  if (asked !== 'Ready' && asked !== 'Cancelled')
    throw badRequest(`RequestedJobStatus must be Cancelled or Ready, found ${asked ?? 'nothing'}`);
  if (asked === 'Ready' ? job.status !== 'Suspended' : !canCancel(job)) {
    throw new AwsError('JobStatusException', `A job that is ${job.status} cannot become ${asked}`, 400);
  }
  job.statusReason = reason;
  if (asked === 'Cancelled') cancel(job, engine);
  else {
    states.enter(job, 'Ready');
    runner.next(job.accountId);
  }
  return { JobId: job.id, Status: asked === 'Ready' ? 'Ready' : 'Cancelling', StatusUpdateReason: reason };
}

export function updateJobPriority(
  { jobs, runner }: Engine,
  input: UpdateJobPriorityRequest,
  call: Call,
): UpdateJobPriorityResult {
  const job = jobs.require(input.JobId, call.caller.accountId, call.region);
  const { Priority: priority } = input;
  if (priority === undefined || !Number.isInteger(priority) || priority < 0 || priority > HIGHEST_PRIORITY) {
    throw badRequest(`Priority must be an integer from 0 to ${HIGHEST_PRIORITY}, found ${priority}`);
  }
  if (isTerminal(job.status)) throw badRequest(`The priority of a job that is ${job.status} cannot be changed`);
  job.priority = priority;
  runner.next(job.accountId);
  return { JobId: job.id, Priority: priority };
}

/** A job that nothing works on ends at once; the others see the wish at their next step. */
function cancel(job: Job, { states, runner }: Engine): void {
  job.isCancelRequested = true;
  // What it did is reported, so that a paused one has work left.
  if (job.status === 'Paused') return runner.run(job);
  if (job.status !== 'Suspended' && job.status !== 'Ready') return;
  states.enter(job, 'Cancelling');
  states.enter(job, 'Cancelled');
}

function canCancel(job: Job): boolean {
  return (
    ['New', 'Preparing', 'Suspended', 'Ready', 'Active', 'Pausing', 'Paused'].includes(job.status) &&
    !job.isCancelRequested
  );
}

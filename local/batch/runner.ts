import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { CallAs } from '../world.ts';
import { actAs, type Batch, breathe } from './batch.ts';
import { generateTasks } from './generator.ts';
import type { Job, Task } from './job.ts';
import { saveManifest } from './manifest-output.ts';
import { readManifest } from './manifest.ts';
import { movesOf } from './queue.ts';
import { type FinishedRun, writeReport } from './report.ts';
import type { States } from './states.ts';
import { expireSuspended } from './suspension.ts';
import { type Ending, runTasks } from './tasks.ts';

export type Runner = ReturnType<typeof createRunner>;

/** Carries jobs from New to their end. One job never waits for another except in Ready and Paused. */
export function createRunner(batch: Batch, states: States) {
  const start = (job: Job): void => {
    void prepare(batch, job, states).then(() => next(job.accountId));
  };

  /** Runs a job's tasks, from the first or from where it was paused, up to its end or its next pause. */
  const run = (job: Job): void => {
    void execute(batch, job, states).then(() => {
      // A cancelled one does not wait for its turn: its report is still to be written.
      if (job.status === 'Paused' && job.isCancelRequested) run(job);
      else next(job.accountId);
    });
  };

  /** Lets jobs of an account begin, go on or pause, as their priorities and the limit are. */
  const next = (accountId: string): void => {
    expireSuspended(batch, states, accountId);
    const moves = movesOf(batch.jobs.open(accountId), batch.settings.pausesForPriority);
    for (const job of moves.pause) job.isPauseRequested = true;
    for (const job of moves.start) {
      states.enter(job, 'Active');
      run(job);
    }
  };

  return { start, run, next };
}

/** New to Ready, Suspended, Failed or Cancelled. */
async function prepare(batch: Batch, job: Job, states: States): Promise<void> {
  await breathe();
  states.enter(job, 'Preparing');
  try {
    const as = actAs(batch, job);
    checkReportOwner(batch, job);
    job.tasks = await listTasks(batch, job, as);
    job.counts.total = job.tasks.length;
    job.generatedManifest = await saveManifest(batch, job, as);
    job.tasks = shuffled(job.tasks, batch.settings.orderSeed);
  } catch (cause) {
    fail(job, cause);
    states.enter(job, 'Failing');
    states.enter(job, 'Failed');
    return;
  }
  if (job.isCancelRequested) {
    states.enter(job, 'Cancelling');
    states.enter(job, 'Cancelled');
    return;
  }
  states.enter(job, job.request.ConfirmationRequired === true ? 'Suspended' : 'Ready');
}

/** Active to the end, or to a pause. */
async function execute(batch: Batch, job: Job, states: States): Promise<void> {
  await breathe();
  let as: CallAs;
  let ending: Ending;
  try {
    as = actAs(batch, job);
    ending = await runTasks(batch, job, as);
  } catch (cause) {
    fail(job, cause);
    states.enter(job, 'Failing');
    states.enter(job, 'Failed');
    return;
  }
  if (ending === 'paused') return pause(job, states);
  if (ending === 'too-many-failures') {
    job.failures.push({
      FailureCode: 'FailureRateExceeded',
      FailureReason: 'More than 50 percent of at least 1000 tasks failed',
    });
  }
  const [closing, closed] = ENDINGS[ending];
  states.enter(job, closing);
  await breathe();
  const isDelivered = await deliver(batch, { job, results: job.results, as });
  if (isDelivered || closed !== 'Complete') return states.enter(job, closed);
  states.enter(job, 'Failing');
  states.enter(job, 'Failed');
}

async function pause(job: Job, states: States): Promise<void> {
  states.enter(job, 'Pausing');
  await breathe();
  job.isPauseRequested = false;
  states.enter(job, 'Paused');
}

const ENDINGS = {
  done: ['Completing', 'Complete'],
  cancelled: ['Cancelling', 'Cancelled'],
  'too-many-failures': ['Failing', 'Failed'],
} as const;

/**
 * False where the role may not write the report, which fails a job that did all its tasks; a bucket under default retention only loses
 * the report (User Guide "Troubleshooting S3 Batch Operations").
 */
async function deliver(batch: Batch, run: FinishedRun): Promise<boolean> {
  try {
    await writeReport(batch, run);
    return true;
  } catch (cause) {
    fail(run.job, cause);
    return cause instanceof AwsError && cause.status === 409;
  }
}

async function listTasks(batch: Batch, job: Job, as: CallAs): Promise<Task[]> {
  const { Manifest: manifest, ManifestGenerator: generator } = job.request;
  if (manifest !== undefined) {
    const tasks = await readManifest(batch, manifest, as);
    if (job.request.Operation?.S3PutObjectCopy !== undefined) checkOneBucket(tasks);
    return tasks;
  }
  if (generator?.S3JobManifestGenerator !== undefined)
    return generateTasks(batch, generator.S3JobManifestGenerator, as);
  throw new AwsError('InvalidManifest', 'The job has neither a manifest nor a manifest generator', 400);
}

/** In an order that the seed decides; as they are without one. */
function shuffled(tasks: readonly Task[], seed: string): readonly Task[] {
  if (seed === '') return tasks;
  const lots = tasks.map((task, at) => ({ task, lot: createHash('sha256').update(`${seed}/${at}`).digest('hex') }));
  return lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ task }) => task);
}

function checkOneBucket(tasks: readonly Task[]): void {
  const names = new Set(tasks.map((task) => task.bucket));
  if (names.size <= 1) return;
  throw new AwsError(
    'InvalidManifest',
    `The manifest of a copy job names one bucket, found ${[...names].join(', ')}`,
    400,
  );
}

function checkReportOwner({ store }: Batch, job: Job): void {
  const report = job.request.Report;
  if (report?.Enabled !== true || report.ExpectedBucketOwner === undefined) return;
  const bucket = store.find((report.Bucket ?? '').replace(/^.*:/, ''));
  if (bucket === undefined || bucket.accountId === report.ExpectedBucketOwner) return;
  throw new AwsError(
    'AccessDenied',
    `The report bucket ${bucket.name} does not belong to ${report.ExpectedBucketOwner}`,
    403,
  );
}

/** An error that is not AWS's is a mistake of the emulation; the job says so instead of hanging. */
function fail(job: Job, cause: unknown): void {
  const failure =
    cause instanceof AwsError
      ? { code: cause.code, message: cause.message }
      : { code: 'InternalError', message: String(cause) };
  job.failures.push({ FailureCode: failure.code, FailureReason: failure.message });
}

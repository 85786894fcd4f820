import { performance } from 'node:perf_hooks';
import { AwsError } from '../errors.ts';
import type { CallAs } from '../world.ts';
import { type Batch, breathe } from './batch.ts';
import type { Job, Task, TaskResult } from './job.ts';
import { type TaskCall, taskCalls } from './task-input.ts';

const SLICE_MS = 8;
/** Once so many tasks have run, a job whose tasks mostly failed is failed (User Guide "Tracking job failure"). */
const THRESHOLD_TASKS = 1000;
const THRESHOLD_RATE = 0.5;

export type Ending = 'done' | 'cancelled' | 'too-many-failures' | 'paused';

/** Runs the tasks that are left, in order, through the S3 API, in slices; counts and results move while it runs. */
export async function runTasks(batch: Batch, job: Job, as: CallAs): Promise<Ending> {
  const callOfTask = taskCalls(job.request.Operation);
  let sliceStart = performance.now();
  for (const task of job.tasks.slice(job.results.length)) {
    if (job.isCancelRequested) return 'cancelled';
    if (job.isPauseRequested) return 'paused';
    const result = await runTask(batch, task, callOfTask(task), as);
    job.results.push(result);
    if (result.succeeded) job.counts.succeeded += 1;
    else job.counts.failed += 1;
    if (hasFailed(job)) return 'too-many-failures';
    if (performance.now() - sliceStart < SLICE_MS) continue;
    await breathe();
    sliceStart = performance.now();
  }
  return job.isCancelRequested ? 'cancelled' : 'done';
}

/** An error that is not AWS's is a fault of the emulation: it becomes a failed row with its message, not a dead server. */
async function runTask(batch: Batch, task: Task, { operation, input }: TaskCall, as: CallAs): Promise<TaskResult> {
  if (task.versionId === '') return failed(task, new AwsError('InvalidRequest', 'missing VersionId', 400));
  for (let tries = 0; ; tries += 1) {
    try {
      await batch.world.invoke('s3', operation, input, as);
      return { task, succeeded: true, httpStatus: 200, errorCode: '', message: 'Successful' };
    } catch (cause) {
      const error = cause instanceof AwsError ? cause : new AwsError('InternalError', String(cause), 500);
      if (error.status < 500 || tries >= batch.settings.taskRetries) return failed(task, error);
    }
  }
}

function failed(task: Task, { status, code, message }: AwsError): TaskResult {
  return { task, succeeded: false, httpStatus: status, errorCode: code, message };
}

function hasFailed({ counts }: Job): boolean {
  const ran = counts.succeeded + counts.failed;
  return ran >= THRESHOLD_TASKS && counts.failed / ran > THRESHOLD_RATE;
}

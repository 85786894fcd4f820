import type { CreateJobCommandInput } from '@aws-sdk/client-s3-control';
import { readWork } from '../../../src/aws/job/job-description.ts';
import type { JobSnapshot } from '../../../src/aws/job/describe-job.ts';
import { isTerminal } from '../../../src/policy/plan/job-end.ts';
import { type Failure, listedBy, runTask, type Task } from './batch-tasks.ts';
import { newestOf } from './objects.ts';
import { Injected } from './scheduler.ts';
import { ACCOUNT, type Lateness, nextId, REGION, sendJob, type World } from './world.ts';

/** A job as S3 Batch Operations has it. */
export interface BatchJob {
  jobId: string;
  token: string;
  input: CreateJobCommandInput;
  status: string;
  /** When it moves on by itself. */
  moveMs: number;
  /** What its list names. */
  tasks: Task[];
  done: Task[];
  failed: (Task & Failure)[];
  untried: number;
  failures: JobSnapshot['failures'];
  /** People have let it run: it was not launched into a slot. */
  isConfirmed: boolean;
  endedMs?: number;
}

const PREPARING_MS = 20_000;
const RUNNING_MS = 40_000;

/** CreateJob: the same token is the same job, whatever else is asked. */
export function createJob(world: World, input: CreateJobCommandInput): string {
  const token = input.ClientRequestToken ?? '';
  const known = world.batch.get(token);
  if (known !== undefined) return known.jobId;
  if (!world.exists) throw new Injected('InvalidRequest', 'there is no such bucket');
  const job: BatchJob = {
    jobId: `job-${nextId(world)}`,
    token,
    input: structuredClone(input),
    status: 'Preparing',
    moveMs: world.nowMs + PREPARING_MS,
    tasks: [],
    done: [],
    failed: [],
    untried: 0,
    failures: [],
    isConfirmed: false,
  };
  world.batch.set(token, job);
  const active = [...world.batch.values()].filter((each) => isActive(each) && !each.isConfirmed);
  if (active.length > world.mostActive) world.broken.push(`${active.length} jobs at once, ${world.mostActive} allowed`);
  return job.jobId;
}

export function isActive({ status }: BatchJob): boolean {
  return status !== 'Suspended' && !isTerminal(status);
}

/** The job that moves next by itself. */
export function nextToMove({ batch }: World): BatchJob | undefined {
  return [...batch.values()].filter(isActive).toSorted((one, other) => one.moveMs - other.moveMs)[0];
}

/** Preparing to Suspended or Active, or to Failed where nothing matches; Ready to Active; Active to Complete. */
export function move(world: World, job: BatchJob, lateness?: Lateness): void {
  if (job.status === 'Active') {
    runTasks(world, job, job.tasks.length);
    return end(world, job, 'Complete', lateness);
  }
  if (job.status === 'Preparing') {
    const listed = listedBy(world, job.input);
    if ('code' in listed) {
      job.failures = [listed];
      return end(world, job, 'Failed', lateness);
    }
    job.tasks = listed.tasks;
    if (job.input.ConfirmationRequired === true) {
      job.status = 'Suspended';
      return publish(world, job, lateness);
    }
  }
  job.status = 'Active';
  job.moveMs = world.nowMs + RUNNING_MS;
}

/** Somebody cancels it in the middle, or lets it run: people, or Reseal. */
export function updateJob(
  world: World,
  jobId: string,
  asked: string,
  { lateness, byPeople = false }: { lateness?: Lateness; byPeople?: boolean } = {},
): void {
  const job = [...world.batch.values()].find((each) => each.jobId === jobId);
  if (job === undefined) throw new Injected('NoSuchJob', 'there is no such job');
  const isAllowed = asked === 'Ready' ? job.status === 'Suspended' : !isTerminal(job.status);
  if (!isAllowed) throw new Injected('JobStatusException', `a job that is ${job.status} cannot become ${asked}`);
  if (asked === 'Ready') {
    job.isConfirmed = byPeople;
    job.status = 'Ready';
    job.moveMs = world.nowMs + PREPARING_MS;
    return publish(world, job, lateness);
  }
  runTasks(world, job, job.status === 'Active' ? Math.floor(job.tasks.length / 2) : 0);
  end(world, job, 'Cancelled', lateness);
}

function runTasks(world: World, job: BatchJob, most: number): void {
  for (const task of job.tasks.slice(0, most)) {
    const isOld = task.version !== undefined && task.version !== newestOf(world, task.key)?.version;
    const failure = runTask(world, task, job.input);
    // Who confirms a copy before its list was seen has been told.
    if (isOld && failure === undefined && job.input.Operation?.S3PutObjectCopy !== undefined && !job.isConfirmed)
      world.broken.push(`old version ${task.version} of object ${task.key} was made the current one`);
    if (failure === undefined) job.done.push(task);
    else job.failed.push({ ...task, ...failure });
  }
  job.untried = job.tasks.length - most;
}

function end(world: World, job: BatchJob, status: string, lateness?: Lateness): void {
  job.status = status;
  job.endedMs = world.nowMs;
  publish(world, job, lateness);
}

/** JobStatusChanged: as late and as often as CloudTrail likes; where it is told no time, not at all. */
function publish(world: World, { jobId, status }: BatchJob, lateness?: Lateness): void {
  const { seconds, copies } = lateness ?? { seconds: 0, copies: 1 };
  const at = new Date(world.nowMs).toISOString();
  for (let copy = 0; copy < copies; copy += 1) {
    const dueMs = world.nowMs + seconds * 1_000 * (copy + 1);
    sendJob(world, { jobId, status, at, account: ACCOUNT, region: REGION }, dueMs, 0);
  }
}

/** DescribeJob. */
export function describeJob({ batch }: World, jobId: string): JobSnapshot | undefined {
  const job = [...batch.values()].find((each) => each.jobId === jobId);
  if (job === undefined) return undefined;
  const { status, done, failed, failures, endedMs, tasks, input } = job;
  const isGenerated = input.ManifestGenerator !== undefined && status !== 'Preparing' && tasks.length > 0;
  return {
    jobId,
    status,
    work: readWork(input.Description),
    total: tasks.length,
    succeeded: done.length,
    failed: failed.length,
    failures,
    report: { bucket: 'reports', prefix: `reports/job-${jobId}` },
    ...(isGenerated ? { list: `s3://reports/${jobId}/manifest.json` } : {}),
    ...(endedMs === undefined ? {} : { endedAt: new Date(endedMs).toISOString() }),
  };
}

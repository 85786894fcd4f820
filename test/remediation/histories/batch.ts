import type { JobSnapshot } from '../../../src/aws/job/describe-job.ts';
import type { JobRequest } from '../../../src/ledger/job-item.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import { isTerminal } from '../../../src/policy/plan/job-end.ts';
import { Injected } from './scheduler.ts';
import { ACCOUNT, type Lateness, nextId, REGION, sendJob, type StoredObject, type World } from './world.ts';

/** A job as S3 Batch Operations has it. */
export interface BatchJob {
  jobId: string;
  request: JobRequest;
  status: string;
  /** When it moves on by itself. */
  moveMs: number;
  /** What the generator found when the job began. */
  tasks: StoredObject[];
  done: number[];
  failed: { key: number; code: string }[];
  untried: number;
  failures: JobSnapshot['failures'];
  /** Somebody has let it run: it was not launched into a slot. */
  isConfirmed: boolean;
  endedMs?: number;
}

/** So many failures of its tasks never end. */
export const FOR_EVER = 9;
const PREPARING_MS = 20_000;
const RUNNING_MS = 40_000;

/** CreateJob: the same token is the same job, whatever else is asked. */
export function createJob(world: World, request: JobRequest): string {
  const known = world.batch.get(request.token);
  if (known !== undefined) return known.jobId;
  if (!world.exists) throw new Injected('InvalidRequest', 'there is no such bucket');
  const isAsked = request.needsConfirmation !== undefined;
  const job: BatchJob = {
    jobId: `job-${nextId(world)}`,
    request: structuredClone(request),
    status: isAsked ? 'Suspended' : 'Preparing',
    moveMs: isAsked ? Infinity : world.nowMs + PREPARING_MS,
    tasks: [],
    done: [],
    failed: [],
    untried: 0,
    failures: [],
    isConfirmed: false,
  };
  world.batch.set(request.token, job);
  const active = [...world.batch.values()].filter((each) => isActive(each) && !each.isConfirmed);
  if (active.length > world.mostActive) world.broken.push(`${active.length} jobs at once, ${world.mostActive} allowed`);
  if (isAsked) publish(world, job);
  return job.jobId;
}

export function isActive({ status }: BatchJob): boolean {
  return status !== 'Suspended' && !isTerminal(status);
}

/** The job that moves next by itself. */
export function nextToMove({ batch }: World): BatchJob | undefined {
  return [...batch.values()].filter(isActive).toSorted((one, other) => one.moveMs - other.moveMs)[0];
}

const NOTHING_MATCHED = 'Manifest generation found no keys matching the filter criteria.';

/** Preparing or Ready to Active, or to Failed where nothing matches; Active to Complete. */
export function move(world: World, job: BatchJob, lateness?: Lateness): void {
  if (job.status === 'Active') {
    runTasks(world, job, job.tasks.length);
    return end(world, job, 'Complete', lateness);
  }
  job.tasks = world.objects.filter((each) => isListed(world, job.request, each));
  if (job.tasks.length === 0) {
    job.failures = [{ code: 'ManifestGenerationFailed', reason: NOTHING_MATCHED }];
    return end(world, job, 'Failed', lateness);
  }
  job.status = 'Active';
  job.moveMs = world.nowMs + RUNNING_MS;
}

/** Somebody cancels it in the middle, or lets it run. */
export function updateJob(world: World, jobId: string, asked: string, lateness?: Lateness): void {
  const job = [...world.batch.values()].find((each) => each.jobId === jobId);
  if (job === undefined) throw new Injected('NoSuchJob', 'there is no such job');
  const isAllowed = asked === 'Ready' ? job.status === 'Suspended' : !isTerminal(job.status);
  if (!isAllowed) throw new Injected('JobStatusException', `a job that is ${job.status} cannot become ${asked}`);
  if (asked === 'Ready') {
    job.isConfirmed = true;
    job.status = 'Ready';
    job.moveMs = world.nowMs + PREPARING_MS;
    return publish(world, job, lateness);
  }
  runTasks(world, job, Math.floor(job.tasks.length / 2));
  end(world, job, 'Cancelled', lateness);
}

function runTasks(world: World, job: BatchJob, most: number): void {
  for (const object of job.tasks.slice(0, most)) {
    if (object.life !== world.life || !world.exists) job.failed.push({ key: object.key, code: 'NoSuchKey' });
    else if (object.fails > 0) {
      if (object.fails !== FOR_EVER) object.fails -= 1;
      job.failed.push({ key: object.key, code: object.fails === FOR_EVER ? 'AccessDenied' : 'SlowDown' });
    } else {
      job.done.push(object.key);
      object.reencryptedTo = job.request.keyArn ?? '';
    }
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
  const { token, bucket, objectClass, method } = job.request;
  const { status, done, failed, failures, endedMs, tasks } = job;
  return {
    jobId,
    status,
    work: { token, bucket, objectClass, method },
    roleArn: '',
    total: tasks.length,
    succeeded: done.length,
    failed: failed.length,
    failures,
    report: { bucket: 'reports', prefix: `reports/job-${jobId}` },
    ...(endedMs === undefined ? {} : { endedAt: new Date(endedMs).toISOString() }),
  };
}

/** A manifest names its objects; else the generator looks for them now. */
function isListed({ life, manifests }: World, request: JobRequest, object: StoredObject): boolean {
  if (request.manifest === undefined) return object.life === life && isMeant(request, object);
  const rows = (manifests.get(request.manifest.key) ?? '').split('\n');
  return rows.some((row) => row.split(',')[1] === String(object.key));
}

/** What the generator's filter means. */
function isMeant(
  { createdAfter, objectClass, sourceKeyArn, sourceBucketKey }: JobRequest,
  object: StoredObject,
): boolean {
  if (createdAfter !== undefined && object.writtenMs < Date.parse(createdAfter)) return false;
  const { reencryptedTo: keyId, rule: own } = object;
  const rule: Encryption = keyId === undefined ? own : { algorithm: 'aws:kms', keyId, bucketKey: true };
  if (objectClass === 'SSE-S3') return rule.algorithm === 'AES256';
  if (objectClass !== 'SSE-KMS' || rule.algorithm !== 'aws:kms') return false;
  return (
    (sourceKeyArn === undefined || sourceKeyArn === rule.keyId) &&
    (sourceBucketKey === undefined || sourceBucketKey === rule.bucketKey)
  );
}

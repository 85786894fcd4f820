import type {
  DescribeJobRequest,
  DescribeJobResult,
  JobListDescriptor,
  JobProgressSummary,
  ListJobsRequest,
  ListJobsResult,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { badRequest } from './bad-request.ts';
import type { Engine } from './engine.ts';
import type { Job } from './job.ts';
import { expireSuspended } from './suspension.ts';

const LARGEST_PAGE = 1000;

export function describeJob(engine: Engine, input: DescribeJobRequest, call: Call): DescribeJobResult {
  const { world, jobs, states, settings } = engine;
  expireSuspended(engine, states, call.caller.accountId);
  const job = jobs.require(input.JobId, call.caller.accountId, call.region);
  refuseHaste(job, world.now(), settings.describeSeconds);
  const { request } = job;
  return {
    Job: {
      JobId: job.id,
      JobArn: job.arn,
      ConfirmationRequired: request.ConfirmationRequired === true,
      Description: request.Description,
      Status: job.status,
      Operation: request.Operation,
      Priority: job.priority,
      ProgressSummary: progressOf(job, world.now()),
      StatusUpdateReason: job.statusReason,
      FailureReasons: job.failures,
      Report: request.Report,
      CreationTime: job.createdAt,
      TerminationDate: job.terminatedAt,
      RoleArn: job.roleArn,
      SuspendedDate: job.suspendedAt,
      SuspendedCause: job.status === 'Suspended' ? 'The job waits for its confirmation' : undefined,
      Manifest: request.Manifest,
      ManifestGenerator: request.ManifestGenerator,
      GeneratedManifestDescriptor: job.generatedManifest,
    },
  };
}

/** User Guide "Troubleshooting S3 Batch Operations": who looks at a job too often is throttled. */
function refuseHaste(job: Job, now: Date, seconds: number): void {
  const isTooSoon = job.describedAt !== undefined && now.getTime() - job.describedAt.getTime() < seconds * 1000;
  if (isTooSoon) throw new AwsError('TooManyRequestsException', 'Please reduce your request rate.', 400);
  job.describedAt = now;
}

/** Newest first; the page token is the last job told. */
export function listJobs(engine: Engine, input: ListJobsRequest, call: Call): ListJobsResult {
  const { world, jobs, states } = engine;
  expireSuspended(engine, states, call.caller.accountId);
  const { MaxResults: size = LARGEST_PAGE, JobStatuses: statuses = [], NextToken: token } = input;
  if (size < 1 || size > LARGEST_PAGE) throw badRequest(`MaxResults must be 1 to ${LARGEST_PAGE}, found ${size}`);
  const all = jobs.list(call.caller.accountId, call.region);
  const told = token === undefined ? -1 : all.findIndex((job) => job.id === token);
  if (token !== undefined && told < 0)
    throw new AwsError('InvalidNextTokenException', 'The next token is not valid', 400);
  const matching = all.slice(told + 1).filter((job) => statuses.length === 0 || statuses.includes(job.status));
  const page = matching.slice(0, size);
  return {
    Jobs: page.map((job) => listed(job, world.now())),
    NextToken: matching.length > page.length ? page.at(-1)?.id : undefined,
  };
}

function listed(job: Job, now: Date): JobListDescriptor {
  return {
    JobId: job.id,
    Description: job.request.Description,
    Operation: job.request.Operation?.S3PutObjectCopy === undefined ? 'S3UpdateObjectEncryption' : 'S3PutObjectCopy',
    Priority: job.priority,
    Status: job.status,
    CreationTime: job.createdAt,
    TerminationDate: job.terminatedAt,
    ProgressSummary: progressOf(job, now),
  };
}

function progressOf(job: Job, now: Date): JobProgressSummary {
  const activeMs = job.activeMs + (job.activeSince === undefined ? 0 : now.getTime() - job.activeSince.getTime());
  return {
    TotalNumberOfTasks: job.counts.total,
    NumberOfTasksSucceeded: job.counts.succeeded,
    NumberOfTasksFailed: job.counts.failed,
    Timers: { ElapsedTimeInActiveSeconds: Math.floor(activeMs / 1000) },
  };
}

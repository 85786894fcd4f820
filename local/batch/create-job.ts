import { randomUUID } from 'node:crypto';
import type { CreateJobRequest, CreateJobResult } from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { partitionOf } from '../s3/bucket.ts';
import { checkRequest } from './check-request.ts';
import type { Engine } from './engine.ts';
import type { Job } from './job.ts';

/** POST /v20180820/jobs. The same token with the same parameters is the same job; with others it is IdempotencyException. */
export function createJob(
  { world, jobs, states, runner }: Engine,
  input: CreateJobRequest,
  call: Call,
): CreateJobResult {
  const { accountId } = call.caller;
  checkRequest(input, accountId);
  const fingerprint = fingerprintOf(input);
  const claimed = jobs.claimed(accountId, call.region, input.ClientRequestToken);
  if (claimed !== undefined) {
    if (claimed.fingerprint === fingerprint) return { JobId: claimed.job.id };
    throw new AwsError(
      'IdempotencyException',
      `The ClientRequestToken ${input.ClientRequestToken} was used for a job with other parameters`,
      400,
    );
  }
  const job = newJob(input, call, world.now());
  jobs.add(job, fingerprint);
  states.created(job);
  runner.start(job);
  return { JobId: job.id };
}

function newJob(request: CreateJobRequest, call: Call, now: Date): Job {
  const id = randomUUID();
  return {
    id,
    arn: `arn:${partitionOf(call.region)}:s3:${call.region}:${call.caller.accountId}:job/${id}`,
    accountId: call.caller.accountId,
    region: call.region,
    request,
    roleArn: request.RoleArn ?? '',
    createdAt: now,
    counts: { total: 0, succeeded: 0, failed: 0 },
    status: 'New',
    priority: request.Priority ?? 0,
    isCancelRequested: false,
    isPauseRequested: false,
    statusReason: undefined,
    failures: [],
    tasks: [],
    results: [],
    generatedManifest: undefined,
    activeMs: 0,
    activeSince: undefined,
    describedAt: undefined,
    suspendedAt: undefined,
    terminatedAt: undefined,
  };
}

/** Equal for equal parameters, whatever the order of their members. */
function fingerprintOf(request: CreateJobRequest): string {
  return JSON.stringify(request, (_, value: unknown) =>
    isPlain(value) ? Object.fromEntries(Object.entries(value).sort(byName)) : value,
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Job } from '../../local/batch/job.ts';
import { type ClosedJob, closedJob } from '../../src/ledger/job-item.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, REGION, REPORTS } from './guarded-account.ts';
import { write } from './objects.ts';

export const tokenOf = (job: Job) => job.request.ClientRequestToken ?? '';

/** A drifted bucket with these objects, and the one job of its repair. */
export async function startedJob(account: GuardedAccount, keys: readonly string[], sample = 0): Promise<Job> {
  const bucket = account.aws.buckets.find('weak')?.name ?? (await account.bucket('weak'));
  for (const key of keys) await write(account, bucket, key);
  const trigger = eventFact(account, bucket, { cause: 'created' });
  // S3 knows times to the second, so what is written in the second of the launch may be older or newer.
  account.advance(10);
  await account.assess(trigger);
  const job = lastJob(account);
  await account.clients.dynamoDb.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: { pk: { S: `JOB#${tokenOf(job)}` }, sk: { S: 'JOB' } },
      UpdateExpression: 'SET #sample = :sample',
      ExpressionAttributeNames: { '#sample': 'sample' },
      ExpressionAttributeValues: { ':sample': { N: String(sample) } },
    }),
  );
  return job;
}

export function lastJob(account: GuardedAccount): Job {
  return account.aws.jobs.all().at(-1) ?? assert.fail('there is no job');
}

/** Waits for the end of a job, and tells its story; answers what the ledger has of it then. */
export async function closed(account: GuardedAccount, job: Job): Promise<ClosedJob> {
  await account.jobs();
  const trigger = { jobId: job.id, account: ACCOUNT, region: REGION, status: job.status, at: '2026-11-02T10:05:00Z' };
  assert.equal((await trackJob(trigger, account.trackDeps)).kind, 'closed');
  await account.launch();
  return closedJob.parse(await account.jobItem(tokenOf(job)));
}

export async function manifestOf(account: GuardedAccount, Key: string): Promise<string> {
  const { Body, ServerSideEncryption } = await account.clients.s3.send(new GetObjectCommand({ Bucket: REPORTS, Key }));
  assert.equal(ServerSideEncryption, 'AES256');
  return (await Body?.transformToString()) ?? '';
}

/** A call of the account's as soon as S3 has taken the next job: over the wire a job of few objects is over before anybody could act. */
export function whenTaken(
  account: GuardedAccount,
  service: string,
  operation: string,
  input: (jobId: string) => object,
): void {
  let isDone = false;
  account.aws.onOutcome(({ call, output }) => {
    if (call.operation !== 'CreateJob' || isDone) return;
    isDone = true;
    void account.aws.world.invoke(service, operation, input(String(Reflect.get(Object(output), 'JobId'))), call);
  });
}

export const cancel = (JobId: string) => ({ AccountId: ACCOUNT, JobId, RequestedJobStatus: 'Cancelled' });

export async function undoneOf(account: GuardedAccount): Promise<unknown[]> {
  const undone = (await account.item('weak'))?.['undone'];
  return undone instanceof Set ? [...undone] : [];
}

/** What the next sweep asks for of a job that left objects undone; answers the job that it led to. */
export async function askedAgain(account: GuardedAccount, { token }: { token: string }): Promise<Job> {
  account.advance(86_400);
  assert.equal((await trackJob({ token, again: true }, account.trackDeps)).kind, 'launched');
  return lastJob(account);
}

/** Puts other rows into the report of the tasks that failed, as S3 would have written them. */
export async function rewriteReport(account: GuardedAccount, job: Job, rows: string): Promise<void> {
  const { s3 } = account.clients;
  const folder = `reports/weak/job-${job.id}`;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: REPORTS, Key: `${folder}/manifest.json` }));
  const manifest: { Results: { TaskExecutionStatus: string }[] } = JSON.parse((await Body?.transformToString()) ?? '');
  const MD5Checksum = createHash('md5').update(rows).digest('hex');
  const failed = { TaskExecutionStatus: 'failed', Bucket: REPORTS, MD5Checksum, Key: `${folder}/results/failed.csv` };
  const Results = [...manifest.Results.filter((each) => each.TaskExecutionStatus !== 'failed'), failed];
  await s3.send(new PutObjectCommand({ Bucket: REPORTS, Key: failed.Key, Body: rows }));
  const Key = `${folder}/manifest.json`;
  await s3.send(new PutObjectCommand({ Bucket: REPORTS, Key, Body: JSON.stringify({ ...manifest, Results }) }));
}

/** A job of which so many tasks failed with these rows in its report. */
export async function failedWith(account: GuardedAccount, rows: readonly string[], others: readonly string[] = []) {
  account.aws.faults.add({ kind: 'access-denied', operation: 'UpdateObjectEncryption', times: rows.length });
  const job = await startedJob(account, [...rows.map((_, at) => `0-failed-${at}`), ...others]);
  await account.jobs();
  await rewriteReport(account, job, rows.map((row) => `weak,${row}\n`).join(''));
  return closed(account, job);
}

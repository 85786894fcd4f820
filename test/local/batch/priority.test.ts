import assert from 'node:assert/strict';
import { describe as suite, test } from 'node:test';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import {
  CreateJobCommand,
  type CreateJobRequest,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from '@aws-sdk/client-s3-control';
import { movesOf } from '../../../local/batch/queue.ts';
import type { Job } from '../../../local/batch/job.ts';
import type { Clients } from '../clients.ts';
import { ACCOUNT, describe, openBatch, type OpenedBatch, ROLE_ARN, updateJob } from './open-batch.ts';

const KEYS = 60;

/** Seven jobs over many objects: six of priority 1, and one that is more urgent. */
async function withSeven(urgent: number): Promise<OpenedBatch & { ids: string[] }> {
  const opened = await openBatch();
  // Each task gives way to the other jobs, however fast the machine is.
  opened.faults.add({ kind: 'slow', operation: 'UpdateObjectEncryption', ms: 1 });
  for (let index = 0; index < KEYS; index += 1) opened.store.seedObject({ bucket: 'data', key: `k${index}`, body: '' });
  const ids: string[] = [];
  for (const [at, Priority] of [1, 1, 1, 1, 1, 1, urgent].entries()) {
    if (at === 6) await untilActive(opened, 6);
    ids.push(await create(opened, `t${at}`, Priority));
  }
  return { ...opened, ids };
}

async function create(opened: OpenedBatch, ClientRequestToken: string, Priority: number): Promise<string> {
  const as = { caller: opened.world.identity.administrator(ACCOUNT), region: 'eu-west-1' };
  const request = updateJob(opened.keyArn, { ClientRequestToken, Priority, ManifestGenerator: GENERATOR });
  return String(Reflect.get(Object(await opened.world.invoke('s3control', 'CreateJob', request, as)), 'JobId'));
}

/** Every object, whatever its encryption: each job has as much to do as the others. */
const GENERATOR = {
  S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::data', EnableManifestOutput: false },
};

/** Waits, turn by turn, until so many jobs are Active. */
async function untilActive({ jobs }: OpenedBatch, count: number): Promise<void> {
  while (jobs.all().filter(({ status }) => status === 'Active').length < count) await turn();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The statuses of one job in their order. */
function statusesOfJob({ events }: OpenedBatch, id: string | undefined): string[] {
  const details = events.map(({ detail }) => Object(detail['serviceEventDetails']));
  return details.filter(({ jobId }) => jobId === id).map(({ status }) => String(status));
}

suite('a ready job of a higher priority', () => {
  test('pauses one that runs, which goes on later and does each task once', async () => {
    await using opened = await withSeven(9);
    assert.equal(await opened.world.activity.idle(60_000), true);
    const paused = opened.ids.filter((id) => statusesOfJob(opened, id).includes('Paused'));
    assert.equal(paused.length, 1);
    assert.deepEqual(statusesOfJob(opened, paused[0]), [
      'New',
      'Preparing',
      'Ready',
      'Active',
      'Pausing',
      'Paused',
      'Active',
      'Completing',
      'Complete',
    ]);
    for (const id of opened.ids) {
      const { Status, ProgressSummary } = await describe(opened, id);
      assert.deepEqual([Status, ProgressSummary?.NumberOfTasksSucceeded], ['Complete', KEYS]);
    }
  });

  test('waits where no job is of a lower one, until its priority is changed', async () => {
    await using opened = await withSeven(1);
    const last = opened.ids[6];
    while (statusesOfJob(opened, last).at(-1) !== 'Ready') await turn();
    await opened.s3Control.send(new UpdateJobPriorityCommand({ AccountId: ACCOUNT, JobId: last, Priority: 5 }));
    await opened.world.activity.idle(60_000);
    assert.equal(opened.ids.filter((id) => statusesOfJob(opened, id).includes('Pausing')).length, 1);
  });
});

suite('six active jobs of an account', () => {
  test('let one of another Region wait, and one of another account run', async () => {
    await using opened = await withSeven(1);
    await using there = opened.clients({ account: ACCOUNT, region: 'us-east-1' });
    await using others = opened.clients({ account: '222222222222', region: 'us-east-1' });
    const { JobId } = await there.s3Control.send(new CreateJobCommand(await elsewhere(opened, there, ACCOUNT)));
    await others.s3Control.send(new CreateJobCommand(await elsewhere(opened, others, '222222222222')));
    await opened.world.activity.idle(60_000);
    const order = opened.events.map(({ detail }) => Object(detail['serviceEventDetails']));
    const firstEnd = order.findIndex(({ jobId, status }) => status === 'Completing' && opened.ids.includes(jobId));
    const began = (id: string | undefined) =>
      order.findIndex(({ jobId, status }) => jobId === id && status === 'Active');
    const ofOthers = opened.jobs.all().find(({ accountId }) => accountId !== ACCOUNT)?.id;
    assert.ok(began(JobId) > firstEnd, 'the seventh waits until one of six ends');
    assert.ok(began(ofOthers) > 0 && began(ofOthers) < firstEnd, 'another account has six of its own');
  });
});

/** A job on one object of a bucket in us-east-1. */
async function elsewhere(opened: OpenedBatch, { s3 }: Clients, account: string): Promise<CreateJobRequest> {
  const Bucket = `east-${account}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  opened.store.seedObject({ bucket: Bucket, key: 'a', body: '' });
  const role = `arn:aws:iam::${account}:role/batch`;
  const known = opened.world.identity.role(ROLE_ARN);
  if (known !== undefined) opened.world.identity.putRole({ ...known, arn: role });
  return updateJob(opened.keyArn, {
    AccountId: account,
    RoleArn: role,
    Priority: 1,
    Report: { Enabled: false },
    ManifestGenerator: {
      S3JobManifestGenerator: { SourceBucket: `arn:aws:s3:::${Bucket}`, EnableManifestOutput: false },
    },
  });
}

suite('a paused job', () => {
  test('can be cancelled, and reports what it did', async () => {
    await using opened = await withSeven(9);
    const pausedId = (): string | undefined => opened.jobs.all().find(({ status }) => status === 'Paused')?.id;
    while (pausedId() === undefined) await turn();
    const JobId = pausedId();
    const cancel = { caller: opened.world.identity.administrator(ACCOUNT), region: 'eu-west-1' };
    const input = new UpdateJobStatusCommand({ AccountId: ACCOUNT, JobId, RequestedJobStatus: 'Cancelled' }).input;
    await opened.world.invoke('s3control', 'UpdateJobStatus', input, cancel);
    await opened.world.activity.idle(60_000);
    const { Status, ProgressSummary } = await describe(opened, JobId);
    const ran = ProgressSummary?.NumberOfTasksSucceeded ?? 0;
    assert.ok(Status === 'Cancelled' && ran > 0 && ran < KEYS, `${Status} after ${ran}`);
    assert.ok(opened.store.find('reports')?.keys.get(`runs/job-${JobId}/manifest.json`));
  });
});

suite('the queue of an account', () => {
  const job = (status: Job['status'], priority: number): Job =>
    Object.assign(Object.create(null), { status, priority, isPauseRequested: false, isCancelRequested: false });
  const running = [5, 4, 3, 3, 2, 1].map((priority) => job('Active', priority));

  test('takes the highest priority first, paused or ready', () => {
    const waiting = [job('Ready', 1), job('Paused', 9), job('Ready', 4)];
    const moves = movesOf([...running.slice(2), ...waiting], true);
    assert.deepEqual([moves.start.map(({ priority }) => priority), moves.pause], [[9, 4], []]);
  });

  test('pauses the lowest for each that is more urgent, and no more than once', () => {
    const waiting = [job('Ready', 9), job('Ready', 2)];
    const priorities = () => movesOf([...running, ...waiting], true).pause.map(({ priority }) => priority);
    assert.deepEqual(priorities(), [1]);
    for (const each of movesOf([...running, ...waiting], true).pause) each.isPauseRequested = true;
    assert.deepEqual(priorities(), []);
    assert.deepEqual(movesOf([...running, ...waiting], false).pause, []);
  });
});

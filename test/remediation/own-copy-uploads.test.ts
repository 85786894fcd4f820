import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import { closedJob, jobKey } from '../../src/ledger/job-item.ts';
import { TABLE } from '../aws/fixture.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { write } from './objects.ts';
import { ownJobs, piecesOf, queuedOwn } from './run-own-jobs.ts';

const MIB = 1024 ** 2;
const OWN = { does: ['copy', 'own-copy'] as const };

/** A job that copies one object of two parts, for which the time is always over before its first part. */
async function cutOff(account: GuardedAccount, bucket: string, partMib = 150) {
  const { token } = await queuedOwn(account, [], { bucket, own: { does: [...OWN.does] } });
  const body = { seed: 's', sizeBytes: 2 * partMib * MIB };
  account.aws.buckets.seedObject({ bucket, key: 'big', body, partSizes: [partMib * MIB, partMib * MIB] });
  const { s3 } = account.told;
  const copy = createObjectCopier({ s3: () => s3, s3Once: () => s3 }, () => account.now());
  const clock = { leftMs: 0 };
  const own = ownJobs(account, { copyObject: (task) => copy(task, { timeLeftMs: () => clock.leftMs }) });
  await own.launch();
  const next = async () => {
    const message = own.waiting.shift();
    assert.ok(message !== undefined);
    await own.handle(message);
  };
  const uploads = async () => {
    const { Uploads = [] } = await account.clients.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    return Uploads.length;
  };
  return { token, own, clock, next, uploads };
}

test('an object whose upload is under way leaves none behind, whatever became of it in between', async () => {
  await using account = await openGuardedAccount();
  const { s3 } = account.clients;
  const right = (bucket: string) =>
    write(account, bucket, 'big', {
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: account.keyArn,
      BucketKeyEnabled: true,
    });
  const rows: [bucket: string, change: (bucket: string) => unknown, status: string, codes: string[]][] = [
    ['gone', (Bucket) => s3.send(new DeleteObjectCommand({ Bucket, Key: 'big' })), 'nothing-to-do', []],
    ['right', right, 'nothing-to-do', []],
    [
      'denied',
      () => account.aws.faults.add({ kind: 'access-denied', operation: 'HeadObject', times: 1 }),
      'complete-with-failures',
      ['AccessDenied'],
    ],
    [
      'busy',
      () => account.aws.faults.add({ kind: 'error', operation: 'UploadPartCopy', code: 'InternalError', status: 500 }),
      'complete-with-failures',
      ['InternalError'],
    ],
  ];
  for (const [bucket, change, status, codes] of rows) {
    const { token, own, clock, next, uploads } = await cutOff(account, bucket);
    await next();
    await next();
    assert.equal(await uploads(), 1, bucket);
    await change(bucket);
    clock.leftMs = 600_000;
    await own.work();
    const end = closedJob.parse(await account.jobItem(token));
    assert.deepEqual([end.status, end.failures.map(({ code }) => code)], [status, codes], bucket);
    assert.equal(await uploads(), 0, bucket);
  }
});

test('a page that ends in a job that was cancelled meanwhile leaves no upload behind', async () => {
  await using account = await openGuardedAccount();
  const { token, own, next, uploads } = await cutOff(account, 'data', 20);
  const { pieces } = own.deps;
  own.deps.pieces = {
    ...pieces,
    name: async (failed) => {
      await pieces.name(failed);
      const set = { wish: { what: 'cancel', by: 'somebody', at: account.now().toISOString() } };
      await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(token), set });
      await own.ask(token);
    },
  };
  await next();
  assert.equal(closedJob.parse(await account.jobItem(token)).status, 'cancelled');
  assert.equal(await uploads(), 0);
});

test('an upload that may not be aborted is named with its object, and the job ends', async () => {
  await using account = await openGuardedAccount();
  const { token, own, next } = await cutOff(account, 'data');
  await next();
  await next();
  await account.clients.s3.send(new DeleteObjectCommand({ Bucket: 'data', Key: 'big' }));
  account.aws.faults.add({ kind: 'access-denied', operation: 'AbortMultipartUpload' });
  await own.work();
  const { status, failedKeys } = closedJob.parse(await account.jobItem(token));
  assert.deepEqual(
    [status, failedKeys],
    ['complete-with-failures', [{ key: 'big', code: 'AccessDenied', cause: 'denied' }]],
  );
  const [piece] = (await piecesOf(account, token)).filter(({ kind }) => kind === 'object');
  assert.match(piece?.why ?? '', /^its upload could not be aborted: AccessDenied/);
});

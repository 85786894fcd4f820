import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  PutBucketVersioningCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { closedJob } from '../../src/ledger/job-item.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { reencrypted, stored, write } from './objects.ts';
import { type RecordedCall, onEveryCall } from './recorded-calls.ts';
import { ownJobs, piecesOf, queuedOwn } from './run-own-jobs.ts';

const Bucket = 'data';
const MIB = 1024 ** 2;
const SIZES = [150 * MIB, 150 * MIB];
const LONGEST = '\u{1f511}'.repeat(255) + '+%\n\u0001';

/** What happens once, just before a call is made of an object. */
type Acts = Record<string, { at: string; act: (Key: string) => Promise<unknown> }>;

/** A job over these objects of one part and of two, with what others do between its calls. */
async function told(account: GuardedAccount, { small = [], large = [] }: Record<string, string[]>, acts: Acts) {
  const { token } = await queuedOwn(account, small, { bucket: Bucket, own: { does: ['copy', 'own-copy'] } });
  for (const key of large)
    account.aws.buckets.seedObject({
      bucket: Bucket,
      key,
      body: { seed: key, sizeBytes: 300 * MIB },
      partSizes: SIZES,
      checksum: { algorithm: 'CRC32', type: 'COMPOSITE' },
    });
  onEveryCall(account.told, async ({ operation, input }: RecordedCall, send) => {
    const key = 'Key' in input ? String(input.Key) : '';
    const { at, act } = acts[key] ?? {};
    if (at === operation) {
      delete acts[key];
      await act?.(key);
    }
    return send();
  });
  const own = ownJobs(account);
  return {
    token,
    work: async () => {
      await own.launch();
      await own.work();
    },
  };
}

/** How the job has ended, and whether anything was left. */
async function endOf(account: GuardedAccount, token: string) {
  const { status, succeeded, failed, failures, failedKeys } = closedJob.parse(await account.jobItem(token));
  const { Uploads = [] } = await account.clients.s3.send(new ListMultipartUploadsCommand({ Bucket }));
  const open = (await piecesOf(account, token)).filter(({ endedAt }) => endedAt === undefined);
  assert.deepEqual([Uploads.length, open.length], [0, 0]);
  const named = failedKeys.map(({ key, code }) => `${key} ${code}`);
  return { status, succeeded, failed, codes: failures.map(({ code, count }) => `${code} ${count}`), named };
}

test('what is gone, replaced or tagged between any two calls is looked at anew, and the longest key is as any other', async () => {
  await using account = await openGuardedAccount();
  const { s3 } = account.clients;
  const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const replace = (Key: string) => write(account, Bucket, Key, { Body: 'newer' });
  const tag = (Key: string) =>
    s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging: { TagSet: [{ Key: 'new', Value: '1' }] } }));
  const kept = {
    small: ['gone', 'gone-late', 'replaced', LONGEST],
    large: ['l-gone', 'l-gone-late', 'l-replaced', 'l-tagged'],
  };
  const { token, work } = await told(account, kept, {
    gone: { at: 'HeadObject', act: remove },
    'gone-late': { at: 'CopyObject', act: remove },
    replaced: { at: 'CopyObject', act: replace },
    'l-gone': { at: 'UploadPartCopy', act: remove },
    'l-gone-late': { at: 'CompleteMultipartUpload', act: remove },
    'l-replaced': { at: 'CompleteMultipartUpload', act: replace },
    'l-tagged': { at: 'UploadPartCopy', act: tag },
  });
  await work();
  assert.deepEqual(await endOf(account, token), { status: 'complete', succeeded: 4, failed: 0, codes: [], named: [] });
  assert.deepEqual(await reencrypted(account, Bucket), ['l-replaced', 'l-tagged', 'replaced', LONGEST]);
  const bytes = Object.fromEntries((await stored(account, Bucket)).map(({ key, sizeBytes }) => [key, sizeBytes]));
  assert.deepEqual([bytes['replaced'], bytes['l-replaced'], bytes['l-tagged']], [5, 5, 300 * MIB]);
});

test('what was locked since, and a part that fails for good, are named and as they were', async () => {
  await using account = await openGuardedAccount();
  const { s3 } = account.clients;
  const hold = (Key: string) => s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: 'ON' } }));
  const deny = async () =>
    void account.aws.faults.add({ kind: 'access-denied', operation: 'UploadPartCopy', times: 2 });
  const { token, work } = await told(
    account,
    { small: ['locked'], large: ['l-locked', 'part'] },
    {
      locked: { at: 'HeadObject', act: hold },
      'l-locked': { at: 'UploadPartCopy', act: hold },
      part: { at: 'CreateMultipartUpload', act: deny },
    },
  );
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
  );
  await work();
  const { named, ...end } = await endOf(account, token);
  assert.deepEqual(named.toSorted(), ['l-locked legal-hold', 'locked legal-hold', 'part AccessDenied']);
  assert.deepEqual([end.status, end.succeeded, end.failed], ['complete-with-failures', 0, 3]);
  assert.deepEqual(await reencrypted(account, Bucket), []);
});

test('versioning that is turned on in mid-run keeps what was there as an old version', async () => {
  await using account = await openGuardedAccount();
  const { s3 } = account.clients;
  const turnOn = () =>
    s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const { token, work } = await told(
    account,
    { small: ['a', 'b'], large: ['l'] },
    {
      l: { at: 'CompleteMultipartUpload', act: turnOn },
    },
  );
  await work();
  assert.equal((await endOf(account, token)).succeeded, 3);
  const rows = Array.from(account.aws.buckets.find(Bucket)?.keys.from('') ?? []);
  assert.deepEqual(
    rows.map(({ versions }) => versions.length),
    [1, 1, 2],
  );
});

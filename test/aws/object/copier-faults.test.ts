import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { FaultKind } from '../../../local/faults/fault.ts';
import { type OpenCopier, openCopier, uploadParts } from './open-copier.ts';

const KINDS: readonly FaultKind[] = ['throttle', 'internal-error', 'reset', 'lost-answer'];
/** One that the SDK tries again by itself, and as many as make it give up. */
const TIMES = [1, 3];

const WHOLE = ['HeadObject', 'GetObjectAcl', 'CopyObject'];
const IN_PARTS = [
  'HeadObject',
  'GetObjectAcl',
  'GetObjectTagging',
  'CreateMultipartUpload',
  'ListMultipartUploads',
  'UploadPartCopy',
  'CompleteMultipartUpload',
];

/** Each fault of each call in the course of a task, which then comes again: whatever came of it, the object is whole, and is written once. */
async function underFaults(open: OpenCopier, operations: readonly string[], write: (key: string) => Promise<unknown>) {
  const faults = operations.flatMap((operation) =>
    KINDS.flatMap((kind) => TIMES.map((times) => ({ kind, operation, times }))),
  );
  for (const fault of faults) {
    const key = Object.values(fault).join();
    await write(key);
    const before = await open.all(key);
    const task = await open.task(key);
    const id = open.aws.faults.add(fault);
    const outcome = await open.run(task);
    open.aws.faults.remove(id);
    assert.deepEqual(await open.all(key), before, key);
    if (outcome.kind !== 'done') assert.match(`${key}: ${JSON.stringify(outcome)}`, PASSING);
    const again = outcome.kind === 'unfinished' ? { ...task, uploadId: outcome.uploadId } : task;
    for (const each of [again, task]) assert.deepEqual(await open.run(each), { kind: 'done', how: 'copied' }, key);
    assert.deepEqual(await open.all(key), before, key);
    assert.equal(open.aws.buckets.find(open.bucket)?.keys.get(key)?.versions.length, 2, key);
    // Who began an upload whose answer was lost is told by a role alone, and this is none.
    if (fault.operation !== 'CreateMultipartUpload') assert.equal((await open.uploads()).includes(key), false, key);
  }
}

const PASSING = /"kind":"(unfinished"|failed","code":"(SlowDown|ServiceUnavailable|InternalError)")/;

test('a copy of one part is whole or not made under any fault of any call, and never made twice', async () => {
  await using open = await openCopier({ versioned: true });
  await underFaults(open, WHOLE, (Key) =>
    open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key, Body: Key, ChecksumAlgorithm: 'CRC32' })),
  );
});

test('so is one in parts', async () => {
  await using open = await openCopier({ versioned: true });
  await underFaults(open, IN_PARTS, (key) => uploadParts(open, key, [3]));
});

test('so is one whose ETag stays', async () => {
  await using open = await openCopier({ versioned: true });
  for (const kind of KINDS) {
    const { buckets } = open.aws;
    buckets.seedObject({ bucket: open.bucket, key: kind, body: 'old', protection: { algorithm: 'none' } });
    const task = await open.task(kind, { target: { algorithm: 'AES256', bucketKey: false } });
    open.aws.faults.add({ kind, operation: 'CopyObject', times: 1 });
    const outcome = await open.run(task);
    assert.equal(outcome.kind, kind === 'lost-answer' ? 'done' : 'failed');
    assert.deepEqual(await open.run(task), { kind: 'done', how: 'copied' });
    assert.equal(buckets.find(open.bucket)?.keys.get(kind)?.versions.length, 2, kind);
  }
});

test('a restore is begun once under any fault of its call, and waited for', async () => {
  await using open = await openCopier();
  for (const kind of KINDS)
    for (const times of TIMES) {
      const Key = `${kind} ${times}`;
      await open.s3.send(new PutObjectCommand({ Bucket: open.bucket, Key, Body: Key, StorageClass: 'GLACIER' }));
      const task = await open.task(Key, { restore: { tier: 'Bulk', days: 2 } });
      const id = open.aws.faults.add({ kind, operation: 'RestoreObject', times });
      const outcome = await open.run(task);
      open.aws.faults.remove(id);
      assert.ok(kind !== 'lost-answer' || outcome.kind === 'waits', JSON.stringify(outcome));
      if (outcome.kind !== 'waits') assert.match(`${Key}: ${JSON.stringify(outcome)}`, PASSING);
      const again = await open.run(task);
      assert.deepEqual({ ...again, until: undefined }, { kind: 'waits', code: 'restoring', until: undefined }, Key);
      assert.equal((await open.head(Key)).Restore, 'ongoing-request="true"', Key);
    }
});

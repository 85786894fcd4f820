import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, type StorageClass } from '@aws-sdk/client-s3';
import { createJobReader } from '../../src/aws/ledger/job-reader.ts';
import { deployStack, REGION } from './deployed-stack.ts';
import { publish } from './publish.ts';

const POLICY = `version: 1
mode: enforce
standard: { algorithm: aws:kms:dsse, key: alias/reseal }
objects: { reencrypt: all, methods: [update-encryption, copy, own-copy], restore: { tier: Standard, days: 1 } }
`;
const CLASSES: readonly StorageClass[] = ['GLACIER', 'DEEP_ARCHIVE'];
/** The schedule that asks for open jobs comes due in it, too. */
const PASSING = { forwardHours: 13 };

test('archives that only own-copy can do are restored, waited for, copied, and back in their class, by the deployed stack', async () => {
  await using stack = await deployStack({ parameters: { OwnCopies: 'true' } });
  await publish(stack, POLICY);
  const { s3, dynamoDb } = stack.clients;
  await s3.send(new CreateBucketCommand({ Bucket: 'cold', CreateBucketConfiguration: { LocationConstraint: REGION } }));
  for (const Key of CLASSES) await s3.send(new PutObjectCommand({ Bucket: 'cold', Key, Body: Key, StorageClass: Key }));
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: 'cold', Key }));
  await stack.idle();
  await stack.sweep();
  await stack.idle();

  const reader = createJobReader(dynamoDb, stack.named('LedgerTable'));
  const [job] = await Array.fromAsync(reader.running());
  assert.ok(job?.priceUsd !== undefined);
  const { waits } = await reader.ownProgress(job.token);
  assert.deepEqual(
    waits?.next.map(({ key, until = '' }) => [key, Math.round((Date.parse(until) - Date.now()) / 3_600_000)]),
    [
      ['GLACIER', 5],
      ['DEEP_ARCHIVE', 12],
    ],
  );
  for (const Key of CLASSES) assert.equal((await head(Key)).Restore, 'ongoing-request="true"');

  await fetch(`${stack.aws.endpoint}/_local/clock`, { method: 'POST', body: JSON.stringify(PASSING) });
  await stack.idle();
  for (const Key of CLASSES) {
    const { ServerSideEncryption, StorageClass: found, Restore } = await head(Key);
    assert.deepEqual([ServerSideEncryption, found, Restore], ['aws:kms:dsse', Key, undefined]);
  }
  const { status, stage } = (await reader.byToken(job.token)) ?? {};
  assert.deepEqual([status, stage], ['complete', 'closed']);
  assert.equal((await reader.ownProgress(job.token)).waits, undefined);
});

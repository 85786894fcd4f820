import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { describeObject } from '../../../local/s3/describe-object.ts';
import { MIB, type OpenCopier, openCopier, uploadParts } from './open-copier.ts';

const GIB = 1024 ** 3;
const DONE = { kind: 'done', how: 'copied' };

/** An object of a pattern, in parts of these sizes. */
function seed({ aws, bucket }: OpenCopier, key: string, partSizes: number[], over: object = {}): void {
  const sizeBytes = partSizes.reduce((sum, size) => sum + size, 0);
  aws.buckets.seedObject({ bucket, key, body: { seed: key, sizeBytes }, partSizes, ...over });
}

/** Bytes, parts with their checksums, and what HeadObject says. */
async function look(open: OpenCopier, key: string) {
  const { digest, parts, sizeBytes } = describeObject(open.aws.buckets, { bucket: open.bucket, key });
  const head = await open.head(key);
  const checksums = Object.entries(head).filter(([name]) => name.startsWith('Checksum'));
  return { digest, parts, sizeBytes, checksums, count: /-\d+"$/.exec(String(head['ETag']))?.[0] };
}

test('the checksum of the whole or of its parts stays, whichever algorithm it is', async () => {
  await using open = await openCopier();
  const kinds: Partial<CreateMultipartUploadCommandInput>[] = [
    { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' },
    { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' },
    { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'COMPOSITE' },
    { ChecksumAlgorithm: 'SHA1', ChecksumType: 'COMPOSITE' },
    { ChecksumAlgorithm: 'SHA256', ChecksumType: 'COMPOSITE' },
  ];
  for (const kind of kinds) {
    const key = `${kind.ChecksumAlgorithm}-${kind.ChecksumType}`;
    await uploadParts(open, key, [5 * MIB, 1], kind);
    const before = await look(open, key);
    assert.equal(before.checksums.length, 2, key);
    assert.deepEqual(await open.run(await open.task(key)), DONE, key);
    assert.deepEqual(await look(open, key), before);
  }
});

test('over 5 GiB the parts stay too, equal ones or not, with checksums of parts or none', async () => {
  await using open = await openCopier();
  const rows: [key: string, sizes: number[], over: object][] = [
    ['6 GiB', [5 * GIB, GIB], {}],
    ['unlike', [7 * MIB, 5 * GIB, 6 * MIB, 1], { checksum: { algorithm: 'SHA256', type: 'COMPOSITE' } }],
    [
      '10 TB',
      Array.from({ length: 2_001 }, () => 5_000_000_000),
      { checksum: { algorithm: 'CRC32C', type: 'COMPOSITE' } },
    ],
  ];
  for (const [key, sizes, over] of rows) {
    seed(open, key, sizes, over);
    const before = await look(open, key);
    assert.deepEqual(await open.run(await open.task(key)), DONE, key);
    assert.deepEqual(await look(open, key), before);
  }
});

test('what no copy takes is named by its size: one part over 5 GiB, of several or alone', async () => {
  await using open = await openCopier();
  seed(open, 'parts', [5 * GIB + 1, 1]);
  const sizeBytes = 6 * GIB;
  open.aws.buckets.seedObject({ bucket: open.bucket, key: 'alone', body: { seed: 'a', sizeBytes } });
  const words = { parts: 'part 1 has 5368709121 bytes', alone: `the object is one part of ${sizeBytes} bytes` };
  for (const [key, word] of Object.entries(words)) {
    const outcome = await open.run(await open.task(key));
    assert.equal(outcome.kind === 'failed' && outcome.code, 'EntityTooLarge');
    assert.ok(outcome.kind === 'failed' && outcome.why.includes(word), JSON.stringify(outcome));
  }
  assert.deepEqual(await open.uploads(), []);
});

test('a copy goes on with the parts that are left, try after try', async () => {
  await using open = await openCopier();
  const parts = 100;
  seed(
    open,
    'k',
    Array.from({ length: parts }, () => GIB),
  );
  const before = await look(open, 'k');
  const task = await open.task('k');
  const times = (name: string) => open.calls.filter((each) => each === name).length;
  let { uploadId }: { uploadId?: string } = task;
  let tries = 0;
  for (; tries < 20; tries += 1) {
    const earlier = times('UploadPartCopy');
    const left = () => (times('UploadPartCopy') - earlier >= 30 ? 0 : 60_000);
    const outcome = await open.run({ ...task, ...(uploadId === undefined ? {} : { uploadId }) }, left);
    if (outcome.kind === 'done') break;
    assert.ok(outcome.kind === 'unfinished');
    uploadId = outcome.uploadId;
  }
  assert.deepEqual(await look(open, 'k'), before);
  assert.deepEqual([times('CreateMultipartUpload'), times('UploadPartCopy')], [1, parts]);
  assert.ok(tries >= 1, `${tries} tries`);
});

test('S3 that is busy costs no part that is copied, as long as each try copies some', async () => {
  await using open = await openCopier();
  seed(
    open,
    'k',
    Array.from({ length: 100 }, () => GIB),
  );
  const task = await open.task('k');
  let busy: string | undefined;
  open.before = (operation, count) => {
    if (operation === 'UploadPartCopy' && count === 40)
      busy = open.aws.faults.add({ kind: 'throttle', operation: 'UploadPartCopy' });
  };
  const first = await open.run(task);
  assert.ok(first.kind === 'unfinished');
  const { uploadId } = first;
  const second = await open.run({ ...task, uploadId });
  assert.equal(second.kind === 'failed' && second.code, 'SlowDown');
  open.aws.faults.remove(busy ?? '');
  assert.deepEqual(await open.run({ ...task, uploadId }), DONE);
  assert.equal(open.calls.filter((each) => each === 'CreateMultipartUpload').length, 1);
});

test('no more parts are on their way at once than 32', async () => {
  await using open = await openCopier();
  seed(
    open,
    'k',
    Array.from({ length: 200 }, () => GIB),
  );
  let [now, most] = [0, 0];
  open.aws.onOutcome(({ call }) => void (now -= call.operation === 'UploadPartCopy' ? 1 : 0));
  open.before = (operation) => {
    now += operation === 'UploadPartCopy' ? 1 : 0;
    most = Math.max(most, now);
  };
  assert.deepEqual(await open.run(await open.task('k')), DONE);
  assert.ok(most > 1 && most <= 33, String(most));
});

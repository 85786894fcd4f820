import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObjectTask } from '../../../src/policy/copy/object-task.ts';
import { endBeforeCopy, partCountOf, type SourceObject } from '../../../src/policy/copy/source-object.ts';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/k';
const TASK: ObjectTask = {
  bucket: 'b',
  account: '111111111111',
  key: 'k',
  etag: 'e',
  target: { algorithm: 'aws:kms', keyArn: KEY_ARN, bucketKey: true },
  method: 'copy',
};
const SOURCE: SourceObject = {
  etag: '"e"',
  sizeBytes: 3,
  encryption: { algorithm: 'AES256', bucketKey: false },
  customerKey: false,
  untoldMetadata: 0,
};
const GIB = 1024 ** 3;

test('only the object that was listed is copied, and only where a copy keeps all of it', () => {
  const rows: [source: Partial<SourceObject>, task: Partial<ObjectTask>, end: string | undefined][] = [
    [{}, {}, undefined],
    [{ versionId: 'v' }, { versionId: 'v' }, undefined],
    [{}, { versionId: 'null' }, undefined],
    [{ versionId: 'w' }, { versionId: 'v' }, 'changed'],
    [{ etag: '"f"' }, {}, 'changed'],
    [{ lockedBy: 'retention' }, {}, 'changed'],
    [{ customerKey: true }, {}, 'InvalidRequest'],
    [{ untoldMetadata: 2 }, {}, 'MetadataUntold'],
    [{ sizeBytes: 5 * GIB }, {}, undefined],
    [{ sizeBytes: 5 * GIB + 1 }, {}, 'EntityTooLarge'],
    [{ sizeBytes: 50_000 * GIB, etag: '"e-10000"' }, { etag: 'e-10000' }, undefined],
    [{ encryption: { algorithm: 'aws:kms', keyId: KEY_ARN, bucketKey: true }, etag: '"f"' }, {}, 'done'],
    [{ encryption: { algorithm: 'aws:kms', keyId: KEY_ARN, bucketKey: false } }, {}, undefined],
  ];
  for (const [source, task, expected] of rows) {
    const end = endBeforeCopy({ ...SOURCE, ...source }, { ...TASK, ...task });
    assert.equal(end?.kind === 'failed' ? end.code : end?.kind, expected, JSON.stringify([source, task]));
  }
});

test('the end of an ETag says in how many parts an object was uploaded', () => {
  assert.deepEqual(['"abc"', 'abc', '"abc-1"', 'abc-10000', '"a-b"'].map(partCountOf), [0, 0, 1, 10_000, 0]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeadedObject, standingOfObject } from '../../../src/policy/plan/object-standing.ts';
import { proofOf, type ProvenJob, randomOf, seedOf, wantedOfJob } from '../../../src/policy/plan/proof.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/ours';
const JOB: ProvenJob = {
  method: 'update-encryption',
  bucket: 'data',
  account: '111122223333',
  algorithm: 'aws:kms',
  keyArn: KEY,
  bucketKey: true,
  launchedAt: '2026-11-02T10:00:00.000Z',
  endedAt: '2026-11-02T11:00:00.000Z',
};
const at = (time: string) => Date.parse(`2026-11-02T${time}Z`);

const object = (over: Partial<HeadedObject> = {}): HeadedObject => ({
  sizeBytes: 1,
  storageClass: 'STANDARD',
  algorithm: 'aws:kms',
  keyId: KEY,
  bucketKey: true,
  customerKey: false,
  archiveTier: false,
  isCurrent: true,
  ...over,
});
const SSE_S3 = object({ algorithm: 'AES256', bucketKey: false });

const KEEPS: ProvenJob['own'] = { does: ['own-copy'], keepKey: true };

const ROWS: [what: string, object: HeadedObject, job: Partial<ProvenJob>, time: string, proof: string][] = [
  ['has what the job wanted', object(), {}, '09:00:00', 'right'],
  ['has more than the job wanted', object({ algorithm: 'aws:kms:dsse', bucketKey: false }), {}, '09:00:00', 'right'],
  ['is under SSE-S3 still', SSE_S3, {}, '09:00:00', 'missed'],
  ['is under another key', object({ keyId: `${KEY}-not` }), {}, '09:00:00', 'missed'],
  ['has no Bucket Key', object({ bucketKey: false }), {}, '09:00:00', 'missed'],
  ['has no Bucket Key, and needs none', object({ bucketKey: false }), { bucketKey: false }, '09:00:00', 'right'],
  ['was written after the launch', SSE_S3, {}, '10:00:01', 'changed'],
  ['was written in the second of the launch', SSE_S3, {}, '10:00:00', 'changed'],
  ['was written while copies were made', SSE_S3, { method: 'copy' }, '10:30:00', 'missed'],
  ['was written after the copies', SSE_S3, { method: 'copy' }, '11:00:01', 'changed'],
  ['was written while our own copies were made', SSE_S3, { method: 'own-copy' }, '10:30:00', 'missed'],
  ['was written after our own copies', SSE_S3, { method: 'own-copy' }, '11:00:01', 'changed'],
  ['is not under DSSE-KMS', object(), { method: 'own-copy', algorithm: 'aws:kms:dsse' }, '09:00:00', 'missed'],
  ['keeps its key', object({ keyId: `${KEY}-not` }), { method: 'own-copy', own: KEEPS }, '09:00:00', 'right'],
  ['is encrypted at all, which is enough', SSE_S3, { algorithm: 'AES256' }, '09:00:00', 'right'],
];

for (const [what, found, job, time, proof] of ROWS) {
  test(`an object that ${what} is ${proof}`, () => {
    assert.equal(proofOf({ object: found, lastModifiedMs: at(time) }, { ...JOB, ...job }), proof);
  });
}

test('what a job of S3 does is no work of our own function in the same bucket', () => {
  const { method: _, ...own } = {
    ...JOB,
    own: { does: ['own-copy'], others: ['update-encryption'] },
  } satisfies ProvenJob;
  const methodOf = (found: HeadedObject) => {
    const standing = standingOfObject(found, wantedOfJob(own));
    return standing.kind === 'below' ? standing.method : standing.kind;
  };
  const { algorithm: __, ...bare } = SSE_S3;
  assert.deepEqual([SSE_S3, bare, object()].map(methodOf), ['update-encryption', 'own-copy', 'at-standard']);
});

test('where no time is known, an object below what was wanted is a miss, and one under SSE-C was written by somebody else', () => {
  assert.equal(proofOf({ object: SSE_S3 }, JOB), 'missed');
  assert.equal(proofOf({ object: object({ customerKey: true }) }, JOB), 'changed');
});

test('a seed follows from the token, and its numbers are spread from 0 to below 1', () => {
  assert.match(seedOf('t'), /^[0-9a-f]{12}$/);
  assert.equal(seedOf('t'), seedOf('t'));
  assert.notEqual(seedOf('t'), seedOf('u'));
  const numbers = Array.from({ length: 1_000 }, (_, nth) => randomOf('s')(nth));
  assert.ok(numbers.every((each) => each >= 0 && each < 1));
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const share = numbers.filter((each) => Math.floor(each * 10) === tenth).length;
    assert.ok(share > 60 && share < 140, `${tenth}: ${share}`);
  }
});

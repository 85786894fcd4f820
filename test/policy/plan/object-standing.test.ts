import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type HeadedObject,
  LEFT_CODES,
  type LeftCode,
  type ObjectsStandard,
  type ObjectStanding,
  standingOfObject,
} from '../../../src/policy/plan/object-standing.ts';
import { ACCOUNT, AES, DSSE, FOREIGN_KEY, KEY, KMS, OTHER_KEY } from '../literals.ts';

const RIGHT: HeadedObject = {
  sizeBytes: 10,
  storageClass: 'STANDARD',
  algorithm: 'aws:kms',
  keyId: KEY,
  bucketKey: true,
  customerKey: false,
  archiveTier: false,
  isCurrent: true,
};
const { algorithm: _, keyId: __, ...BARE } = { ...RIGHT, bucketKey: false };
const SSE_S3: HeadedObject = { ...BARE, algorithm: 'AES256' };
const OTHER: HeadedObject = { ...RIGHT, keyId: OTHER_KEY };
const UNDER_DSSE: HeadedObject = { ...RIGHT, algorithm: 'aws:kms:dsse', bucketKey: false, keyId: OTHER_KEY };

const WANTED: ObjectsStandard = { standard: KMS, bucket: 'orders', account: ACCOUNT, keyArn: KEY };
const FOREIGN: ObjectsStandard = { ...WANTED, keyArn: FOREIGN_KEY };
const PLAIN: ObjectsStandard = { standard: AES, bucket: 'orders', account: ACCOUNT };
const KEEPS: ObjectsStandard = { ...WANTED, standard: { ...KMS, keepKey: true } };
const AT: ObjectStanding = { kind: 'at-standard' };
const LARGE = 5 * 1024 ** 3 + 1;

describe('an object is compared with its standard', () => {
  const rows: [name: string, object: HeadedObject, wanted: ObjectsStandard, standing: ObjectStanding][] = [
    ['right', RIGHT, WANTED, AT],
    ['SSE-S3', SSE_S3, WANTED, { kind: 'below', lacks: 'algorithm', method: 'update-encryption' }],
    ['another key', OTHER, WANTED, { kind: 'below', lacks: 'key', method: 'update-encryption' }],
    [
      'no Bucket Key',
      { ...RIGHT, bucketKey: false },
      WANTED,
      { kind: 'below', lacks: 'bucket-key', method: 'update-encryption' },
    ],
    ['a Bucket Key that nobody asked for', RIGHT, { ...WANTED, standard: { ...KMS, bucketKey: false } }, AT],
    ['unencrypted', BARE, WANTED, { kind: 'below', lacks: 'encryption', method: 'copy' }],
    ['unencrypted under AES256', BARE, PLAIN, { kind: 'below', lacks: 'encryption', method: 'copy' }],
    ['SSE-S3 under AES256', SSE_S3, PLAIN, AT],
    ['stronger than AES256', OTHER, PLAIN, AT],
    ['DSSE-KMS under any key', UNDER_DSSE, WANTED, AT],
    ['a key of another account', SSE_S3, FOREIGN, { kind: 'below', lacks: 'algorithm', method: 'copy' }],
    [
      'what may not be updated and is copied',
      OTHER,
      { ...WANTED, methods: ['copy'] },
      { kind: 'below', lacks: 'key', method: 'copy' },
    ],
    ['a kept key', OTHER, KEEPS, AT],
    [
      'aws/s3 is not kept',
      OTHER,
      { ...KEEPS, awsManagedKeyArn: OTHER_KEY },
      { kind: 'below', lacks: 'key', method: 'update-encryption' },
    ],
    [
      'a noncurrent version where keys are kept',
      { ...SSE_S3, isCurrent: false },
      KEEPS,
      { kind: 'left', code: 'versions-unsorted', lacks: 'algorithm' },
    ],
    ['DSSE-KMS wanted and there', UNDER_DSSE, { ...WANTED, standard: DSSE }, AT],
    [
      'DSSE-KMS wanted',
      RIGHT,
      { ...WANTED, standard: DSSE },
      { kind: 'left', code: 'dsse-needs-copy-function', lacks: 'algorithm' },
    ],
    [
      'the key was not found',
      SSE_S3,
      { ...WANTED, keyArn: undefined as never },
      { kind: 'left', code: 'key-not-known', lacks: 'algorithm' },
    ],
    ['SSE-C', { ...RIGHT, customerKey: true }, WANTED, { kind: 'left', code: 'sse-c' }],
    [
      'an algorithm of another time',
      { ...RIGHT, algorithm: 'aws:fsx' },
      WANTED,
      { kind: 'left', code: 'algorithm-unknown' },
    ],
    ['locked and right', { ...RIGHT, lockedBy: 'retention' }, WANTED, AT],
    ['locked', { ...SSE_S3, lockedBy: 'legal-hold' }, WANTED, { kind: 'left', code: 'legal-hold', lacks: 'algorithm' }],
    [
      'an archived one is updated in place',
      { ...SSE_S3, storageClass: 'GLACIER' },
      WANTED,
      { kind: 'below', lacks: 'algorithm', method: 'update-encryption' },
    ],
    [
      'an archived one is not copied',
      { ...SSE_S3, storageClass: 'DEEP_ARCHIVE' },
      FOREIGN,
      { kind: 'left', code: 'archived', lacks: 'algorithm' },
    ],
    [
      'nor one in an archive tier',
      { ...SSE_S3, storageClass: 'INTELLIGENT_TIERING', archiveTier: true },
      FOREIGN,
      { kind: 'left', code: 'archived', lacks: 'algorithm' },
    ],
    [
      'a large one is updated',
      { ...SSE_S3, sizeBytes: LARGE },
      WANTED,
      { kind: 'below', lacks: 'algorithm', method: 'update-encryption' },
    ],
    [
      'a large one is not copied',
      { ...SSE_S3, sizeBytes: LARGE },
      FOREIGN,
      { kind: 'left', code: 'over-5-gib', lacks: 'algorithm' },
    ],
    [
      'reduced redundancy',
      { ...SSE_S3, storageClass: 'REDUCED_REDUNDANCY' },
      FOREIGN,
      { kind: 'left', code: 'reduced-redundancy', lacks: 'algorithm' },
    ],
    [
      'a class that no filter knows',
      { ...SSE_S3, storageClass: 'OUTPOSTS' },
      FOREIGN,
      { kind: 'left', code: 'storage-class-unknown', lacks: 'algorithm' },
    ],
    [
      'a noncurrent version is updated',
      { ...SSE_S3, isCurrent: false },
      WANTED,
      { kind: 'below', lacks: 'algorithm', method: 'update-encryption' },
    ],
    [
      'and not copied',
      { ...SSE_S3, isCurrent: false },
      FOREIGN,
      { kind: 'left', code: 'versions-need-copy', lacks: 'algorithm' },
    ],
    [
      'ACLs',
      SSE_S3,
      { ...FOREIGN, copy: { aclsDisabled: false, website: false, objectLock: false } },
      { kind: 'left', code: 'acls-enabled', lacks: 'algorithm' },
    ],
    [
      'a website',
      SSE_S3,
      { ...FOREIGN, copy: { aclsDisabled: true, website: true, objectLock: false } },
      { kind: 'left', code: 'website', lacks: 'algorithm' },
    ],
    [
      'Object Lock',
      SSE_S3,
      { ...FOREIGN, copy: { aclsDisabled: true, website: false, objectLock: true } },
      { kind: 'left', code: 'object-lock', lacks: 'algorithm' },
    ],
    [
      'a method that the policy does not allow',
      SSE_S3,
      { ...FOREIGN, methods: ['update-encryption'] },
      { kind: 'left', code: 'method-not-allowed', lacks: 'algorithm' },
    ],
    [
      'a noncurrent version that may not be updated',
      { ...OTHER, isCurrent: false },
      { ...WANTED, methods: ['copy'] },
      { kind: 'left', code: 'method-not-allowed', lacks: 'key' },
    ],
    [
      'an archived object that may not be updated',
      { ...OTHER, storageClass: 'GLACIER' },
      { ...WANTED, methods: ['copy'] },
      { kind: 'left', code: 'archived', lacks: 'key' },
    ],
  ];
  const OWN: ObjectsStandard = { ...FOREIGN, methods: ['update-encryption', 'copy', 'own-copy'] };
  const own = { kind: 'below', lacks: 'algorithm', method: 'own-copy' } as const;
  const left = (code: LeftCode): ObjectStanding => ({ kind: 'left', code, lacks: 'algorithm' });
  const restore = { tier: 'Bulk', days: 2 } as const;
  rows.push(
    ['what S3 Batch copies is left to it', SSE_S3, OWN, { ...own, method: 'copy' }],
    ['what is updated is not copied', SSE_S3, { ...OWN, keyArn: KEY }, { ...own, method: 'update-encryption' }],
    ['all methods but ours are off', SSE_S3, { ...OWN, keyArn: KEY, methods: ['own-copy'] }, own],
    ['copies of S3 are off', SSE_S3, { ...OWN, methods: ['update-encryption', 'own-copy'] }, own],
    ['our own: over 5 GiB', { ...SSE_S3, sizeBytes: LARGE }, OWN, own],
    ['our own: reduced redundancy', { ...SSE_S3, storageClass: 'REDUCED_REDUNDANCY' }, OWN, own],
    ['our own: ACLs', SSE_S3, { ...OWN, copy: { aclsDisabled: false, website: false, objectLock: false } }, own],
    ['our own: a website', SSE_S3, { ...OWN, copy: { aclsDisabled: true, website: true, objectLock: false } }, own],
    ['our own: Object Lock', SSE_S3, { ...OWN, copy: { aclsDisabled: true, website: false, objectLock: true } }, own],
    ['but not what is locked', { ...SSE_S3, lockedBy: 'retention' }, OWN, left('retention')],
    ['our own: DSSE-KMS', RIGHT, { ...OWN, standard: DSSE }, own],
    ['DSSE-KMS without a key', RIGHT, { ...OWN, standard: DSSE, keyArn: undefined as never }, left('key-not-known')],
    [
      'an old version under DSSE-KMS',
      { ...RIGHT, isCurrent: false },
      { ...OWN, standard: DSSE },
      left('versions-need-copy'),
    ],
    ['an archive stays where no restore is allowed', { ...SSE_S3, storageClass: 'GLACIER' }, OWN, left('archived')],
    ['and under DSSE-KMS', { ...SSE_S3, storageClass: 'GLACIER' }, { ...OWN, standard: DSSE }, left('archived')],
    ['our own: an archive', { ...SSE_S3, storageClass: 'GLACIER' }, { ...OWN, restore }, own],
    ['our own: an archive tier', { ...SSE_S3, archiveTier: true }, { ...OWN, restore }, own],
    ['no restore without our own', { ...SSE_S3, storageClass: 'GLACIER' }, { ...FOREIGN, restore }, left('archived')],
    ['a class of a later time', { ...SSE_S3, storageClass: 'OUTPOSTS' }, OWN, left('storage-class-unknown')],
    ['an old version', { ...SSE_S3, isCurrent: false }, OWN, left('versions-need-copy')],
    ['SSE-C for our own too', { ...RIGHT, customerKey: true }, OWN, { kind: 'left', code: 'sse-c' }],
  );
  for (const [name, object, wanted, standing] of rows)
    test(name, () => assert.deepEqual(standingOfObject(object, wanted), standing));

  test('every reason to leave an object is shown here', () => {
    const shown = new Set(rows.flatMap(([, , , standing]) => (standing.kind === 'left' ? [standing.code] : [])));
    const untold = LEFT_CODES.filter((code) => !shown.has(code));
    assert.deepEqual(untold, ['event-hold']);
  });
});

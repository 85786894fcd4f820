import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JobManifestGeneratorFilter } from '@aws-sdk/client-s3-control';
import { objectFilter } from '../../../local/batch/filter.ts';
import type { Protection } from '../../../local/s3/envelope.ts';
import type { StoredObject } from '../../../local/s3/stored-object.ts';

const KEY = 'arn:aws:kms:eu-west-1:111111111111:key/one';
const OTHER_KEY = 'arn:aws:kms:eu-west-1:111111111111:key/two';
const DATE = new Date('2026-11-22T10:00:00Z');

const PROTECTIONS: Record<string, Protection> = {
  'SSE-S3': { algorithm: 'AES256' },
  'SSE-KMS': { algorithm: 'aws:kms', keyArn: KEY, bucketKey: false },
  'SSE-KMS with bucket key': { algorithm: 'aws:kms', keyArn: KEY, bucketKey: true },
  'SSE-KMS other key': { algorithm: 'aws:kms', keyArn: OTHER_KEY, bucketKey: false },
  'DSSE-KMS': { algorithm: 'aws:kms:dsse', keyArn: KEY },
  'SSE-C': { algorithm: 'SSE-C', keyMd5: 'x' },
  'NOT-SSE': { algorithm: 'none' },
};

type Encryptions = NonNullable<JobManifestGeneratorFilter['MatchAnyObjectEncryption']>;

const ENCRYPTIONS: readonly [name: string, filter: Encryptions[number], matching: string[]][] = [
  ['SSES3', { SSES3: {} }, ['SSE-S3']],
  ['NOTSSE', { NOTSSE: {} }, ['NOT-SSE']],
  ['SSEC', { SSEC: {} }, ['SSE-C']],
  ['DSSEKMS', { DSSEKMS: {} }, ['DSSE-KMS']],
  ['DSSEKMS of another key', { DSSEKMS: { KmsKeyArn: OTHER_KEY } }, []],
  ['SSEKMS', { SSEKMS: {} }, ['SSE-KMS', 'SSE-KMS with bucket key', 'SSE-KMS other key']],
  ['SSEKMS of a key', { SSEKMS: { KmsKeyArn: KEY } }, ['SSE-KMS', 'SSE-KMS with bucket key']],
  ['SSEKMS of a key without bucket key', { SSEKMS: { KmsKeyArn: KEY, BucketKeyEnabled: false } }, ['SSE-KMS']],
  ['SSEKMS with bucket key', { SSEKMS: { BucketKeyEnabled: true } }, ['SSE-KMS with bucket key']],
];

const FILTERS: readonly [name: string, filter: JobManifestGeneratorFilter, matches: boolean][] = [
  ['no filter', {}, true],
  ['CreatedAfter the second before', { CreatedAfter: new Date(DATE.getTime() - 1000) }, true],
  ['CreatedAfter the same second', { CreatedAfter: DATE }, false],
  ['CreatedBefore the same second', { CreatedBefore: DATE }, false],
  ['CreatedBefore the second after', { CreatedBefore: new Date(DATE.getTime() + 1000) }, true],
  ['larger than one byte less', { ObjectSizeGreaterThanBytes: 9 }, true],
  ['larger than its size', { ObjectSizeGreaterThanBytes: 10 }, false],
  ['smaller than one byte more', { ObjectSizeLessThanBytes: 11 }, true],
  ['smaller than its size', { ObjectSizeLessThanBytes: 10 }, false],
  ['one of several classes', { MatchAnyStorageClass: ['GLACIER', 'STANDARD_IA'] }, true],
  ['another class', { MatchAnyStorageClass: ['STANDARD'] }, false],
  ['its prefix', { KeyNameConstraint: { MatchAnyPrefix: ['logs/'] } }, true],
  ['another prefix', { KeyNameConstraint: { MatchAnyPrefix: ['og'] } }, false],
  ['its suffix', { KeyNameConstraint: { MatchAnySuffix: ['.gz'] } }, true],
  ['another suffix', { KeyNameConstraint: { MatchAnySuffix: ['.g'] } }, false],
  ['a part of it', { KeyNameConstraint: { MatchAnySubstring: ['2026'] } }, true],
  ['no part of it', { KeyNameConstraint: { MatchAnySubstring: ['2027'] } }, false],
  ['a match and a miss', { ObjectSizeLessThanBytes: 11, MatchAnyStorageClass: ['STANDARD'] }, false],
];

describe('MatchAnyObjectEncryption', () => {
  for (const [name, filter, matching] of ENCRYPTIONS) {
    test(`${name} matches ${matching.join(', ') || 'nothing'}`, () => {
      const isWanted = objectFilter({ MatchAnyObjectEncryption: [filter] });
      const found = Object.entries(PROTECTIONS).filter(([, protection]) => isWanted(objectOf(protection)));
      assert.deepEqual(
        found.map(([each]) => each),
        matching,
      );
    });
  }
});

describe('a manifest filter', () => {
  for (const [name, filter, matches] of FILTERS) {
    test(`${name}: ${matches ? 'listed' : 'left out'}`, () => {
      assert.equal(objectFilter(filter)(objectOf({ algorithm: 'AES256' })), matches);
    });
  }
});

function objectOf(protection: Protection): StoredObject {
  return {
    kind: 'object',
    key: 'logs/2026/app.gz',
    versionId: 'null',
    lastModified: DATE,
    etag: 'e',
    sizeBytes: 10,
    storageClass: 'STANDARD_IA',
    content: {},
    metadata: {},
    checksum: undefined,
    parts: undefined,
    sealed: { protection, wrappedKeys: [], chunks: [] },
    tags: [],
    retention: undefined,
    legalHold: false,
  };
}

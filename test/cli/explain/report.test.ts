import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Explanation } from '../../../cli/explain/explanation.ts';
import { reportOf } from '../../../cli/explain/report.ts';
import { DEFAULT_OBJECTS, type Standard } from '../../../src/policy/model.ts';

const JUDGED_BY = { file: 'reseal.yaml', sha256: 'aa' };

const STANDARD: Standard = {
  algorithm: 'aws:kms',
  key: 'alias/reseal',
  bucketKey: false,
  blockSseC: 'leave',
  ...DEFAULT_OBJECTS,
  reencrypt: 'none',
};

const EXPLANATION: Explanation = {
  bucket: 'orders',
  account: '111122223333',
  region: 'eu-west-1',
  at: '2026-11-16T09:00:00.000Z',
  rule: 'default',
  observe: false,
  standard: STANDARD,
  found: {},
  facts: { read: [], unread: [], notNeeded: [] },
  historyKnown: true,
  jobRoleKnown: true,
  verdict: 'compliant',
  reasons: [],
};

const AT_LEAST = 'standard    at least aws:kms under alias/reseal, Bucket Key as the bucket has it';
const EXACTLY = 'standard    exactly aws:kms under alias/reseal, Bucket Key off';

describe('a report says of a bucket and its standard', () => {
  const rows: [string, Standard, Explanation['verdict'], string[]][] = [
    [
      'that it is raised',
      STANDARD,
      'repair',
      ['verdict     repair: the bucket is below its standard, and nothing that was read would break', AT_LEAST],
    ],
    [
      'that it has at least what it must',
      STANDARD,
      'compliant',
      ['verdict     compliant: the bucket meets its standard, nothing is changed', AT_LEAST],
    ],
    [
      'that it may be lowered, Bucket Key included, where the policy says exactly',
      { ...STANDARD, strength: 'exactly' },
      'repair',
      [
        'verdict     repair: the bucket is not exactly at its standard, and is brought there even if that lowers it',
        EXACTLY,
      ],
    ],
    [
      'that it is exactly what it must be',
      { ...STANDARD, strength: 'exactly' },
      'compliant',
      ['verdict     compliant: the bucket is exactly at its standard, nothing is changed', EXACTLY],
    ],
  ];
  for (const [name, standard, verdict, expected] of rows) {
    test(name, () => {
      const lines = reportOf({ ...EXPLANATION, standard, verdict }, JUDGED_BY).split('\n');
      const [, , said, , wanted] = lines;
      assert.deepEqual([said, wanted], [expected[0], `${expected[1]}, SSE-C as the bucket has it, objects: none`]);
    });
  }
});

test('a report says what the policy lets its own function do', () => {
  const line = (over: Partial<Standard>) => {
    const standard: Standard = { ...STANDARD, reencrypt: 'all', methods: ['copy', 'own-copy'], ...over };
    return reportOf({ ...EXPLANATION, standard }, JUDGED_BY)
      .split('\n')[4]
      ?.split(', objects: ')[1];
  };
  assert.equal(line({}), 'all, own copies');
  assert.equal(
    line({ inlineUpTo: 50, restore: { tier: 'Bulk', days: 1 } }),
    'all, own copies, of archives after a restore by Bulk, no jobs of S3 up to 50 objects',
  );
  assert.deepEqual([line({ methods: ['copy'] }), line({ reencrypt: 'none' })], ['all', 'none']);
});

test('a report says what it was not told, so that production may answer otherwise', () => {
  const facts = { ...EXPLANATION.facts, read: ['history', 'keyPolicy'] } satisfies Explanation['facts'];
  const explanation = { ...EXPLANATION, facts, historyKnown: false, jobRoleKnown: false };
  assert.deepEqual(
    reportOf(explanation, JUDGED_BY)
      .split('\n')
      .filter((line) => /^(history|job role) /.test(line)),
    [
      'history     unknown without --table, and treated as empty: no repairs, no rollback, no access logs of other buckets',
      'job role    unknown without --batch-role (or batchRole in a state file), so it is not judged whether the key allows the re-encryption jobs',
    ],
  );
});

test('a report says of each leftover what to do about it', () => {
  const leftover = {
    code: 'over-5-gib',
    message: '1 object(s) of bucket orders are over 5 GiB.',
    meaning: 'Objects too large for one copy.',
    remedy: 'Re-encrypt these objects by hand.',
  } as const;
  const cost = { usd: 0.25, atLeast: false, sentence: 'At most $0.25 once.' };
  const repair = { write: {}, diff: [], cost, monthly: 'Each month: nothing.', leftovers: [leftover], command: 'aws' };
  const lines = reportOf({ ...EXPLANATION, verdict: 'repair', repair }, JUDGED_BY).split('\n');
  const at = lines.indexOf('  over-5-gib: 1 object(s) of bucket orders are over 5 GiB.');
  assert.equal(lines[at + 1], '      Re-encrypt these objects by hand.');
});

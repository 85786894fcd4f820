import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BucketResult } from '../../../scripts/scenario/result.ts';
import { renderTable } from '../../../scripts/scenario/table.ts';

const OBJECTS = { total: 15, identical: 15, reencrypted: 5, below: 0, excused: 0 };
const KEYED = 'SSE-KMS (standard key)';

function bucket(name: string, over: Partial<BucketResult> = {}): BucketResult {
  const place = { account: '111111111111', region: 'eu-west-1' };
  const told = { verdict: 'repair', reasons: [], rule: 'default', before: 'SSE-S3', after: KEYED };
  return { bucket: name, ...place, ...told, secondsToRepair: 2.4, objects: OBJECTS, ...over };
}

const { secondsToRepair: _, ...HELD } = bucket('held', { verdict: 'hold', after: 'SSE-S3' });
const LONG = 'a-name-of-sixty-three-letters-that-says-at-its-end-which-one-42';
const RESULTS = [
  bucket('orders'),
  bucket(LONG, { account: '222222222222' }),
  HELD,
  bucket('dsse', { verdict: 'compliant', before: 'DSSE-KMS (other key)', after: 'DSSE-KMS (other key)' }),
];

describe('the table', () => {
  test('groups buckets by account and Region, and shows what changed', () => {
    assert.deepEqual(renderTable(RESULTS.slice(0, 1), 80).split('\n'), [
      '  bucket verdict encryption       objects re-enc. secs',
      'account 111111111111, eu-west-1',
      '  orders repair  SSE-S3 > SSE-KMS      15       5  2.4',
    ]);
    const lines = renderTable(RESULTS, 80).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('account')),
      ['account 111111111111, eu-west-1', 'account 222222222222, eu-west-1'],
    );
    assert.match(lines[3] ?? '', /^ {2}held {2,}hold {6,}SSE-S3 {2,}15 +5$/);
  });

  for (const columns of [72, 80, 100]) {
    test(`is no wider than ${columns} columns, and cuts names in their middle`, () => {
      const lines = renderTable(RESULTS, columns).split('\n');
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.match(lines.join('\n'), /^ {2}a-name-[^ ]*…[^ ]*one-42 repair/m);
    });
  }

  test('has the whole name where there is room', () => {
    assert.match(renderTable(RESULTS, 130), new RegExp(`^  ${LONG} repair`, 'm'));
  });

  test('is stacked on a narrow terminal', () => {
    assert.deepEqual(renderTable([RESULTS[0] ?? HELD, HELD], 40).split('\n'), [
      'account 111111111111, eu-west-1',
      '  orders',
      '    repair: SSE-S3 > SSE-KMS',
      '    15 objects, 5 re-encrypted, repaired',
      '    in 2.4 s',
      '  held',
      '    hold: SSE-S3',
      '    15 objects, 5 re-encrypted',
    ]);
  });
});

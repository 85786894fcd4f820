import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  begunBetween,
  rulesOfUploads,
  startOfUploads,
  type Upload,
  withWindowAgain,
} from '../../src/ledger/open-uploads.ts';
import type { Encryption } from '../../src/policy/model.ts';
import { at, OTHER, SSE_S3 } from './endings.ts';

const begun = (time: string): Upload => ({ key: time, uploadId: time, initiatedMs: Date.parse(at(time)) });
const UPLOADS = ['09:59:59', '10:00:00', '10:05:00', '10:05:01'].map(begun);
const OPEN = {
  since: at('10:00:00'),
  until: at('10:05:00'),
  rules: [OTHER, SSE_S3],
  givesUpAt: at('23:00:00'),
  count: 2,
};

test('the uploads of a window are those that began from its first second to its last', () => {
  assert.deepEqual(begunBetween(UPLOADS, OPEN), UPLOADS.slice(1, 3));
  assert.deepEqual(begunBetween(UPLOADS, { since: OPEN.since }), UPLOADS.slice(1));
});

test('the first of them may have begun in the margin of what is due, and none before S3', () => {
  const scopes = [{ kind: 'window', from: at('10:00:00'), replaced: OTHER }] as const;
  assert.equal(startOfUploads({ scopes: [...scopes], from: at('10:00:00') }), at('09:45:00.000'));
  assert.equal(
    startOfUploads({ scopes: [{ kind: 'all' }], from: '1970-01-01T00:00:00.000Z' }),
    '2006-03-13T23:45:00.000Z',
  );
});

test('they may be under each rule of the window, and under any where all objects are planned', () => {
  const window = (replaced: Encryption) => ({ kind: 'window', from: at('10:00:00'), replaced }) as const;
  assert.deepEqual(rulesOfUploads({ scopes: [window(OTHER), window(SSE_S3), window(OTHER)] }), [OTHER, SSE_S3]);
  assert.deepEqual(rulesOfUploads({ scopes: [{ kind: 'all' }] }), [{ algorithm: 'AES256' }, { algorithm: 'aws:kms' }]);
});

test('a window that is planned once more is one of a bucket that is below since then', () => {
  const item = { verdict: 'compliant', openUploads: OPEN };
  assert.deepEqual(withWindowAgain(item), {
    verdict: 'compliant',
    belowSince: OPEN.since,
    belowRules: [OTHER, SSE_S3],
  });
  const earlier = { ...item, belowSince: at('09:00:00'), belowRules: [SSE_S3] };
  const { belowSince, belowRules } = withWindowAgain(earlier);
  assert.deepEqual([belowSince, belowRules], [at('09:00:00'), [SSE_S3, OTHER]]);
  assert.deepEqual(withWindowAgain({ belowSince: at('09:00:00') }), { belowSince: at('09:00:00') });
});

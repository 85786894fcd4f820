import assert from 'node:assert/strict';
import { pricesIn } from '../../src/policy/plan/price-list.ts';
import { test } from 'node:test';
import type { RuleToWrite } from '../../src/policy/model.ts';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import { backfillId } from '../../src/policy/plan/job-token.ts';
import { priceOf } from '../../src/remediation/price.ts';
import { bucketWith, FOUND, KEY, KMS, listed } from '../policy/literals.ts';

const WRITE: RuleToWrite = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
const LOOKED_AT = '2026-11-02T10:16:00.000Z';
const FOUND_RULE = { algorithm: 'AES256' };

/** The price of a repair, by what the policy wants of objects, the cause of the look, and what the listing shows. */
async function price(
  reencrypt: 'none' | 'drifted' | 'all',
  cause: string,
  objectPage: () => Promise<object> = async () => ({ objects: [listed(), listed()], truncated: false }),
  item: BucketItem = {},
): Promise<string> {
  const { bucket, account, region } = bucketWith({});
  const id = { bucket, account, region };
  const trigger = { ...id, cause, causeId: 'e-1', at: '2026-11-02T10:15:30Z', attempt: 0, observe: false };
  const look = { id, trigger, found: FOUND_RULE, lookedAt: LOOKED_AT };
  const decided = { standard: { ...KMS, reencrypt }, key: FOUND };
  const deps = {
    objectPage,
    storageMetrics: async () => undefined,
    prices: pricesIn,
    copyConditions: () => Promise.reject(new Error('nothing is copied')),
  };
  const given = [WRITE, { look, decided, item }, deps] as unknown as Parameters<typeof priceOf>;
  return (await priceOf(...given)).split('. ')[0] ?? '';
}

test('of a window is one job, where an event says since when, and of all objects one for each class', async () => {
  assert.equal(await price('drifted', 'encryption-deleted'), 'At most $0.25 once');
  assert.equal(
    await price('drifted', 'sweep'),
    'The rule itself costs one request, less than a cent; no job is started.',
  );
  const endless = async () => ({ objects: [listed()], truncated: true });
  assert.match(await price('drifted', 'sweep', endless), /; no job is started\.$/);
  assert.match(await price('drifted', 'encryption-deleted', endless), /^At least \$0\.25 once/);
  assert.equal(await price('all', 'sweep'), 'At most $0.50 once');
  assert.equal(await price('all', 'encryption-deleted'), 'At most $0.50 once');
  assert.match(await price('none', 'encryption-deleted'), /^The rule itself costs one request/);
});

test('is that of what would be due: where all objects were planned before, of the window alone', async () => {
  const item = { backfilled: backfillId({ standard: KMS, key: FOUND }) };
  assert.equal(await price('all', 'encryption-deleted', undefined, item), 'At most $0.25 once');
  assert.match(await price('all', 'sweep', undefined, item), /^The rule itself costs one request/);
});

test('is not known where the objects cannot be listed, with what to allow', async () => {
  const denied = () => Promise.reject(Object.assign(new Error('said S3'), { name: 'AccessDenied' }));
  assert.equal(
    await price('all', 'sweep', denied),
    'The price is not known, because the objects could not be listed (AccessDenied: said S3): allow this role s3:ListBucket on the bucket.',
  );
});

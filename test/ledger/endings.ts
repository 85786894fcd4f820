import assert from 'node:assert/strict';
import type { BucketItem, LookRecord, Pending } from '../../src/ledger/bucket-item.ts';
import { changeOf, type End, type ObjectsEnd } from '../../src/ledger/ending.ts';

export const SSE_S3 = { algorithm: 'AES256' };
export const OTHER = { algorithm: 'aws:kms', keyId: 'other' };
export const STANDARD = { algorithm: 'aws:kms', keyId: 'standard' };

export const at = (time: string) => `2026-11-20T${time}Z`;
export const DRIFT_AT = at('09:58:00');
export const LOOKED_AT = at('10:00:00.000');
export const REPAIRED_AT = at('10:00:01.000');

export const LOOK: LookRecord = {
  bucket: 'orders',
  account: '111122223333',
  region: 'eu-west-1',
  verdict: 'compliant',
  reasons: [],
  rule: 'default',
  policySha256: 'abc',
  policyOrder: 2,
  causeId: 'event-1',
  cause: 'encryption-put',
  assessedAt: LOOKED_AT,
};
/** What names a bucket's place in the index of those that are not gone. */
export const PLACE = '111122223333/eu-west-1';
export const PENDING: Pending = {
  id: 'p',
  cause: 'encryption-deleted',
  causeId: 'event-0',
  at: at('09:50:00'),
  actor: 'eve',
};
export const REPAIR = { at: REPAIRED_AT, replaced: SSE_S3, wrote: STANDARD };
export const WEAKER = [{ code: 'weaker-algorithm', message: 'Weaker.' } as const];
export const JOB = { token: 't', jobId: 'j', objectClass: 'SSE-S3', method: 'update-encryption' };
export const NO_JOBS = { leftovers: [], jobs: [] };

export type Over = Partial<Omit<End, 'look'>> & { look?: Partial<LookRecord> };

export function endWith({ look, ...over }: Over): End {
  return {
    trigger: { at: DRIFT_AT, causeId: 'event-1', cause: 'encryption-put' },
    ...over,
    look: { ...LOOK, ...look },
  };
}
export const SWEPT = { trigger: { at: LOOKED_AT, causeId: 'sweep-1', cause: 'sweep' } } as const;

/** What the ledger does with a change, and what is in the item then. */
export function after(
  over: Over,
  item: BucketItem | undefined,
  inLedger: BucketItem = item ?? {},
): BucketItem & Record<string, unknown> {
  const { set, setOnce = {}, remove } = changeOf(endWith(over), item);
  const written = Object.keys(set).filter((name) => set[name] !== undefined);
  assert.deepEqual(
    remove.filter((name) => written.includes(name) || setOnce[name] !== undefined),
    [],
    'DynamoDB refuses both',
  );
  const once = Object.entries(setOnce).filter(([name, value]) => value !== undefined && !(name in inLedger));
  const kept = Object.entries({ ...inLedger, ...Object.fromEntries(once), ...set });
  return Object.fromEntries(kept.filter(([name, value]) => value !== undefined && !remove.includes(name)));
}

export const repaired = (objects?: ObjectsEnd): Over => ({
  look: { verdict: 'repair', reasons: WEAKER, found: SSE_S3 },
  repair: REPAIR,
  ...(objects === undefined ? {} : { objects }),
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planBuckets } from '../../../cli/plan/plan-buckets.ts';
import { emptySurvey, type PlannedBucket } from '../../../cli/plan/planned-bucket.ts';
import type { EncryptionReading } from '../../../src/aws/bucket/bucket-encryption.ts';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import type { PlanDeps, PlanPlaceDeps } from '../../../src/runtime/plan-deps.ts';
import { ResealError } from '../../../src/errors.ts';

const ACCOUNT = '111122223333';
const policy = parsePolicy({ version: 1, standard: { algorithm: 'AES256' } });
const RIGHT: EncryptionReading = { kind: 'read', rule: { algorithm: 'AES256', blocked: ['SSE-C'] } };
const NOTHING = async () => {
  throw new Error('nobody asks for this');
};

/** An account of so many buckets of one Region; `read` answers for each. */
function imagined(
  buckets: number,
  read: (bucket: string) => EncryptionReading,
  over: Partial<PlanDeps> = {},
): PlanDeps {
  const ouPath = { kind: 'unread', why: 'nobody said it', denied: false } as const;
  const place = {
    region: 'eu-west-1',
    otherBuckets: [],
    isOwnBucket: () => false,
    encryption: { read: async ({ bucket }: { bucket: string }) => read(bucket) },
    logging: async () => ({ kind: 'read', value: undefined }),
    ledger: { read: async () => ({}) },
  };
  return {
    caller: { account: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/eva` },
    hasLedger: false,
    accounts: NOTHING,
    membership: async () => ({ ouPath }),
    enter: async () => ({
      async *buckets() {
        for (let n = 0; n < buckets; n += 1) yield { bucket: `bucket-${n}`, region: 'eu-west-1' };
      },
      regions: async () => ['eu-west-1'],
      membership: async () => ({ ouPath }),
      // The parts that a bucket under SSE-S3 needs.
      at: () => place as unknown as PlanPlaceDeps,
    }),
    refused: () => undefined,
    whyOf: String,
    ...over,
  } as PlanDeps;
}

async function planned(deps: PlanDeps, more: { signal?: AbortSignal; buckets?: string[] } = {}) {
  const survey = emptySurvey();
  const buckets: PlannedBucket[] = [];
  for await (const each of planBuckets({ policy, now: new Date(0), ...more }, deps, survey)) buckets.push(each);
  return { buckets, survey };
}

test('every bucket is put out once, with its verdict, and the survey counts them', async () => {
  const { buckets, survey } = await planned(imagined(500, () => RIGHT));
  assert.deepEqual([new Set(buckets.map(({ bucket }) => bucket)).size, survey.found, survey.done], [500, 500, 500]);
  assert.deepEqual([survey.listing, survey.ended, survey.accounts], [0, undefined, [ACCOUNT]]);
});

test('credentials that are not taken any more end the plan: what was judged is kept, and no verdict is made of it', async () => {
  let refused: string | undefined;
  let reads = 0;
  const read = (): EncryptionReading => {
    reads += 1;
    if (reads <= 150) return RIGHT;
    refused = 'ExpiredToken: over; sign in again';
    return { kind: 'unreadable', code: 'ExpiredToken', message: 'over', denied: false };
  };
  const { buckets, survey } = await planned(imagined(500, read, { refused: () => refused }));
  assert.ok(buckets.length >= 100 && buckets.length <= 150, String(buckets.length));
  assert.ok(buckets.every(({ verdict }) => verdict === 'compliant'));
  assert.deepEqual(survey.ended, { kind: 'failed', why: 'ExpiredToken: over; sign in again' });
});

test('no verdict is made of facts that were asked for after the credentials had ended', async () => {
  let refused: string | undefined;
  let reads = 0;
  const read = (): EncryptionReading => {
    reads += 1;
    // As where the key or the policy of this bucket could not be read any more.
    if (reads > 150) refused = 'ExpiredToken: over; sign in again';
    return RIGHT;
  };
  const { buckets, survey } = await planned(imagined(500, read, { refused: () => refused }));
  assert.ok(buckets.length <= 150, String(buckets.length));
  assert.deepEqual(survey.ended, { kind: 'failed', why: 'ExpiredToken: over; sign in again' });
});

test('an interrupted plan ends at once with what it has, whatever is under way', async () => {
  const over = new AbortController();
  let reads = 0;
  const deps = imagined(500, () => {
    reads += 1;
    if (reads === 200) over.abort();
    return RIGHT;
  });
  const { buckets, survey } = await planned(deps, { signal: over.signal });
  assert.ok(buckets.length > 0 && buckets.length < 500, String(buckets.length));
  assert.equal(survey.ended?.kind, 'interrupted');
  const none = await planned(
    imagined(5, () => RIGHT),
    { signal: AbortSignal.abort() },
  );
  assert.deepEqual(none.buckets, []);
});

test('whoever stops reading stops the plan', async () => {
  const survey = emptySurvey();
  const deps = imagined(2_000, () => RIGHT);
  for await (const _ of planBuckets({ policy, now: new Date(0) }, deps, survey)) break;
  assert.equal(survey.ended?.kind, 'interrupted');
});

test('a bucket that is gone when it is read is counted and is no verdict; one that moved is to be planned again', async () => {
  const read = (bucket: string): EncryptionReading => {
    if (bucket === 'bucket-1') return { kind: 'gone' };
    return bucket === 'bucket-2' ? { kind: 'elsewhere', region: 'us-east-2' } : RIGHT;
  };
  const { buckets, survey } = await planned(imagined(3, read));
  assert.deepEqual([survey.gone, survey.done], [1, 3]);
  const [moved] = buckets.filter(({ verdict }) => verdict === 'unreadable');
  assert.match(
    moved?.reasons[0]?.message ?? '',
    /bucket-2 was listed in eu-west-1, and S3 says that it is in us-east-2/,
  );
});

test('an account that cannot be entered or listed costs the others nothing', async () => {
  const enter: PlanDeps['enter'] = async (account) => {
    if (account === '2') throw new ResealError('account-unreachable', 'role there could not be assumed');
    return imagined(2, () => RIGHT).enter(account);
  };
  const deps = imagined(2, () => RIGHT, {
    enter,
    accounts: async function* accounts() {
      yield* [{ account: '1' }, { account: '2', name: 'two' }, { account: '3', state: 'SUSPENDED' }];
    },
  });
  const survey = emptySurvey();
  let count = 0;
  for await (const _ of planBuckets({ policy, now: new Date(0), accounts: 'all' }, deps, survey)) count += 1;
  assert.deepEqual([count, survey.accounts], [2, ['1']]);
  assert.deepEqual(survey.unentered, [{ account: '2', name: 'two', why: 'role there could not be assumed' }]);
});

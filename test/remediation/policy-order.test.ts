import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted } from './objects.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

/** The policy as a process has it that knows this publication and no later one. */
function published(order: number, over: object = {}): Pick<AssessDeps, 'policy'> {
  const document = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...over });
  return { policy: async () => ({ document, sha256: `policy-${order}`, order }) };
}

const V1 = published(1);
const newKey = (account: GuardedAccount) =>
  account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION, alias: 'alias/v2' }).arn;
const underV2 = published(2, { standard: { algorithm: 'aws:kms', key: 'alias/v2' } });

const ruleAndJobs = async (account: GuardedAccount) => ({
  rule: await account.rule('data'),
  jobs: (await account.jobs()).length,
  repairs: Object((await account.item('data'))?.['repairs']).length,
});

for (const who of ['event', 'sweep', 'event-of-put'] as const) {
  test(`row 16: what v2 of the policy repaired stays when a process that still has v1 looks 20 s later (${who})`, async () => {
    await using account = await openGuardedAccount();
    const v2Key = newKey(account);
    const bucket = await guarded(account);
    const trigger = await takeAway(account, bucket, 'first');
    assert.equal((await account.assess(trigger, underV2)).kind, 'repair');
    const before = await ruleAndJobs(account);
    assert.deepEqual(before.rule, { ...sseKms(v2Key), ...BLOCKS_SSE_C });
    account.advance(20);
    const late = {
      event: trigger,
      sweep: sweepFact(account, bucket),
      'event-of-put': eventFact(account, bucket, { causeId: 'put' }),
    };
    const outcome = await account.assess(late[who], V1);
    assert.deepEqual(await ruleAndJobs(account), before);
    const kind = who === 'sweep' ? 'ignored' : 'deferred';
    assert.deepEqual([outcome.kind, outcome.reasons.map(({ code }) => code)], [kind, ['policy-outdated']]);
    assert.equal((await account.item(bucket))?.['policySha256'], 'policy-2');
  });
}

describe('row 16: a look under v1', () => {
  test('does not put its key on a bucket that was compliant under v2', async () => {
    await using account = await openGuardedAccount();
    const v2Key = newKey(account);
    const bucket = await account.bucket('data');
    await account.put(bucket, sseKms(v2Key));
    assert.equal((await account.assess(sweepFact(account, bucket), underV2)).kind, 'compliant');
    account.advance(20);
    assert.equal((await account.assess(sweepFact(account, bucket), V1)).kind, 'ignored');
    assert.deepEqual(await account.rule(bucket), { ...sseKms(v2Key), ...BLOCKS_SSE_C });
  });

  for (const [verdict, over] of [
    [
      'exempt',
      { exceptions: [{ when: { buckets: ['data'] }, reason: 'migration', owner: 'ada', until: '2026-12-31' }] },
    ],
    ['hold', { standard: { algorithm: 'aws:kms', key: 'alias/not-there' } }],
    ['repair', { mode: 'observe' }],
  ] as const) {
    test(`does not repair a bucket on which v2 says ${verdict}${verdict === 'repair' ? ' and only observes' : ''}`, async () => {
      await using account = await openGuardedAccount();
      const bucket = await account.bucket('data');
      const trigger = eventFact(account, bucket, { cause: 'created' });
      account.advance(60);
      assert.equal((await account.assess(trigger, published(2, over))).kind, verdict);
      account.advance(20);
      assert.equal((await account.assess(sweepFact(account, bucket), V1)).kind, 'ignored');
      assert.deepEqual(await account.rule(bucket), { ...SSE_S3, ...BLOCKS_SSE_C });
      assert.equal((await account.item(bucket))?.['verdict'], verdict);
      account.advance(60);
      assert.equal((await account.assess(sweepFact(account, bucket), published(3))).kind, 'repair');
    });
  }

  test('repairs a bucket all the same that has lost its encryption since v2 looked', async () => {
    await using account = await openGuardedAccount();
    const v2Key = newKey(account);
    const bucket = await guarded(account);
    await account.put(bucket, sseKms(v2Key));
    await account.assess(sweepFact(account, bucket), underV2);
    account.advance(20);
    const trigger = await takeAway(account, bucket, 'first');
    assert.equal((await account.assess(trigger, V1)).kind, 'repair');
    assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
  });

  test('does not lose an event: what was written below is re-encrypted when the process knows v2', async () => {
    await using account = await openGuardedAccount();
    const v2Key = newKey(account);
    const bucket = await guarded(account);
    await account.put(bucket, sseKms(v2Key));
    await account.assess(sweepFact(account, bucket), underV2);
    account.advance(20);
    const trigger = await takeAway(account, bucket, 'first');
    await account.put(bucket, sseKms(v2Key));
    const again = laterTries(account);
    assert.equal((await account.assess(trigger, V1)).kind, 'deferred');
    assert.deepEqual(
      (await again.deliver((delivery) => (delivery < 2 ? V1 : underV2))).map(({ kind, jobs }) => [kind, jobs]),
      [
        ['deferred', 0],
        ['deferred', 0],
        ['compliant', 1],
      ],
    );
  });

  test('asks for the policy under which the bucket was judged, and goes by that where it is to be had', async () => {
    await using account = await openGuardedAccount();
    const v2Key = newKey(account);
    const bucket = await guarded(account);
    await account.assess(await takeAway(account, bucket, 'first'), underV2);
    account.advance(20);
    const policy: AssessDeps['policy'] = (atLeast = 0) => (atLeast < 2 ? V1 : underV2).policy();
    assert.equal((await account.assess(sweepFact(account, bucket), { policy })).kind, 'compliant');
    assert.deepEqual(await account.rule(bucket), { ...sseKms(v2Key), ...BLOCKS_SSE_C });
  });
});

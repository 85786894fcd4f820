import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { acknowledge } from '../../src/remediation/acknowledge.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import type { Outcome } from '../../src/remediation/look.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, REGION, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { told } from './others.ts';
import { SSE_S3 } from './rules.ts';

const HOUR_S = 3_600;
const TERRAFORM = `arn:aws:iam::${ACCOUNT}:role/terraform`;
const WHENCE = { actor: TERRAFORM, sourceAddress: '203.0.113.7', userAgent: 'Terraform/1.9' };
const FLAPPING = ['hold', ['flapping', 'weaker-algorithm']];

/** Somebody takes the encryption away, and Reseal hears of it a minute later; then an hour goes by. */
async function drift(
  account: GuardedAccount,
  causeId: string,
  { over = {}, deps = {} }: { over?: Partial<BucketTrigger>; deps?: Partial<AssessDeps> } = {},
): Promise<Outcome> {
  await account.put('data', SSE_S3);
  const trigger = eventFact(account, 'data', { ...WHENCE, causeId, ...over });
  account.advance(60);
  const outcome = await account.assess(trigger, deps);
  account.advance(HOUR_S - 60);
  return outcome;
}

/** A bucket that Terraform has drifted so often that the next time is flapping. */
async function nearlyFlapping(): Promise<GuardedAccount> {
  const account = await openGuardedAccount();
  await account.bucket('data');
  for (const causeId of ['first', 'second', 'third']) assert.equal((await drift(account, causeId)).kind, 'repair');
  return account;
}

async function isRepaired(account: GuardedAccount): Promise<boolean> {
  return (await account.rule('data'))?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === account.keyArn;
}

test('after three repairs in a day of drift by one principal the fourth is held, with who, from where and with what', async () => {
  await using account = await nearlyFlapping();
  const held = await drift(account, 'fourth');
  assert.deepEqual(told(held), FLAPPING);
  assert.equal(
    held.reasons[0]?.message,
    `The encryption of bucket data was taken away 3 times in 24 hours by ${TERRAFORM} from 203.0.113.7 with Terraform/1.9 ` +
      '(events first, second, third): find out why, then run reseal acknowledge data --region eu-west-1 --table LEDGER_TABLE.',
  );
  const { verdict, flappingSince, lastDrift, claimOwner, pending, repairs } = (await account.item('data')) ?? {};
  assert.deepEqual(
    { verdict, flappingSince, claimOwner, pending, repairs: Array.isArray(repairs) && repairs.length },
    {
      verdict: 'hold',
      flappingSince: '2026-11-02T13:01:00.000Z',
      claimOwner: undefined,
      pending: undefined,
      repairs: 3,
    },
  );
  assert.deepEqual(lastDrift, { ...WHENCE, at: '2026-11-02T13:00:00Z', cause: 'encryption-put', causeId: 'fourth' });
  assert.equal(await isRepaired(account), false);
});

test("another principal's drift does not count with it", async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  const somebody = { over: { actor: `arn:aws:iam::${ACCOUNT}:role/somebody` } };
  for (const [causeId, of] of [
    ['1', {}],
    ['2', {}],
    ['3', somebody],
    ['4', somebody],
    ['5', {}],
  ] as const)
    assert.equal((await drift(account, causeId, of)).kind, 'repair', causeId);
  const held = await drift(account, '6', somebody);
  assert.deepEqual(told(held), FLAPPING);
  assert.match(held.reasons[0]?.message ?? '', /by arn:aws:iam::111111111111:role\/terraform .* \(events 1, 2, 5\)/);
});

test('drift that only sweeps find, and of which nobody knows who it was, is never flapping', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  for (let sweep = 0; sweep < 5; sweep += 1) {
    await account.put('data', SSE_S3);
    assert.equal((await account.assess(sweepFact(account, 'data', { causeId: `sweep-${sweep}` }))).kind, 'repair');
    account.advance(HOUR_S);
  }
  const unknown = { over: { causeId: 'no-actor' } };
  for (let event = 0; event < 5; event += 1) {
    await account.put('data', SSE_S3);
    const { actor: _, ...trigger } = eventFact(account, 'data', unknown.over);
    account.advance(60);
    assert.equal((await account.assess(trigger)).kind, 'repair');
  }
});

test('a sweep does not repair what is held for flapping, and neither does a deletion by somebody else', async () => {
  await using account = await nearlyFlapping();
  assert.deepEqual(told(await drift(account, 'fourth')), FLAPPING);
  assert.deepEqual(told(await account.assess(sweepFact(account, 'data'))), FLAPPING);
  const other = { cause: 'encryption-deleted', actor: `arn:aws:iam::${ACCOUNT}:role/other` } as const;
  assert.deepEqual(told(await drift(account, 'other', { over: other })), FLAPPING);
  assert.equal(await isRepaired(account), false);
});

test('it is held for as long as the drift goes on, and repaired after a day without any', async () => {
  await using account = await nearlyFlapping();
  const since = account.now().toISOString();
  for (let event = 0; event < 6; event += 1) {
    const held = await drift(account, `later-${event}`);
    assert.deepEqual(told(held), FLAPPING, `event ${event}`);
    account.advance(11 * HOUR_S);
  }
  assert.equal((await account.item('data'))?.['flappingSince'], since.replace(':00:00', ':01:00'));
  // The last drift is twelve hours old.
  account.advance(11 * HOUR_S);
  assert.deepEqual(told(await account.assess(sweepFact(account, 'data'))), FLAPPING);
  account.advance(2 * HOUR_S);
  const outcome = await account.assess(sweepFact(account, 'data', { causeId: 'sweep-2' }));
  assert.deepEqual([outcome.kind, await isRepaired(account)], ['repair', true]);
  assert.equal((await account.item('data'))?.['flappingSince'], undefined);
});

test('acknowledging ends it at once, and what was before counts no more', async () => {
  await using account = await nearlyFlapping();
  assert.deepEqual(told(await drift(account, 'fourth')), FLAPPING);
  const by = `arn:aws:iam::${ACCOUNT}:role/operator`;
  assert.deepEqual(await acknowledge({ bucket: 'data', account: ACCOUNT, region: REGION, by }, account.deps), {
    rolledBack: false,
    flapping: true,
  });
  const { acknowledgedAt, acknowledgedBy, flappingSince } = (await account.item('data')) ?? {};
  assert.deepEqual(
    { acknowledgedAt, acknowledgedBy, flappingSince },
    { acknowledgedAt: account.now().toISOString(), acknowledgedBy: by, flappingSince: undefined },
  );
  assert.equal((await account.assess(sweepFact(account, 'data'))).kind, 'repair');
  for (const causeId of ['5', '6', '7']) assert.equal((await drift(account, causeId)).kind, 'repair', causeId);
  assert.deepEqual(told(await drift(account, '8')), FLAPPING);
});

test('what is not held cannot be acknowledged', async () => {
  await using account = await nearlyFlapping();
  await assert.rejects(acknowledge({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'me' }, account.deps), {
    code: 'not-held',
    bucket: 'data',
    message:
      'bucket data is held neither by a rollback nor for flapping (the ledger says: repair), so there is nothing to acknowledge',
  });
  assert.equal((await account.item('data'))?.['acknowledgedAt'], undefined);
});

test('how often and how long are settings of the policy', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  const deps = { policy: policyWith({ limits: { flapping: { repairs: 2, hours: 3 } } }) };
  for (const causeId of ['first', 'second']) assert.equal((await drift(account, causeId, { deps })).kind, 'repair');
  const held = await drift(account, 'third', { deps });
  assert.deepEqual(told(held), FLAPPING);
  assert.match(held.reasons[0]?.message ?? '', /was taken away 2 times in 3 hours by .* \(events first, second\)/);
  account.advance(3 * HOUR_S);
  assert.equal((await account.assess(sweepFact(account, 'data'), deps)).kind, 'repair');
});

test('repairs that lie further apart than the limit are no flapping', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  for (let event = 0; event < 6; event += 1) {
    assert.equal((await drift(account, `event-${event}`)).kind, 'repair');
    account.advance(7 * HOUR_S);
  }
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { rollback } from '../../src/remediation/rollback.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { STRANGER } from './others.ts';
import { BLOCKS_SSE_C, sseKms } from './rules.ts';

interface Repaired extends AsyncDisposable {
  account: GuardedAccount;
  /** The key that the repair replaced. */
  oldKey: string;
}

/** A bucket that had a key of its team until it was repaired. */
async function repaired(oldKeyOf?: (account: GuardedAccount) => string): Promise<Repaired> {
  const account = await openGuardedAccount();
  const oldKey = oldKeyOf?.(account) ?? account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const bucket = await account.bucket('data');
  await account.put(bucket, sseKms(oldKey));
  assert.equal((await account.assess(eventFact(account, bucket))).kind, 'repair');
  account.advance(60);
  return { account, oldKey, [Symbol.asyncDispose]: () => account[Symbol.asyncDispose]() };
}

const rollBack = (account: GuardedAccount) =>
  rollback({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);

/** Nothing is written and nothing is held. */
async function isRefused(account: GuardedAccount, message: RegExp): Promise<void> {
  const [rule, item] = [await account.rule('data'), await account.item('data')];
  await assert.rejects(rollBack(account), { code: 'not-rolled-back', message });
  assert.deepEqual([await account.rule('data'), await account.item('data')], [rule, item]);
}

async function isDone({ account, oldKey }: Repaired): Promise<void> {
  await rollBack(account);
  assert.deepEqual(await account.rule('data'), { ...sseKms(oldKey), ...BLOCKS_SSE_C });
}

describe('row 17: a rollback onto a key', () => {
  test('that is to be deleted is refused, and done once its deletion is cancelled', async () => {
    await using given = await repaired();
    const { kms } = given.account.clients;
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: given.oldKey, PendingWindowInDays: 7 }));
    await isRefused(given.account, /PendingDeletion|pending deletion/i);
    await kms.send(new CancelKeyDeletionCommand({ KeyId: given.oldKey }));
    await kms.send(new EnableKeyCommand({ KeyId: given.oldKey }));
    await isDone(given);
  });

  test('that is disabled is refused, and done once it is enabled', async () => {
    await using given = await repaired();
    await given.account.clients.kms.send(new DisableKeyCommand({ KeyId: given.oldKey }));
    await isRefused(given.account, /Disabled|disabled/);
    await given.account.clients.kms.send(new EnableKeyCommand({ KeyId: given.oldKey }));
    await isDone(given);
  });

  test('that does not exist is refused', async () => {
    const missing = `arn:aws:kms:${REGION}:${ACCOUNT}:key/00000000-0000-4000-8000-000000000000`;
    await using given = await repaired(() => missing);
    await isRefused(given.account, /was not found/);
  });

  test('whose policy lets nobody of the account use it is refused', async () => {
    await using given = await repaired();
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${STRANGER}:root` }, Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
          Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy'],
          Resource: '*',
        },
      ],
    });
    const input = { KeyId: given.oldKey, PolicyName: 'default', Policy, BypassPolicyLockoutSafetyCheck: true };
    await given.account.clients.kms.send(new PutKeyPolicyCommand(input));
    await isRefused(given.account, /key/);
  });

  test('of another Region is refused', async () => {
    await using given = await repaired(
      (account) => account.aws.world.keys.create({ accountId: ACCOUNT, region: 'eu-central-1' }).arn,
    );
    await isRefused(given.account, /Region|region|was not found/);
  });

  test('that is as it was is done', async () => {
    await using given = await repaired();
    await isDone(given);
  });
});

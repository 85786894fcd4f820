import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { guarded } from './drifted.ts';
import { eventFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount } from './guarded-account.ts';
import { SSE_S3 } from './rules.ts';

const LOOKS: Record<string, (account: GuardedAccount, bucket: string) => Promise<unknown>> = {
  repaired: (account, bucket) => account.put(bucket, SSE_S3),
  'found right': async () => undefined,
  'put on hold': async (account, bucket) => {
    await account.put(bucket, SSE_S3);
    await account.clients.kms.send(new DisableKeyCommand({ KeyId: account.keyArn }));
  },
  unreadable: async ({ aws }) => aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption' }),
};

for (const [what, before] of Object.entries(LOOKS)) {
  test(`row 19: an older event that comes after a newer one keeps the newest drift, where the bucket is ${what}`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    await before(account, bucket);
    const older = eventFact(account, bucket, { causeId: 'older' });
    account.advance(30);
    const newer = eventFact(account, bucket, { cause: 'encryption-deleted', causeId: 'newer' });
    account.advance(60);
    const { causeId, cause, at, actor } = newer;
    for (const trigger of [newer, older, newer, older]) {
      await account.assess(trigger);
      assert.deepEqual((await account.item(bucket))?.['lastDrift'], { causeId, cause, at, actor });
      account.advance(60);
    }
  });
}

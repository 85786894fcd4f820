import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { openGuardedAccount, policyWith } from '../../test/remediation/guarded-account.ts';
import { sseKms } from '../../test/remediation/rules.ts';
import { messages, swept } from '../../test/remediation/sweeping.ts';
import { BUCKETS } from './sweep-at-hosts.ts';

/** How many calls it takes to sweep so many buckets, all right and known, and to judge each, beside the reads of where they log. */
export async function sweptAndJudged({ isUnderKey }: { isUnderKey: boolean }): Promise<number> {
  await using account = await openGuardedAccount();
  for (let index = 1; index < BUCKETS; index += 1) {
    const bucket = await account.bucket(`bucket-${index}`);
    if (isUnderKey) await account.put(bucket, sseKms(account.keyArn));
  }
  const policy = isUnderKey ? policyWith() : policyWith({ standard: { algorithm: 'AES256' } });
  const sweepAndJudge = async () => {
    await swept(account);
    for (const message of await messages(account)) {
      const trigger = parseBucketMessage(JSON.stringify(message), '', true);
      if ('ignored' in trigger) throw new Error(trigger.ignored);
      const { kind } = await account.assess(trigger, { policy });
      if (kind !== 'compliant') throw new Error(`${trigger.bucket} is ${kind}`);
    }
  };
  await sweepAndJudge();
  account.operations();
  account.advance(24 * 3_600);
  await sweepAndJudge();
  return account.operations().filter((operation) => operation !== 'GetBucketLogging').length;
}

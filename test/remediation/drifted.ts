import { DeleteBucketEncryptionCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { eventFact, sweepFact } from './facts.ts';
import type { GuardedAccount } from './guarded-account.ts';
import { write } from './objects.ts';
import { sseKms } from './rules.ts';

/** A bucket that has its standard, looked at a minute ago. */
export async function guarded(account: GuardedAccount, bucket = 'data'): Promise<string> {
  await account.put(await account.bucket(bucket), sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket, { causeId: 'before' }));
  account.advance(60);
  return bucket;
}

/** Somebody takes the encryption of a bucket away and writes an object; the event of it comes a minute later. */
export async function takeAway(account: GuardedAccount, Bucket: string, causeId: string): Promise<BucketTrigger> {
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  const trigger = eventFact(account, Bucket, { cause: 'encryption-deleted', causeId });
  await write(account, Bucket, `after-${causeId}`);
  account.advance(60);
  return trigger;
}

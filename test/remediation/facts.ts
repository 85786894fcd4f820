import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import { ACCOUNT, type GuardedAccount, REGION } from './guarded-account.ts';

/** What an event of this moment says of a bucket. */
export function eventFact(account: GuardedAccount, bucket: string, over: Partial<BucketTrigger> = {}): BucketTrigger {
  const cause = over.cause ?? 'encryption-put';
  return {
    bucket,
    account: ACCOUNT,
    region: REGION,
    cause,
    at: account.now().toISOString().replace('.000Z', 'Z'),
    causeId: `event-of-${cause}`,
    actor: `arn:aws:iam::${ACCOUNT}:role/team`,
    attempt: 0,
    observe: false,
    ...over,
  };
}

/** What a sweep of this moment says of a bucket. */
export function sweepFact(account: GuardedAccount, bucket: string, over: Partial<BucketTrigger> = {}): BucketTrigger {
  const { actor: _, ...fact } = eventFact(account, bucket, { cause: 'sweep', causeId: 'sweep-1', ...over });
  return fact;
}

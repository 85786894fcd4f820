// How many AWS calls it takes to judge a compliant bucket in a sweep and by an event, and to repair one and launch its first job, caches warm; and in how many rounds of
// waiting a cold repair with two jobs is done. test/remediation/aws-calls.test.ts pins the lists.
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { eventFact, sweepFact } from '../test/remediation/facts.ts';
import { ACCOUNT, openGuardedAccount, pinnedPolicy, policyWith, REGION } from '../test/remediation/guarded-account.ts';
import { write } from '../test/remediation/objects.ts';
import { countRounds } from '../test/remediation/recorded-calls.ts';
import { sseKms } from '../test/remediation/rules.ts';

await using account = await openGuardedAccount();
for (const bucket of ['warm-up', 'right']) await account.put(await account.bucket(bucket), sseKms(account.keyArn));
for (const bucket of ['weak', 'without-bucket-key', 'delegating'])
  await write(account, await account.bucket(bucket), 'object');
await account.put('without-bucket-key', { ...sseKms(account.keyArn), BucketKeyEnabled: false });
await account.clients.s3.send(
  new PutBucketPolicyCommand({ Bucket: 'delegating', Policy: leavesAccessToAccessPoints('delegating') }),
);
await account.assess(eventFact(account, 'warm-up'));
account.operations();
account.advance(10);

await sweptBuckets();
await account.assess(eventFact(account, 'right'));
said('an event of a compliant bucket under a key', 5);
await repair('without-bucket-key', 'repair a bucket under the right key and launch its first job', 12);
await repair('weak', 'repair a bucket that gets the key and launch its first job', 14);
await repair('delegating', 'the same where access points must be listed too', 15);
await compliantAndEmpty();
await coldRepair();
await account.jobs();

async function repair(bucket: string, what: string, target: number): Promise<void> {
  // Long enough that the key is asked for afresh.
  account.advance(10);
  await account.assess(eventFact(account, bucket, { at: '2026-11-02T10:00:00Z' }));
  said(what, target);
}

function said(what: string, target: number): void {
  const calls = account.operations();
  console.log(`${what}: ${calls.length} calls (${calls.join(', ')}); target at most ${target}`);
}

/** What a sweep asks for each bucket that is right. The policy of a key is read with the first of its buckets, once a sweep. */
async function sweptBuckets(): Promise<void> {
  await account.assess(sweepFact(account, 'warm-up'));
  account.operations();
  await account.assess(sweepFact(account, 'right'));
  said('a sweep of a compliant bucket under a key', 3);
  const logs = await account.bucket('logs');
  await account.assess(sweepFact(account, logs, { logSources: [{ bucket: 'right', prefix: '' }] }));
  said('a sweep of a compliant SSE-S3 log bucket', 2);
  const policy = policyWith({ standard: { algorithm: 'AES256' } });
  await account.assess(sweepFact(account, await account.bucket('plain')), { policy });
  said('a sweep of a compliant SSE-S3 bucket', 2);
  account.advance(10);
}

/** Under `all` even an empty bucket is looked into once. */
async function compliantAndEmpty(): Promise<void> {
  await account.put(await account.bucket('empty'), sseKms(account.keyArn));
  account.operations();
  account.advance(120);
  await account.assess(sweepFact(account, 'empty'), { policy: policyWith({ objects: { reencrypt: 'all' } }) });
  said('a compliant empty bucket under all', 7);
}

/** A process that has just started repairs a bucket that was created and got another key within the settle time: two jobs. */
async function coldRepair(): Promise<void> {
  await using cold = await openGuardedAccount();
  const other = cold.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const bucket = await cold.bucket('two-rules');
  await write(cold, bucket, 'under-sse-s3');
  await cold.put(bucket, sseKms(other));
  await write(cold, bucket, 'under-another-key');
  const rounds = countRounds(cold.told);
  const { jobs } = await cold.assess(eventFact(cold, bucket, { cause: 'created' }), { policy: pinnedPolicy(cold) });
  console.log(`a cold repair with ${jobs} jobs: ${rounds.length} rounds of waiting; target at most 9`);
  for (const [index, round] of rounds.entries()) console.log(`  ${index + 1}. ${round.join(', ')}`);
  await cold.jobs();
}

function leavesAccessToAccessPoints(bucket: string): string {
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringEquals: { 's3:DataAccessPointAccount': '111111111111' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

// How many AWS calls it takes to judge a compliant bucket, and to repair one and launch its first job, caches warm. Targets: at most 2; at most 9
// where the repair brings no other key; at most 14 where every safety fact is needed. test/remediation/aws-calls.test.ts pins the lists.
import { PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { eventFact } from '../test/remediation/facts.ts';
import { openGuardedAccount } from '../test/remediation/guarded-account.ts';
import { write } from '../test/remediation/objects.ts';
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

await account.assess(eventFact(account, 'right'));
const judged = account.operations();
console.log(`judge a compliant bucket: ${judged.length} calls (${judged.join(', ')}); target at most 2`);
await repair('without-bucket-key', 'repair a bucket under the right key and launch its first job', 9);
await repair('weak', 'repair a bucket that gets the key and launch its first job', 14);
await repair('delegating', 'the same where access points must be listed too', 14);
await account.jobs();

async function repair(bucket: string, what: string, target: number): Promise<void> {
  // Long enough that the key is asked for afresh.
  account.advance(10);
  await account.assess(eventFact(account, bucket, { at: '2026-11-02T10:00:00Z' }));
  const calls = account.operations();
  console.log(`${what}: ${calls.length} calls (${calls.join(', ')}); target at most ${target}`);
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

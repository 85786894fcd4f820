// How many AWS calls it takes to judge a compliant bucket, and to repair one and launch its first job, caches warm.
// Targets: at most 2, and at most 9. test/remediation/aws-calls.test.ts pins the lists.
import { eventFact } from '../test/remediation/facts.ts';
import { openGuardedAccount } from '../test/remediation/guarded-account.ts';
import { write } from '../test/remediation/objects.ts';
import { sseKms } from '../test/remediation/rules.ts';

await using account = await openGuardedAccount();
for (const bucket of ['warm-up', 'right']) await account.put(await account.bucket(bucket), sseKms(account.keyArn));
await write(account, await account.bucket('weak'), 'object');
await account.assess(eventFact(account, 'warm-up'));
account.operations();
account.advance(10);

await account.assess(eventFact(account, 'right'));
const judged = account.operations();
await account.assess(eventFact(account, 'weak', { cause: 'created', at: '2026-11-02T10:00:00Z' }));
const repaired = account.operations();
await account.jobs();
console.log(`judge a compliant bucket: ${judged.length} calls (${judged.join(', ')}); target at most 2`);
console.log(
  `repair a bucket and launch its first job: ${repaired.length} calls (${repaired.join(', ')}); target at most 9`,
);

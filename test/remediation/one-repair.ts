// One repair from its message to its queued job, as assess-bucket tells it: run under NODE_V8_COVERAGE by walk.test.ts.
import assert from 'node:assert/strict';
import { bucketMessage } from '../../src/intake/bucket-message.ts';
import { parseBucketMessage } from '../../src/intake/parse-bucket-message.ts';
import { assessBucket } from '../../src/remediation/assess-bucket.ts';
import { eventFact } from './facts.ts';
import { openGuardedAccount } from './guarded-account.ts';
import { write } from './objects.ts';

await using account = await openGuardedAccount();
await write(account, await account.bucket('invoices'), 'object');
const body = bucketMessage(eventFact(account, 'invoices', { cause: 'encryption-deleted' }));
const trigger = parseBucketMessage(body, 'arn:aws:iam::111111111111:role/reseal');
assert.ok(!('ignored' in trigger));
const { kind, jobs } = await assessBucket(trigger, account.deps);
assert.deepEqual([kind, jobs], ['repair', 1]);

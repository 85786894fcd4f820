import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CopyObjectCommand, DeleteBucketPolicyCommand } from '@aws-sdk/client-s3';
import type { Reason } from '../../src/policy/model.ts';
import { createClients } from '../local/clients.ts';
import { textOf } from '../local/s3/deliveries.ts';
import { expectSdkError } from '../local/s3/expect-sdk-error.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { codesOf, paste, putPolicy, STRANGER } from './others.ts';
import { sseKms } from './rules.ts';

const ALL = policyWith({ objects: { reencrypt: 'all' } });
const READ = { Effect: 'Allow', Principal: { AWS: STRANGER }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };

/** A bucket that is right by now, with objects from before, which another account reads. */
async function withOldObjects(account: GuardedAccount): Promise<void> {
  await account.bucket('data');
  await putPolicy(account, 'data', READ);
  await write(account, 'data', 'old');
  await write(account, 'data', 'older');
  await account.put('data', sseKms(account.keyArn));
}

async function leftoversOf(account: GuardedAccount): Promise<Reason[]> {
  const leftovers = (await account.item('data'))?.['leftovers'];
  assert.ok(Array.isArray(leftovers));
  return leftovers;
}

test('the old objects of a bucket that is right stay as they are while somebody who reads them would be locked out', async () => {
  await using account = await openGuardedAccount();
  await using stranger = createClients(account.aws, { account: STRANGER });
  await withOldObjects(account);
  await account.clients.s3.send(
    new CopyObjectCommand({ Bucket: 'data', Key: 'older', CopySource: 'data/older', MetadataDirective: 'REPLACE' }),
  );
  await expectSdkError(textOf(stranger.s3, 'data', 'older'), 403, 'AccessDenied');

  const outcome = await account.assess(sweepFact(account, 'data'), { policy: ALL });
  assert.deepEqual([outcome.kind, outcome.jobs, await account.jobs()], ['compliant', 0, []]);
  const leftovers = await leftoversOf(account);
  assert.deepEqual(codesOf({ reasons: leftovers }), ['reader-other-account']);
  assert.match(
    leftovers[0]?.message ?? '',
    new RegExp(`^arn:aws:iam::${STRANGER}:root of another account may read objects of bucket data `),
  );
  assert.equal((await account.item('data'))?.['backfilled'], undefined);
  assert.equal(await textOf(stranger.s3, 'data', 'old'), 'bytes of old');
});

test('once the key lets the reader in, the next sweep starts the jobs, and the reader still reads', async () => {
  await using account = await openGuardedAccount();
  await using stranger = createClients(account.aws, { account: STRANGER });
  await withOldObjects(account);
  await account.assess(sweepFact(account, 'data'), { policy: ALL });
  assert.equal(await paste(account, await leftoversOf(account)), 1);
  account.advance(24 * 3_600);
  const outcome = await account.assess(sweepFact(account, 'data', { causeId: 'sweep-2' }), { policy: ALL });
  // One for objects under SSE-S3, one for those under other keys.
  assert.deepEqual([outcome.kind, outcome.jobs], ['compliant', 2]);
  assert.deepEqual(await reencrypted(account, 'data'), ['old', 'older']);
  for (const key of ['old', 'older']) assert.equal(await textOf(stranger.s3, 'data', key), `bytes of ${key}`);
  assert.deepEqual(await leftoversOf(account), []);
});

test('where a fact that could show a reader cannot be read, the objects wait and the fact is named', async () => {
  await using account = await openGuardedAccount();
  await withOldObjects(account);
  const fault = account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketAcl' });
  const outcome = await account.assess(sweepFact(account, 'data'), { policy: ALL });
  assert.deepEqual([outcome.kind, outcome.jobs], ['compliant', 0]);
  assert.deepEqual(codesOf({ reasons: await leftoversOf(account) }), ['acl-unreadable']);
  account.aws.faults.remove(fault);
  await account.clients.s3.send(new DeleteBucketPolicyCommand({ Bucket: 'data' }));
  account.advance(3_600);
  assert.equal((await account.assess(sweepFact(account, 'data'), { policy: ALL })).jobs, 2);
});

test('a bucket policy that is sure to refuse the job costs no job: the rule is repaired, the objects are named and done once it lets them', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('guarded');
  await write(account, bucket, 'old');
  const deny = {
    Effect: 'Deny',
    Principal: '*',
    Action: ['s3:PutObject', 's3:UpdateObjectEncryption'],
    Resource: `arn:aws:s3:::${bucket}/*`,
    Condition: { StringNotEquals: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/app` } },
  };
  await putPolicy(account, bucket, deny);
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  const outcome = await account.assess(eventFact(account, bucket, { cause: 'created' }), { policy });
  assert.deepEqual([outcome.kind, outcome.jobs], ['repair', 0]);
  assert.match(JSON.stringify((await account.item(bucket))?.['leftovers']), /"job-denied"/);
  assert.deepEqual(await account.jobs(), []);
  await putPolicy(account, bucket, { ...deny, Action: 's3:DeleteBucket', Resource: `arn:aws:s3:::${bucket}` });
  account.advance(60);
  const later = await account.assess(sweepFact(account, bucket), { policy });
  assert.deepEqual([later.kind, later.jobs], ['compliant', 2]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand, type ReplicationRule } from '@aws-sdk/client-s3';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { makeVersioned, putReplication, REPLICATES, ROLE, ruleTo, ruleWithKey } from '../local/s3/open-replication.ts';
import { eventFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { stored, write } from './objects.ts';
import { paste, told } from './others.ts';
import { BLOCKS_SSE_C, SSE_S3, sseKms } from './rules.ts';

const NEW_BUCKET = { ...SSE_S3, ...BLOCKS_SSE_C };

/** Bucket from, replicated to bucket dest by these rules and a role that may use every key. */
async function replicating(account: GuardedAccount, ...rules: ReplicationRule[]): Promise<void> {
  const { s3 } = account.clients;
  await makeVersioned(s3, 'from');
  await makeVersioned(s3, 'dest');
  const statements = [...REPLICATES, allow(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'])];
  account.aws.world.identity.putRole(roleOf('replicator', statements, 's3.amazonaws.com'));
  await s3.send(putReplication(...rules));
}

/** Writes an object: what S3 says of its replication, and what is at the destination then. */
async function replicated(account: GuardedAccount, key: string): Promise<[status: string | undefined, keys: string[]]> {
  await write(account, 'from', key);
  const keys = (await stored(account, 'dest')).map((object) => object.key);
  const head = await account.clients.s3.send(new HeadObjectCommand({ Bucket: 'from', Key: key }));
  return [head.ReplicationStatus, keys];
}

test('replication passes over objects under SSE-KMS, so its source is held with the rule that would', async () => {
  await using account = await openGuardedAccount();
  await replicating(account, ruleTo());
  assert.deepEqual(await replicated(account, 'before'), ['COMPLETED', ['before']]);
  await account.put('from', sseKms(account.keyArn));
  assert.deepEqual(await replicated(account, 'broken'), [undefined, ['before']]);
  await account.put('from', NEW_BUCKET);

  const held = await account.assess(eventFact(account, 'from'));
  assert.deepEqual(told(held), ['hold', ['replication-skips-kms', 'weaker-algorithm']]);
  assert.equal(
    held.reasons[0]?.message,
    'Replication rule all copies bucket from to dest and skips SSE-KMS objects, so new objects would no longer be copied: ' +
      'set SourceSelectionCriteria.SseKmsEncryptedObjects to Enabled and a ReplicaKmsKeyID in the rule, and let its role ' +
      `${ROLE} decrypt with the bucket's key and encrypt with the replica's.`,
  );
  assert.deepEqual(await account.rule('from'), NEW_BUCKET);
  assert.deepEqual(await replicated(account, 'after'), ['COMPLETED', ['after', 'before']]);
});

/** Whether IAM lets the role use the new key cannot be seen, so it is held until the key's policy names the role. */
async function letRoleIn(account: GuardedAccount): Promise<void> {
  const held = await account.assess(eventFact(account, 'from'));
  assert.deepEqual(told(held), ['hold', ['replication-key-changes', 'weaker-algorithm']]);
  assert.equal(await paste(account, held.reasons), 1);
  account.advance(60);
}

test('once the rule takes SSE-KMS objects and names a key for the replicas, its source is repaired and the replicas arrive', async () => {
  await using account = await openGuardedAccount();
  await replicating(account, ruleTo());
  assert.equal((await account.assess(eventFact(account, 'from'))).kind, 'hold');
  const replicaKey = account.aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  await account.clients.s3.send(putReplication(ruleWithKey(replicaKey)));
  account.advance(60);
  await letRoleIn(account);
  assert.equal((await account.assess(eventFact(account, 'from'))).kind, 'repair');
  assert.deepEqual(await replicated(account, 'after'), ['COMPLETED', ['after']]);
  const [replica] = await stored(account, 'dest');
  const head = await account.clients.s3.send(new HeadObjectCommand({ Bucket: 'from', Key: 'after' }));
  assert.equal(head.SSEKMSKeyId, account.keyArn);
  assert.partialDeepStrictEqual(replica?.sealed.protection, { algorithm: 'aws:kms', keyArn: replicaKey });
});

test('a rule that is switched off holds nobody, and of several the one that would skip is named', async () => {
  await using account = await openGuardedAccount();
  const withKey = ruleWithKey(account.keyArn);
  const off = ruleTo({}, { ID: 'off', Status: 'Disabled', Priority: 2 });
  await replicating(account, withKey, off);
  await letRoleIn(account);
  assert.equal((await account.assess(eventFact(account, 'from'))).kind, 'repair');
  await account.put('from', NEW_BUCKET);
  const skips = ruleTo({}, { ID: 'skips', Priority: 3, Filter: { Prefix: 'logs/' } });
  await account.clients.s3.send(putReplication(withKey, off, skips));
  account.advance(60);
  const held = await account.assess(eventFact(account, 'from'));
  assert.deepEqual(told(held), ['hold', ['replication-skips-kms', 'weaker-algorithm']]);
  assert.match(held.reasons[0]?.message ?? '', /^Replication rule skips copies bucket from to dest /);
});

test('a rule of the old schema, which cannot take SSE-KMS objects, is understood and holds its source', async () => {
  await using account = await openGuardedAccount();
  const old: ReplicationRule = {
    ID: 'old',
    Status: 'Enabled',
    Prefix: '',
    Destination: { Bucket: 'arn:aws:s3:::dest' },
  };
  await replicating(account, old);
  await account.put('from', sseKms(account.keyArn));
  assert.deepEqual(await replicated(account, 'broken'), [undefined, []]);
  await account.put('from', NEW_BUCKET);
  const held = await account.assess(eventFact(account, 'from'));
  assert.deepEqual(told(held), ['hold', ['replication-skips-kms', 'weaker-algorithm']]);
  assert.match(held.reasons[0]?.message ?? '', /^Replication rule old copies /);
  assert.deepEqual(await replicated(account, 'after'), ['COMPLETED', ['after']]);
});

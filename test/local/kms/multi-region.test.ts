import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { sessionThatMay } from '../role-session.ts';

async function createMultiRegion(kms: KMSClient): Promise<string> {
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({ MultiRegion: true }));
  assert.match(key?.KeyId ?? '', /^mrk-[0-9a-f]{32}$/);
  return key?.KeyId ?? '';
}

const describe = async (kms: KMSClient, KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;

test('DescribeKey tells a multi-Region key its primary and its replicas, from either end', async () => {
  await using aws = await startLocal();
  await using ireland = createClients(aws);
  await using frankfurt = createClients(aws, { region: 'eu-central-1' });
  const id = await createMultiRegion(ireland.kms);
  const PrimaryKey = { Arn: `arn:aws:kms:eu-west-1:111111111111:key/${id}`, Region: 'eu-west-1' };
  const ReplicaKey = { Arn: `arn:aws:kms:eu-central-1:111111111111:key/${id}`, Region: 'eu-central-1' };
  const alone = { MultiRegionKeyType: 'PRIMARY', PrimaryKey, ReplicaKeys: [] };
  assert.deepEqual((await describe(ireland.kms, id))?.MultiRegionConfiguration, alone);

  const made = await ireland.kms.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: 'eu-central-1' }));
  const asReplica = { MultiRegionKeyType: 'REPLICA', PrimaryKey, ReplicaKeys: [ReplicaKey] };
  assert.deepEqual(made.ReplicaKeyMetadata?.MultiRegionConfiguration, asReplica);
  const replica = await describe(frankfurt.kms, id);
  assert.deepEqual(
    [replica?.Arn, replica?.MultiRegion, replica?.MultiRegionConfiguration],
    [ReplicaKey.Arn, true, asReplica],
  );
  const asPrimary = { ...asReplica, MultiRegionKeyType: 'PRIMARY' };
  assert.deepEqual((await describe(ireland.kms, id))?.MultiRegionConfiguration, asPrimary);
});

test('a replica has a policy of its own, and decrypts what its primary encrypted', async () => {
  await using aws = await startLocal();
  await using ireland = createClients(aws);
  await using frankfurt = createClients(aws, { region: 'eu-central-1' });
  const id = await createMultiRegion(ireland.kms);
  const Policy = JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: { AWS: '111111111111' }, Action: 'kms:*', Resource: '*' }],
  });
  const made = await ireland.kms.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: 'eu-central-1', Policy }));
  const read = await frankfurt.kms.send(new GetKeyPolicyCommand({ KeyId: id }));
  assert.deepEqual([made.ReplicaPolicy, read.Policy], [Policy, Policy]);
  const Plaintext = Buffer.from('secret');
  const { CiphertextBlob } = await ireland.kms.send(new EncryptCommand({ KeyId: id, Plaintext }));
  const opened = await frankfurt.kms.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual([Buffer.from(opened.Plaintext ?? []), opened.KeyId], [Plaintext, made.ReplicaKeyMetadata?.Arn]);
});

test('only an enabled primary multi-Region key is replicated, once to each Region', async () => {
  await using aws = await startLocal();
  await using ireland = createClients(aws);
  await using frankfurt = createClients(aws, { region: 'eu-central-1' });
  const replicate = (kms: KMSClient, KeyId: string, ReplicaRegion: string) =>
    kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion }));
  const { KeyMetadata: single } = await ireland.kms.send(new CreateKeyCommand({}));
  const plain = replicate(ireland.kms, single?.KeyId ?? '', 'eu-central-1');
  await assert.rejects(plain, { name: 'UnsupportedOperationException' });
  const id = await createMultiRegion(ireland.kms);
  await replicate(ireland.kms, id, 'eu-central-1');
  await assert.rejects(replicate(ireland.kms, id, 'eu-central-1'), { name: 'AlreadyExistsException' });
  await assert.rejects(replicate(ireland.kms, id, 'eu-west-1'), { name: 'AlreadyExistsException' });
  await assert.rejects(replicate(ireland.kms, id, 'nowhere'), { name: 'ValidationException' });
  await assert.rejects(replicate(frankfurt.kms, id, 'eu-west-3'), { name: 'UnsupportedOperationException' });
  const remove = new ScheduleKeyDeletionCommand({ KeyId: id });
  await assert.rejects(ireland.kms.send(remove), { name: 'NotImplemented' });
  await frankfurt.kms.send(remove);
  const session = sessionThatMay(aws, { actions: ['kms:ReplicateKey'], resource: '*' });
  await using limited = createClients(aws, { credentials: session });
  await assert.rejects(replicate(limited.kms, id, 'eu-west-3'), { name: 'AccessDeniedException' });
});

test('a key that is made under the id of a multi-Region key is one, and its namesake elsewhere is its replica', async () => {
  await using aws = await startLocal();
  await using frankfurt = createClients(aws, { region: 'eu-central-1' });
  const id = 'mrk-00000000000000000000000000000001';
  for (const region of ['eu-west-1', 'eu-central-1']) aws.world.keys.create({ accountId: '111111111111', region, id });
  const told = await describe(frankfurt.kms, id);
  const { MultiRegionKeyType: kind, PrimaryKey: primary } = told?.MultiRegionConfiguration ?? {};
  assert.deepEqual([told?.MultiRegion, kind, primary?.Region], [true, 'REPLICA', 'eu-west-1']);
});

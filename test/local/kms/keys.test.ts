import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetKeyPolicyCommand,
  ListAliasesCommand,
  ListKeysCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  type CreateKeyCommandInput,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { createClients } from '../clients.ts';
import { startLocal } from '../../../local/start-local.ts';

const NOW = new Date('2026-05-01T12:00:00Z');

async function createKey(kms: KMSClient, input: CreateKeyCommandInput = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand(input));
  assert.ok(key?.KeyId !== undefined && key.Arn !== undefined);
  return { id: key.KeyId, arn: key.Arn };
}

test('a new key is symmetric, enabled and described by id, ARN, alias and alias ARN', async () => {
  await using aws = await startLocal({ now: () => NOW });
  await using clients = createClients(aws);
  const key = await createKey(clients.kms, { Description: 'data' });
  await clients.kms.send(new CreateAliasCommand({ AliasName: 'alias/data', TargetKeyId: key.id }));
  const expected = {
    AWSAccountId: '111111111111',
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: NOW,
    Enabled: true,
    Description: 'data',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
  for (const KeyId of [key.id, key.arn, 'alias/data', 'arn:aws:kms:eu-west-1:111111111111:alias/data']) {
    const described = await clients.kms.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual(described.KeyMetadata, expected, KeyId);
  }
});

test('keys belong to one account and Region', async () => {
  await using aws = await startLocal();
  await using here = createClients(aws);
  await using elsewhere = createClients(aws, { region: 'us-east-1' });
  await using other = createClients(aws, { account: '222222222222' });
  const { id, arn } = await createKey(here.kms);
  const describe = (KeyId: string) => new DescribeKeyCommand({ KeyId });
  await assert.rejects(elsewhere.kms.send(describe(id)), {
    name: 'NotFoundException',
    message: `Key 'arn:aws:kms:us-east-1:111111111111:key/${id}' does not exist`,
  });
  await assert.rejects(elsewhere.kms.send(describe(arn)), {
    name: 'NotFoundException',
    message: 'Invalid arn eu-west-1',
  });
  await assert.rejects(other.kms.send(describe(id)), { name: 'NotFoundException' });
  assert.deepEqual((await elsewhere.kms.send(new ListKeysCommand())).Keys, []);
  assert.deepEqual((await here.kms.send(new ListKeysCommand())).Keys, [{ KeyId: id, KeyArn: arn }]);
});

test('another account describes a key only where the key policy lets it', async () => {
  await using aws = await startLocal();
  await using owner = createClients(aws);
  await using other = createClients(aws, { account: '222222222222' });
  const { arn } = await createKey(owner.kms);
  const describe = new DescribeKeyCommand({ KeyId: arn });
  await assert.rejects(other.kms.send(describe), {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::222222222222:root is not authorized to perform: kms:DescribeKey on resource: ${arn} because no resource-based policy allows the kms:DescribeKey action`,
  });
  const statement = (account: string, action: string) => ({
    Effect: 'Allow',
    Principal: { AWS: account },
    Action: action,
    Resource: '*',
  });
  const policy = JSON.stringify({
    Statement: [statement('111111111111', 'kms:*'), statement('222222222222', 'kms:DescribeKey')],
  });
  await owner.kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: policy }));
  assert.equal((await owner.kms.send(new GetKeyPolicyCommand({ KeyId: arn }))).Policy, policy);
  assert.equal((await other.kms.send(describe)).KeyMetadata?.Arn, arn);
});

test('aliases are made, moved, listed by key, and deleted', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const first = await createKey(clients.kms);
  const second = await createKey(clients.kms);
  await clients.kms.send(new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: first.id }));
  const again = new CreateAliasCommand({ AliasName: 'alias/a', TargetKeyId: second.id });
  await assert.rejects(clients.kms.send(again), { name: 'AlreadyExistsException' });
  await clients.kms.send(new UpdateAliasCommand({ AliasName: 'alias/a', TargetKeyId: second.arn }));
  const { Aliases: aliases } = await clients.kms.send(new ListAliasesCommand({ KeyId: second.id }));
  assert.deepEqual(
    aliases?.map((alias) => [alias.AliasName, alias.AliasArn, alias.TargetKeyId]),
    [['alias/a', 'arn:aws:kms:eu-west-1:111111111111:alias/a', second.id]],
  );
  await clients.kms.send(new DeleteAliasCommand({ AliasName: 'alias/a' }));
  await assert.rejects(clients.kms.send(new DescribeKeyCommand({ KeyId: 'alias/a' })), {
    name: 'NotFoundException',
    message: 'Alias arn:aws:kms:eu-west-1:111111111111:alias/a is not found.',
  });
  const reserved = new CreateAliasCommand({ AliasName: 'alias/aws/mine', TargetKeyId: first.id });
  await assert.rejects(clients.kms.send(reserved), { name: 'InvalidAliasNameException' });
});

test('a key is disabled, enabled, scheduled for deletion, kept, and gone after its waiting period', async () => {
  let now = NOW;
  await using aws = await startLocal({ now: () => now });
  await using clients = createClients(aws);
  const { id: KeyId, arn } = await createKey(clients.kms);
  const state = async (): Promise<unknown> =>
    (await clients.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
  await clients.kms.send(new DisableKeyCommand({ KeyId }));
  assert.equal(await state(), 'Disabled');
  await clients.kms.send(new EnableKeyCommand({ KeyId }));
  assert.equal(await state(), 'Enabled');
  const scheduled = await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  assert.deepEqual(
    [scheduled.KeyId, scheduled.KeyState, scheduled.DeletionDate],
    [arn, 'PendingDeletion', new Date('2026-05-08T12:00:00Z')],
  );
  await assert.rejects(clients.kms.send(new EnableKeyCommand({ KeyId })), { name: 'KMSInvalidStateException' });
  await clients.kms.send(new CancelKeyDeletionCommand({ KeyId }));
  assert.equal(await state(), 'Disabled');
  await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  now = new Date('2026-05-08T12:00:00Z');
  await assert.rejects(state(), { name: 'NotFoundException' });
});

const SPECS: readonly [input: CreateKeyCommandInput, metadata: object][] = [
  [
    { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
    { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] },
  ],
  [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, {}],
  [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, { MacAlgorithms: ['HMAC_SHA_256'] }],
];

for (const [input, algorithms] of SPECS) {
  test(`a key of spec ${input.KeySpec} is described as what it is`, async () => {
    await using aws = await startLocal();
    await using clients = createClients(aws);
    const { KeyMetadata: key } = await clients.kms.send(new CreateKeyCommand(input));
    const { EncryptionAlgorithms, MacAlgorithms } = key ?? {};
    assert.deepEqual([key?.KeySpec, key?.KeyUsage], [input.KeySpec, input.KeyUsage]);
    assert.deepEqual(JSON.parse(JSON.stringify({ EncryptionAlgorithms, MacAlgorithms })), algorithms);
  });
}

test('the key behind alias/aws/s3 is made at its first use, once for each account and Region', async () => {
  await using aws = await startLocal();
  await using here = createClients(aws);
  await using other = createClients(aws, { region: 'us-east-1' });
  const described = await here.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
  const again = await here.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' }));
  assert.deepEqual([described.KeyMetadata?.KeyManager, described.KeyMetadata?.Arn], ['AWS', again.KeyMetadata?.Arn]);
  assert.equal(aws.world.keys.awsManaged('alias/aws/s3', '111111111111', 'eu-west-1').arn, described.KeyMetadata?.Arn);
  assert.deepEqual((await other.kms.send(new ListKeysCommand())).Keys, []);
});

test('a list longer than its limit comes in pages', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const keys = [await createKey(clients.kms), await createKey(clients.kms), await createKey(clients.kms)];
  const first = await clients.kms.send(new ListKeysCommand({ Limit: 2 }));
  const rest = await clients.kms.send(new ListKeysCommand({ Limit: 2, Marker: first.NextMarker }));
  assert.deepEqual([first.Truncated, rest.Truncated], [true, false]);
  assert.deepEqual(
    [...(first.Keys ?? []), ...(rest.Keys ?? [])].map((key) => key.KeyArn),
    keys.map((key) => key.arn),
  );
});

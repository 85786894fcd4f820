import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  type CreateKeyCommandInput,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { createClients } from '../clients.ts';
import { startLocal } from '../../../local/start-local.ts';

const PLAINTEXT = Buffer.from([0, 1, 2, 255]);

async function createKey(kms: KMSClient, input: CreateKeyCommandInput = {}): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn ?? '';
}

test('what was encrypted is decrypted with the same context, and by no other', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const key = await createKey(clients.kms);
  const EncryptionContext = { b: '2', a: '1' };
  const { CiphertextBlob } = await clients.kms.send(
    new EncryptCommand({ KeyId: key, Plaintext: PLAINTEXT, EncryptionContext }),
  );
  const opened = await clients.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { a: '1', b: '2' } }));
  assert.deepEqual([Buffer.from(opened.Plaintext ?? []), opened.KeyId], [PLAINTEXT, key]);
  await assert.rejects(clients.kms.send(new DecryptCommand({ CiphertextBlob })), {
    name: 'InvalidCiphertextException',
  });
  await assert.rejects(clients.kms.send(new DecryptCommand({ CiphertextBlob: Buffer.from('junk') })), {
    name: 'InvalidCiphertextException',
  });
  const other = await createKey(clients.kms);
  await assert.rejects(clients.kms.send(new DecryptCommand({ CiphertextBlob, KeyId: other })), {
    name: 'IncorrectKeyException',
  });
});

test('a data key is handed out open and sealed, and moves to another key', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const [from, to] = [await createKey(clients.kms), await createKey(clients.kms)];
  const made = await clients.kms.send(new GenerateDataKeyCommand({ KeyId: from, KeySpec: 'AES_256' }));
  assert.equal(made.Plaintext?.length, 32);
  const moved = await clients.kms.send(
    new ReEncryptCommand({ CiphertextBlob: made.CiphertextBlob, DestinationKeyId: to }),
  );
  const opened = await clients.kms.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob }));
  assert.deepEqual([opened.KeyId, opened.Plaintext], [to, made.Plaintext]);
});

test('a data key is as long as its spec or its number of bytes says', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const KeyId = await createKey(clients.kms);
  const lengths: (number | undefined)[] = [];
  for (const size of [{ KeySpec: 'AES_128' }, { KeySpec: 'AES_256' }, { NumberOfBytes: 64 }] as const) {
    const { Plaintext } = await clients.kms.send(new GenerateDataKeyCommand({ KeyId, ...size }));
    lengths.push(Plaintext?.length);
  }
  assert.deepEqual(lengths, [16, 32, 64]);
});

test('a key that is disabled, pending deletion, or of another kind encrypts nothing, over the wire and for S3', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const disabled = await createKey(clients.kms);
  await clients.kms.send(new DisableKeyCommand({ KeyId: disabled }));
  const pending = await createKey(clients.kms);
  await clients.kms.send(new ScheduleKeyDeletionCommand({ KeyId: pending }));
  const asymmetric = await createKey(clients.kms, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
  const mac = await createKey(clients.kms, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  const cases = {
    DisabledException: disabled,
    KMSInvalidStateException: pending,
    InvalidKeyUsageException: asymmetric,
  };
  for (const [name, KeyId] of [...Object.entries(cases), ['InvalidKeyUsageException', mac] as const]) {
    await assert.rejects(clients.kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT })), { name });
    assert.throws(() => aws.world.keys.wrap(KeyId, PLAINTEXT), { code: `KMS.${name}`, status: 400 });
  }
});

test('S3 wraps data keys under a key, unwraps them, and is told when the key is not there', async () => {
  await using aws = await startLocal();
  const { keys } = aws.world;
  const key = keys.create({ accountId: '111111111111', region: 'eu-west-1', alias: 'alias/data' });
  const wrapped = keys.wrap(key.arn, PLAINTEXT);
  assert.equal(wrapped.includes(PLAINTEXT), false);
  assert.deepEqual(keys.unwrap(key.arn, wrapped), PLAINTEXT);
  assert.deepEqual(keys.resolve('alias/data', '111111111111', 'eu-west-1').arn, key.arn);
  assert.throws(() => keys.wrap('arn:aws:kms:eu-west-1:111111111111:key/none', PLAINTEXT), {
    code: 'KMS.NotFoundException',
    status: 400,
  });
});

test('aws/s3 is used only through S3', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  await assert.rejects(clients.kms.send(new EncryptCommand({ KeyId: 'alias/aws/s3', Plaintext: PLAINTEXT })), {
    name: 'AccessDeniedException',
  });
  await assert.doesNotReject(clients.kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/s3' })));
  const caller = aws.world.identity.administrator('111111111111');
  const throughS3 = { caller, region: 'eu-west-1', viaService: 's3.eu-west-1.amazonaws.com' };
  const asked = { KeyId: 'alias/aws/s3', KeySpec: 'AES_256' };
  await assert.doesNotReject(aws.world.invoke('kms', 'GenerateDataKey', asked, throughS3));
});

test('a key policy sees the encryption context of a direct call', async () => {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const KeyId = await createKey(clients.kms);
  const all = { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' };
  const Condition = { StringNotEquals: { 'kms:EncryptionContext:team': 'blue' } };
  const Deny = { ...all, Effect: 'Deny', Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptTo'], Condition };
  await clients.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify({ Statement: [all, Deny] }) }));
  const encrypt = (team: string) =>
    clients.kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT, EncryptionContext: { team } }));
  const { CiphertextBlob } = await encrypt('blue');
  await assert.rejects(encrypt('red'), { name: 'AccessDeniedException' });
  await assert.rejects(clients.kms.send(new DecryptCommand({ CiphertextBlob })), { name: 'AccessDeniedException' });
  await clients.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: { team: 'blue' } }));
  const again = { CiphertextBlob, SourceEncryptionContext: { team: 'blue' }, DestinationKeyId: KeyId };
  await assert.rejects(clients.kms.send(new ReEncryptCommand(again)), { name: 'AccessDeniedException' });
  await clients.kms.send(new ReEncryptCommand({ ...again, DestinationEncryptionContext: { team: 'blue' } }));
});

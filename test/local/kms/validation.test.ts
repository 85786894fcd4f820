import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GetKeyPolicyCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  type CreateKeyCommandInput,
  type EncryptCommandInput,
  type GenerateDataKeyCommandInput,
} from '@aws-sdk/client-kms';
import { createClients } from '../clients.ts';
import { startLocal } from '../../../local/start-local.ts';

const Plaintext = Buffer.from('secret');

async function openKey() {
  const aws = await startLocal();
  const clients = createClients(aws);
  const { KeyMetadata: key } = await clients.kms.send(new CreateKeyCommand());
  return {
    kms: clients.kms,
    KeyId: key?.Arn ?? assert.fail(),
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

describe('CreateKey is refused', () => {
  const policy = (statement: object): string => JSON.stringify({ Statement: [statement] });
  const refused: readonly [CreateKeyCommandInput, string][] = [
    [{ KeyUsage: 'SIGN_VERIFY' }, 'ValidationException'],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'ENCRYPT_DECRYPT' }, 'ValidationException'],
    [{ KeySpec: 'RSA_2048' }, 'ValidationException'],
    [{ KeySpec: 'RSA_2048', CustomerMasterKeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, 'ValidationException'],
    [{ Origin: 'AWS_CLOUDHSM' }, 'ValidationException'],
    [{ Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: 'cks-1' }, 'NotImplemented'],
    [{ Tags: [{ TagKey: 'a', TagValue: 'b' }] }, 'NotImplemented'],
    [{ Policy: policy({ Effect: 'Allow' }) }, 'MalformedPolicyDocumentException'],
    [{ Policy: '{"Statement":[]}' }, 'MalformedPolicyDocumentException'],
  ];
  for (const [input, name] of refused) {
    test(`with ${name} for ${JSON.stringify(input)}`, async () => {
      await using open = await openKey();
      await assert.rejects(open.kms.send(new CreateKeyCommand(input)), { name });
    });
  }
});

test('a key policy that cannot be evaluated is refused, and the one before stays', async () => {
  await using open = await openKey();
  const { KeyId } = open;
  const read = async () => (await open.kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy;
  const before = await read();
  for (const Policy of ['no json', '{}', '{"Statement":[{"Effect":"Allow"}]}']) {
    await assert.rejects(open.kms.send(new PutKeyPolicyCommand({ KeyId, Policy })), {
      name: 'MalformedPolicyDocumentException',
    });
  }
  assert.equal(await read(), before);
  const other = new GetKeyPolicyCommand({ KeyId, PolicyName: 'other' });
  await assert.rejects(open.kms.send(other), { name: 'NotFoundException' });
});

describe('Encrypt', () => {
  const refused: readonly [string, Partial<EncryptCommandInput>, string][] = [
    ['4097 bytes', { Plaintext: Buffer.alloc(4097) }, 'ValidationException'],
    ['no bytes', { Plaintext: Buffer.alloc(0) }, 'ValidationException'],
    ['an algorithm of RSA keys', { EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }, 'InvalidKeyUsageException'],
    ['a grant', { GrantTokens: ['g'] }, 'NotImplemented'],
    ['a dry run', { DryRun: true }, 'DryRunOperationException'],
  ];
  for (const [what, input, name] of refused) {
    test(`answers ${name} to ${what}`, async () => {
      await using open = await openKey();
      const command = new EncryptCommand({ KeyId: open.KeyId, Plaintext, ...input });
      await assert.rejects(open.kms.send(command), { name });
    });
  }

  test('takes 4096 bytes, and what asks for nothing', async () => {
    await using open = await openKey();
    const EncryptionAlgorithm = 'SYMMETRIC_DEFAULT' as const;
    const nothing = { DryRun: false, GrantTokens: [], EncryptionAlgorithm };
    await open.kms.send(new EncryptCommand({ KeyId: open.KeyId, Plaintext: Buffer.alloc(4096), ...nothing }));
  });
});

test('Decrypt and ReEncrypt run dry, and with no algorithm of RSA keys', async () => {
  await using open = await openKey();
  const { KeyId } = open;
  const { CiphertextBlob } = await open.kms.send(new EncryptCommand({ KeyId, Plaintext }));
  const dry = { name: 'DryRunOperationException' };
  await assert.rejects(open.kms.send(new DecryptCommand({ CiphertextBlob, DryRun: true })), dry);
  const moved = { CiphertextBlob, DestinationKeyId: KeyId };
  await assert.rejects(open.kms.send(new ReEncryptCommand({ ...moved, DryRun: true })), dry);
  const rsa = 'RSAES_OAEP_SHA_1' as const;
  const wrong = { name: 'InvalidKeyUsageException' };
  await assert.rejects(open.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionAlgorithm: rsa })), wrong);
  for (const member of ['SourceEncryptionAlgorithm', 'DestinationEncryptionAlgorithm'])
    await assert.rejects(open.kms.send(new ReEncryptCommand({ ...moved, [member]: rsa })), wrong);
});

describe('GenerateDataKey', () => {
  const asked: readonly [Partial<GenerateDataKeyCommandInput>, number | string][] = [
    [{ KeySpec: 'AES_128' }, 16],
    [{ KeySpec: 'AES_256' }, 32],
    [{ NumberOfBytes: 64 }, 64],
    [{}, 'ValidationException'],
    [{ KeySpec: 'AES_256', NumberOfBytes: 32 }, 'ValidationException'],
    [{ NumberOfBytes: 1025 }, 'ValidationException'],
    [{ KeySpec: 'AES_256', DryRun: true }, 'DryRunOperationException'],
  ];
  for (const [input, expected] of asked) {
    test(`answers ${expected} to ${JSON.stringify(input)}`, async () => {
      await using open = await openKey();
      const sent = open.kms.send(new GenerateDataKeyCommand({ KeyId: open.KeyId, ...input }));
      if (typeof expected === 'string') return await assert.rejects(sent, { name: expected });
      assert.equal((await sent).Plaintext?.length, expected);
    });
  }
});

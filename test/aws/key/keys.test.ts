import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  type KeyMetadata,
  KMSClient,
} from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeys } from '../../../src/aws/key/keys.ts';
import { createClients } from '../../local/clients.ts';
import { answering, jsonError, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const ARN = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const METADATA = { KeyId: '11111111-2222-4333-8444-555555555555', Arn: ARN };
const FACTS = { arn: ARN, account: ACCOUNT, region: REGION };

/** A mocked KMS and a clock that the test moves. */
function mocked() {
  const kms = new KMSClient({ region: REGION });
  const mock = mockClient(kms);
  const clock = { ms: 0 };
  return { mock, clock, keys: createKeys(kms, () => new Date(clock.ms)) };
}

test('a key is asked for as the policy names it, and told in our words', async () => {
  const { mock, keys } = mocked();
  mock.on(DescribeKeyCommand).resolves({
    KeyMetadata: {
      ...METADATA,
      KeyState: 'PendingDeletion',
      KeyUsage: 'SIGN_VERIFY',
      KeySpec: 'RSA_2048',
      KeyManager: 'AWS',
    },
  });
  assert.deepEqual(await keys.read('alias/standard', 0), {
    kind: 'found',
    key: { ...FACTS, state: 'PendingDeletion', usage: 'SIGN_VERIFY', spec: 'RSA_2048', manager: 'AWS' },
  });
  assert.deepEqual(
    mock.commandCalls(DescribeKeyCommand).map((call) => call.args[0].input),
    [{ KeyId: 'alias/standard' }],
  );
});

test('a key that is going away is told with the day', async () => {
  const { mock, keys } = mocked();
  const day = new Date('2026-12-01T00:00:00Z');
  const read = async (metadata: Partial<KeyMetadata>) => {
    mock.on(DescribeKeyCommand).resolves({ KeyMetadata: { ...METADATA, ...metadata } });
    const reading = await keys.read(ARN, 0);
    return reading.kind === 'found' ? [reading.key.deletionAt, reading.key.expiresAt] : reading;
  };
  assert.deepEqual(
    [
      await read({ DeletionDate: day }),
      await read({ ValidTo: day, ExpirationModel: 'KEY_MATERIAL_EXPIRES' }),
      await read({ ValidTo: day, ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }),
      await read({}),
    ],
    [
      ['2026-12-01T00:00:00.000Z', undefined],
      [undefined, '2026-12-01T00:00:00.000Z'],
      [undefined, undefined],
      [undefined, undefined],
    ],
  );
});

test('what KMS does not say of a key is unknown, which no standard accepts', async () => {
  const { mock, keys } = mocked();
  mock.on(DescribeKeyCommand).resolvesOnce({ KeyMetadata: METADATA }).resolvesOnce({});
  assert.deepEqual(await keys.read(ARN, 0), {
    kind: 'found',
    key: { ...FACTS, state: 'unknown', usage: 'unknown', spec: 'unknown', manager: 'CUSTOMER' },
  });
  assert.deepEqual(await keys.read(ARN, 0), {
    kind: 'missing',
    asked: ARN,
    why: 'KMS answered without key metadata',
  });
});

test('a remembered answer is used while it is younger than asked for, each name on its own', async () => {
  const { mock, clock, keys } = mocked();
  mock.on(DescribeKeyCommand).resolves({ KeyMetadata: METADATA });
  const calls = async (asked: string, maxAgeMs: number, atMs: number) => {
    clock.ms = atMs;
    await keys.read(asked, maxAgeMs);
    return mock.commandCalls(DescribeKeyCommand).length;
  };
  assert.deepEqual(
    [
      await calls(ARN, 60_000, 0),
      await calls(ARN, 60_000, 59_999),
      await calls(ARN, 2_000, 2_000),
      await calls('alias/standard', 60_000, 2_000),
      await calls(ARN, 60_000, 61_999),
      await calls(ARN, 60_000, 62_000),
    ],
    [1, 1, 2, 3, 3, 4],
  );
});

test('a failed read is thrown, not remembered, and never "no such key"', async () => {
  const kms = new KMSClient(
    answering(jsonError(400, 'AccessDeniedException'), timeout(), jsonError(400, 'ThrottlingException')),
  );
  const keys = createKeys(kms, () => new Date(0));
  for (const name of ['AccessDeniedException', 'TimeoutError', 'ThrottlingException']) {
    await assert.rejects(keys.read(ARN, 60_000), { name });
  }
});

test('the embedded KMS resolves an alias in its own account and Region, and says what is missing', async () => {
  await using local = await openAws();
  const { kms } = local.clients;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const { KeyId = '', Arn: arn = '' } = KeyMetadata ?? {};
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/standard', TargetKeyId: KeyId }));
  const keys = createKeys(kms, () => new Date(0));
  const key = {
    arn,
    account: ACCOUNT,
    region: REGION,
    state: 'Enabled',
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
    manager: 'CUSTOMER',
  };
  assert.deepEqual(await keys.read('alias/standard', 0), { kind: 'found', key });
  await kms.send(new DisableKeyCommand({ KeyId }));
  assert.deepEqual(await keys.read(arn, 0), { kind: 'found', key: { ...key, state: 'Disabled' } });

  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  const elsewhere = createKeys(american.kms, () => new Date(0));
  const readings = [await keys.read('alias/typo', 0), await elsewhere.read('alias/standard', 0)];
  assert.deepEqual(
    readings.map((reading) => (reading.kind === 'missing' ? reading.asked : reading.kind)),
    ['alias/typo', 'alias/standard'],
  );
});

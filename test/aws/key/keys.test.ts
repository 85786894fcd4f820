import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  type KeyMetadata,
  KMSClient,
  GetKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeys, createKeyPolicy } from '../../../src/aws/key/keys.ts';
import { createClients } from '../../local/clients.ts';
import { answering, jsonError, timeout, type ApiAnswer } from '../canned-answers.ts';
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
      await read({ ExpirationModel: 'KEY_MATERIAL_EXPIRES' }),
      await read({}),
    ],
    [
      ['2026-12-01T00:00:00.000Z', undefined],
      [undefined, '2026-12-01T00:00:00.000Z'],
      [undefined, undefined],
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
  mock.on(DescribeKeyCommand).resolves({ KeyMetadata: { ...METADATA, Arn: 'odd' } });
  const odd = await keys.read(ARN, 0);
  assert.deepEqual(odd.kind === 'found' && [odd.key.arn, odd.key.account, odd.key.region], ['odd', '', '']);
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

test('ten who ask at once share one call, and a failure is shared too and asked for again later', async () => {
  const { mock, keys } = mocked();
  mock.on(DescribeKeyCommand).rejectsOnce(new Error('away')).resolves({ KeyMetadata: METADATA });
  const ten = (maxAgeMs: number) =>
    Promise.allSettled(Array.from({ length: 10 }, () => keys.read('alias/standard', maxAgeMs)));
  const failed = await ten(60_000);
  assert.deepEqual([new Set(failed.map(({ status }) => status)), mock.calls().length], [new Set(['rejected']), 1]);
  const read = await ten(60_000);
  assert.deepEqual([new Set(read.map(({ status }) => status)), mock.calls().length], [new Set(['fulfilled']), 2]);
  await Promise.all([keys.read('alias/standard', 0), keys.read('alias/standard', 0)]);
  assert.equal(mock.calls().length, 4, 'who takes no answer of any age asks alone');
});

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const NOW = () => new Date('2026-11-02T10:00:00Z');
const readWith = (answer: ApiAnswer) => createKeyPolicy(new KMSClient(answering(answer)), NOW)(KEY);

test('the policy called default is asked for, and told as it stands', async () => {
  const kms = new KMSClient({ region: REGION });
  const mock = mockClient(kms).on(GetKeyPolicyCommand).resolves({ Policy: '{"Statement":[]}' });
  assert.deepEqual(await createKeyPolicy(kms, NOW)(KEY), { kind: 'read', value: '{"Statement":[]}' });
  assert.deepEqual(
    mock.commandCalls(GetKeyPolicyCommand).map((call) => call.args[0].input),
    [{ KeyId: KEY, PolicyName: 'default' }],
  );
});

test('a key policy that cannot be read is unread, with why', async () => {
  const answers = [
    jsonError(400, 'AccessDeniedException'),
    jsonError(400, 'NotFoundException'),
    timeout(),
    { status: 200, body: '{}' },
  ];
  const facts = await Promise.all(answers.map(readWith));
  const start = `The policy of key ${KEY} could not be read with kms:GetKeyPolicy`;
  assert.deepEqual(facts, [
    {
      kind: 'unread',
      why: `${start} (AccessDeniedException): allow kms:GetKeyPolicy to Reseal's role, and see that no other policy denies it.`,
      denied: true,
    },
    {
      kind: 'unread',
      why: `${start} (NotFoundException): it is not there any more, or not in this account and Region.`,
      denied: false,
    },
    {
      kind: 'unread',
      why: `${start} (TimeoutError: a request has exceeded the configured 5000 ms requestTimeout.): it is tried again later.`,
      denied: false,
    },
    {
      kind: 'unread',
      why: `The policy of key ${KEY} cannot be read from the answer to kms:GetKeyPolicy: it is empty.`,
      denied: false,
    },
  ]);
});

test('the looks of a sweep share what was read for a minute, those of events for two seconds, and none that it could not be read', async () => {
  let nowMs = 0;
  const kms = new KMSClient({ region: REGION });
  const mock = mockClient(kms).on(GetKeyPolicyCommand).rejectsOnce(new Error('busy')).resolves({ Policy: '{}' });
  const read = createKeyPolicy(kms, () => new Date(nowMs));
  const calls = () => mock.commandCalls(GetKeyPolicyCommand).length;
  assert.deepEqual(
    new Set((await Promise.all([read(KEY, 'sweep-1'), read(KEY, 'sweep-1')])).map(({ kind }) => kind)),
    new Set(['unread']),
  );
  assert.equal(calls(), 1);
  for (const sharedBy of ['sweep-1', 'sweep-1', 'sweep-2']) await read(KEY, sharedBy);
  assert.equal(calls(), 3);
  await read(`${KEY}0`, 'sweep-2');
  for (const at of [0, 1_999, 2_000]) {
    nowMs = at;
    await read(KEY);
  }
  assert.equal(calls(), 6, 'another key is read, and for events the same one');
  nowMs = 60_000;
  await read(KEY, 'sweep-2');
  assert.equal(calls(), 7);
});

test('the embedded KMS shows the policy that a key was made with', async () => {
  await using local = await openAws();
  const { kms } = local.clients;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    ],
  });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
  assert.deepEqual(await createKeyPolicy(kms, NOW)(KeyMetadata?.Arn ?? ''), { kind: 'read', value: Policy });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateKeyCommand, GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { createKeyPolicy } from '../../../src/aws/key/key-policy.ts';
import { type Answer, answering, jsonError, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const readWith = (answer: Answer) => createKeyPolicy(new KMSClient(answering(answer)))(KEY);

test('the policy called default is asked for, and told as it stands', async () => {
  const kms = new KMSClient({ region: REGION });
  const mock = mockClient(kms).on(GetKeyPolicyCommand).resolves({ Policy: '{"Statement":[]}' });
  assert.deepEqual(await createKeyPolicy(kms)(KEY), { kind: 'read', value: '{"Statement":[]}' });
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
      why: `The policy of key ${KEY} cannot be told from the answer to kms:GetKeyPolicy: it is empty.`,
      denied: false,
    },
  ]);
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
  assert.deepEqual(await createKeyPolicy(kms)(KeyMetadata?.Arn ?? ''), { kind: 'read', value: Policy });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { createVectorEncryption, createVectorFacts } from '../../../src/aws/bucket/vector-bucket.ts';
import { type ApiAnswer, answering, jsonError, PROXY_PAGE } from '../canned-answers.ts';
import { ACCOUNT, REGION } from '../fixture.ts';

const VECTORS = { bucket: `arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/embeddings`, account: ACCOUNT };
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const bucket = (members: object): ApiAnswer => ({ status: 200, body: JSON.stringify({ vectorBucket: members }) });
const clientOf = (answer: ApiAnswer) => {
  const client = new S3VectorsClient(answering(answer));
  return () => client;
};
const readOf = (answer: ApiAnswer) => createVectorEncryption(clientOf(answer)).read(VECTORS);

test('the encryption of a vector bucket is what it was made with', async () => {
  assert.deepEqual(await readOf(bucket({ encryptionConfiguration: { sseType: 'aws:kms', kmsKeyArn: KEY } })), {
    kind: 'read',
    rule: { algorithm: 'aws:kms', keyId: KEY },
  });
  assert.deepEqual(await readOf(bucket({ encryptionConfiguration: { sseType: 'AES256' } })), {
    kind: 'read',
    rule: { algorithm: 'AES256' },
  });
});

test('it is gone, unreadable or odd, and never "not encrypted"', async () => {
  assert.deepEqual(await readOf(jsonError(404, 'NotFoundException')), { kind: 'gone' });
  const answers: [ApiAnswer, code: string, denied: boolean][] = [
    [jsonError(403, 'AccessDeniedException'), 'AccessDeniedException', true],
    [PROXY_PAGE, 'SyntaxError', false],
    [bucket({}), 'UnexpectedAnswer', false],
  ];
  for (const [answer, code, denied] of answers) {
    const { kind, ...found } = await readOf(answer);
    assert.deepEqual([kind, Object(found).code, Object(found).denied], ['unreadable', code, denied], code);
  }
});

test('nothing writes it', async () => {
  const encryption = createVectorEncryption(clientOf(PROXY_PAGE));
  await assert.rejects(encryption.write({ ...VECTORS, rule: { algorithm: 'AES256' } }), { code: 'write-refused' });
});

test('its tags and its creation are facts', async () => {
  const tags = { status: 200, body: JSON.stringify({ tags: { team: 'a' } }) };
  assert.deepEqual(await createVectorFacts(clientOf(tags)).tags(VECTORS), {
    kind: 'read',
    value: [{ key: 'team', value: 'a' }],
  });
  const at = Date.parse('2026-10-01T12:00:00Z') / 1_000;
  assert.deepEqual(await createVectorFacts(clientOf(bucket({ creationTime: at }))).createdAt(VECTORS.bucket), {
    kind: 'read',
    value: '2026-10-01T12:00:00.000Z',
  });
  const none = await createVectorFacts(clientOf(bucket({}))).createdAt(VECTORS.bucket);
  assert.equal(none.kind, 'unread');
});

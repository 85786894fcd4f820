import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { S3TablesClient } from '@aws-sdk/client-s3tables';
import { createTableEncryption, createTableFacts } from '../../../src/aws/bucket/table-bucket.ts';
import { type ApiAnswer, answering, jsonError, PROXY_PAGE } from '../canned-answers.ts';
import { ACCOUNT, REGION } from '../fixture.ts';

const LAKE = { bucket: `arn:aws:s3tables:${REGION}:${ACCOUNT}:bucket/lake`, account: ACCOUNT };
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`;
const json = (body: object): ApiAnswer => ({ status: 200, body: JSON.stringify(body) });
const clientOf = (answers: ApiAnswer[]) => {
  const s3Tables = new S3TablesClient(answering(...answers));
  return { s3Tables: () => s3Tables, s3TablesOnce: () => s3Tables };
};
const readOf = (...answers: ApiAnswer[]) => createTableEncryption(clientOf(answers)).read(LAKE);
const factsOf = (...answers: ApiAnswer[]) => createTableFacts(clientOf(answers).s3Tables);

describe('the encryption of a table bucket', () => {
  test('is what S3 Tables answers', async () => {
    const encryption = { sseAlgorithm: 'aws:kms', kmsKeyArn: KEY };
    assert.deepEqual(await readOf(json({ encryptionConfiguration: encryption })), {
      kind: 'read',
      rule: { algorithm: 'aws:kms', keyId: KEY },
    });
    assert.deepEqual(await readOf(json({ encryptionConfiguration: { sseAlgorithm: 'AES256' } })), {
      kind: 'read',
      rule: { algorithm: 'AES256' },
    });
  });

  test('is SSE-S3 where nobody has set one, and the bucket is there', async () => {
    const unset = jsonError(404, 'NotFoundException');
    assert.deepEqual(await readOf(unset, json({ arn: LAKE.bucket })), { kind: 'read', rule: { algorithm: 'AES256' } });
    assert.deepEqual(await readOf(unset, jsonError(404, 'NotFoundException')), { kind: 'gone' });
    const denied = await readOf(unset, jsonError(403, 'ForbiddenException'));
    assert.deepEqual(denied, {
      kind: 'unreadable',
      code: 'ForbiddenException',
      message: 'said the service',
      denied: true,
    });
  });

  test('is unreadable where the answer is none, an odd one or an error', async () => {
    const answers: [ApiAnswer, code: string, denied: boolean][] = [
      [PROXY_PAGE, 'SyntaxError', false],
      [json({}), 'UnexpectedAnswer', false],
      [json({ encryptionConfiguration: {} }), 'UnexpectedAnswer', false],
      [jsonError(403, 'AccessDeniedException'), 'AccessDeniedException', true],
      [jsonError(429, 'TooManyRequestsException'), 'TooManyRequestsException', false],
      [{ status: 404, body: '' }, 'Unknown', false],
    ];
    for (const [answer, code, denied] of answers) {
      const { kind, ...found } = await readOf(answer);
      assert.deepEqual([kind, Object(found).code, Object(found).denied], ['unreadable', code, denied], code);
    }
  });
});

describe('the facts of a table bucket', () => {
  test('are its tags, its creation and how many tables the first page has', async () => {
    assert.deepEqual(await factsOf(json({ tags: { team: 'a' } })).tags(LAKE), {
      kind: 'read',
      value: [{ key: 'team', value: 'a' }],
    });
    assert.deepEqual(await factsOf(json({ createdAt: '2026-10-01T12:00:00Z' })).createdAt(LAKE.bucket), {
      kind: 'read',
      value: '2026-10-01T12:00:00.000Z',
    });
    const table = { name: 'orders', tableARN: `${LAKE.bucket}/table/1` };
    assert.deepEqual(await factsOf(json({ tables: [table], continuationToken: 'more' })).tables(LAKE), {
      kind: 'read',
      value: { count: 1, isMore: true },
    });
  });

  test('are unread where the answer lacks them or is denied, with the action to allow', async () => {
    const facts = factsOf(json({}), json({}), json({}));
    const unread = [await facts.tags(LAKE), await facts.createdAt(LAKE.bucket), await facts.tables(LAKE)];
    assert.deepEqual(
      unread.map(({ kind }) => kind),
      ['unread', 'unread', 'unread'],
    );
    const denied = await factsOf(jsonError(403, 'AccessDeniedException')).tables(LAKE);
    assert.deepEqual(denied, {
      kind: 'unread',
      why: `The tables of bucket ${LAKE.bucket} could not be read with s3tables:ListTables (AccessDeniedException): allow s3tables:ListTables to Reseal's role, and see that no other policy denies it.`,
      denied: true,
    });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetObjectCommand, HeadObjectCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createPolicyObject, createPolicyPin } from '../../../src/aws/published-policy/pinned-policy.ts';
import { createPolicyPublication } from '../../../src/aws/published-policy/policy-publication.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { openAws, TABLE } from '../fixture.ts';

test('a published policy is in force once it is pinned, and exactly that version is read', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const bucket = await local.bucket('policies');
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  const publication = createPolicyPublication({ s3, dynamoDb, table: TABLE });
  const readPin = createPolicyPin(dynamoDb, TABLE);
  const key = 'policy/policy.json';

  const first = await publication.upload({ bucket, key, json: '{"é":1}' });
  assert.equal(await readPin(), undefined);
  await publication.pin({ bucket, key, versionId: first, sha256: 'abc' });
  const second = await publication.upload({ bucket, key, json: '{"é":2}' });

  assert.notEqual(first, second);
  const pin = await readPin();
  assert.deepEqual(pin, { bucket, key, versionId: first, sha256: 'abc', order: 1 });
  const readObject = createPolicyObject(s3);
  assert.equal(await readObject(pin ?? assert.fail('no pin')), '{"é":1}');
  await publication.pin({ bucket, key, versionId: second, sha256: 'def' });
  const previous = { bucket, key, versionId: first, sha256: 'abc', order: 1 };
  assert.deepEqual(await readPin(), { bucket, key, versionId: second, sha256: 'def', order: 2, previous });
  await publication.pin({ bucket, key, versionId: first, sha256: 'abc' });
  assert.deepEqual((await readPin())?.previous, { bucket, key, versionId: second, sha256: 'def', order: 2 });
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  assert.deepEqual([head.ServerSideEncryption, head.ContentType], ['AES256', 'application/json']);
});

test('a bucket that keeps no versions takes no policy', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const bucket = await local.bucket('unversioned');
  const publication = createPolicyPublication({ s3, dynamoDb, table: TABLE });
  await assert.rejects(publication.upload({ bucket, key: 'policy/policy.json', json: '{}' }), {
    code: 'not-published',
    bucket,
    message: "bucket unversioned has no versioning, so a policy cannot be pinned in it; use the stack's PolicyBucket",
  });
});

test('a bucket or a table that is not there is named, with what was expected', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const publication = createPolicyPublication({ s3, dynamoDb, table: 'no-table' });
  await assert.rejects(publication.upload({ bucket: 'no-bucket', key: 'policy/policy.json', json: '{}' }), {
    code: 'not-published',
    message: /^s3:\/\/no-bucket\/policy\/policy\.json could not be written; expected --bucket .*: NoSuchBucket: /,
  });
  await assert.rejects(publication.pin({ bucket: 'b', key: 'k', versionId: 'v', sha256: 's' }), {
    code: 'not-published',
    message: /^table no-table could not be used; expected --table .* not in force: ResourceNotFoundException: /,
  });
});

test('a version of the policy that is not there is the error of the SDK', async () => {
  await using local = await openAws();
  const bucket = await local.bucket('policies');
  const pin = { bucket, key: 'policy/policy.json', versionId: 'null', sha256: 'abc', order: 1 };
  await assert.rejects(createPolicyObject(local.clients.s3)(pin), { name: 'NoSuchVersion' });
});

test('an answer without a body is an empty policy, which no process takes', async () => {
  const s3 = new S3Client({ region: 'eu-west-1' });
  mockClient(s3).on(GetObjectCommand).resolves({});
  const pin = { bucket: 'policies', key: 'policy/policy.json', versionId: 'a', sha256: 'abc', order: 1 };
  assert.equal(await createPolicyObject(s3)(pin), '');
});

test('a pin that this version did not write is an error that names it', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  await update(dynamoDb, { table: TABLE, key: { pk: 'POLICY', sk: 'PIN' }, set: { bucket: 'policies' } });
  await assert.rejects(createPolicyPin(dynamoDb, TABLE)(), {
    code: 'ledger-failed',
    message: /^ledger item POLICY: key: expected text, found nothing/,
  });
});

const at = (versionId: string, sha256: string) => ({
  bucket: 'policies',
  key: 'policy/policy.json',
  versionId,
  sha256,
});

test('publications are counted, and the same document published again keeps the last different one', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const publication = createPolicyPublication({ s3, dynamoDb, table: TABLE });
  const published = [];
  for (const [versionId, sha256] of [
    ['v1', 'a'],
    ['v2', 'a'],
    ['v3', 'b'],
    ['v4', 'b'],
    ['v5', 'a'],
  ] as const) {
    const { pin, isSame } = await publication.pin(at(versionId, sha256));
    published.push([pin.order, isSame, pin.previous?.versionId, pin.previous?.order]);
  }
  assert.deepEqual(published, [
    [1, false, undefined, undefined],
    [2, true, undefined, undefined],
    [3, false, 'v2', 2],
    [4, true, 'v2', 2],
    [5, false, 'v4', 4],
  ]);
  assert.deepEqual(await createPolicyPin(dynamoDb, TABLE)(), {
    ...at('v5', 'a'),
    order: 5,
    previous: { ...at('v4', 'b'), order: 4 },
  });
});

test('of two who publish at the same moment one is told so, and no order is given twice', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const publication = createPolicyPublication({ s3, dynamoDb, table: TABLE });
  for (const round of [1, 2]) {
    const both = await Promise.allSettled(
      ['x', 'y'].map((who) => publication.pin(at(`${who}${round}`, `${who}${round}`))),
    );
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    assert.deepEqual(
      refused.map(({ code, message }) => [code, message]),
      [
        [
          'not-published',
          'somebody else has published a policy meanwhile: see whether theirs is right, or publish again',
        ],
      ],
    );
    assert.equal((await createPolicyPin(dynamoDb, TABLE)())?.order, round);
  }
});

test('a pin that was written before publications were counted is the first', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  const set = { ...at('v2', 'b'), previous: at('v1', 'a') };
  await update(dynamoDb, { table: TABLE, key: { pk: 'POLICY', sk: 'PIN' }, set });
  const pin = await createPolicyPin(dynamoDb, TABLE)();
  assert.deepEqual(pin, { ...at('v2', 'b'), order: 1, previous: { ...at('v1', 'a'), order: 0 } });
});

test('where somebody has published since the difference was shown, nothing is put in force', async () => {
  await using local = await openAws();
  const { s3, dynamoDb } = local.clients;
  const publication = createPolicyPublication({ s3, dynamoDb, table: TABLE });
  const shown = await publication.inForce();
  assert.deepEqual(shown, {});
  const version = { bucket: 'policies', key: 'policy/policy.json', versionId: 'v1', sha256: 'abc' };
  await publication.pin(version, shown);
  await assert.rejects(publication.pin({ ...version, versionId: 'v2' }, shown), {
    code: 'not-published',
    message: 'somebody else has published a policy meanwhile: see whether theirs is right, or publish again',
  });
  assert.equal((await createPolicyPin(dynamoDb, TABLE)())?.versionId, 'v1');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createPolicyObject } from '../../../src/aws/published-policy/policy-object.ts';
import { createPolicyPin } from '../../../src/aws/published-policy/policy-pin.ts';
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
  assert.deepEqual(pin, { bucket, key, versionId: first, sha256: 'abc' });
  const readObject = createPolicyObject(s3);
  assert.equal(await readObject(pin ?? assert.fail('no pin')), '{"é":1}');
  await publication.pin({ bucket, key, versionId: second, sha256: 'def' });
  const previous = { bucket, key, versionId: first, sha256: 'abc' };
  assert.deepEqual(await readPin(), { bucket, key, versionId: second, sha256: 'def', previous });
  await publication.pin({ bucket, key, versionId: first, sha256: 'abc' });
  assert.deepEqual((await readPin())?.previous, { bucket, key, versionId: second, sha256: 'def' });
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
  const pin = { bucket, key: 'policy/policy.json', versionId: 'null', sha256: 'abc' };
  await assert.rejects(createPolicyObject(local.clients.s3)(pin), { name: 'NoSuchVersion' });
});

test('a pin that this version did not write is an error that names it', async () => {
  await using local = await openAws();
  const { dynamoDb } = local.clients;
  await update(dynamoDb, { table: TABLE, key: { pk: 'POLICY', sk: 'PIN' }, set: { bucket: 'policies' } });
  await assert.rejects(createPolicyPin(dynamoDb, TABLE)(), {
    code: 'ledger-failed',
    message: /^ledger item POLICY: key /,
  });
});

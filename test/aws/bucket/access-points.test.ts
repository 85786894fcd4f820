import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateAccessPointCommand,
  GetAccessPointPolicyCommand,
  ListAccessPointsCommand,
  PutAccessPointPolicyCommand,
  S3ControlClient,
  S3ControlServiceException,
} from '@aws-sdk/client-s3-control';
import { mockClient } from 'aws-sdk-client-mock';
import { createAccessPoints, MOST_ACCESS_POINTS } from '../../../src/aws/bucket/access-points.ts';
import { answering, PROXY_PAGE, s3ControlError } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const LOGS = { bucket: 'logs', account: ACCOUNT };

function mocked() {
  const s3control = new S3ControlClient({ region: REGION });
  return { mock: mockClient(s3control), read: createAccessPoints(s3control) };
}

const named = (...names: string[]) =>
  names.map((Name) => ({ Name, NetworkOrigin: 'Internet' as const, Bucket: 'logs' }));

function failure(name: string, httpStatusCode: number) {
  return new S3ControlServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
}

test('every page is read, and of each access point its policy, which may be absent', async () => {
  const { mock, read } = mocked();
  mock
    .on(ListAccessPointsCommand)
    .resolvesOnce({ AccessPointList: named('a'), NextToken: 'more' })
    .resolvesOnce({ AccessPointList: named('b') });
  mock
    .on(GetAccessPointPolicyCommand, { Name: 'a' })
    .resolves({ Policy: '{}' })
    .on(GetAccessPointPolicyCommand, { Name: 'b' })
    .rejects(failure('NoSuchAccessPointPolicy', 404));
  assert.deepEqual(await read(LOGS), { kind: 'read', value: [{ name: 'a', policy: '{}' }, { name: 'b' }] });
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [
      { AccountId: ACCOUNT, MaxResults: 1000, Bucket: 'logs' },
      { AccountId: ACCOUNT, MaxResults: 1000, Bucket: 'logs', NextToken: 'more' },
      { AccountId: ACCOUNT, Name: 'a' },
      { AccountId: ACCOUNT, Name: 'b' },
    ],
  );
});

test('one policy that cannot be read makes all unread, by its name', async () => {
  const { mock, read } = mocked();
  mock.on(ListAccessPointsCommand).resolves({ AccessPointList: named('a', 'b') });
  mock.on(GetAccessPointPolicyCommand).resolves({ Policy: '{}' });
  mock.on(GetAccessPointPolicyCommand, { Name: 'b' }).rejects(failure('AccessDenied', 403));
  assert.deepEqual(await read(LOGS), {
    kind: 'unread',
    why: "The policy of access point b of bucket logs could not be read with s3:GetAccessPointPolicy (AccessDenied): allow s3:GetAccessPointPolicy to Reseal's role, and see that no other policy denies it.",
    denied: true,
  });
});

test('an answer without a policy, or with an empty one, does not pass for an access point without a policy', async () => {
  for (const answer of [{}, { Policy: '' }]) {
    const { mock, read } = mocked();
    mock.on(ListAccessPointsCommand).resolves({ AccessPointList: named('a') });
    mock.on(GetAccessPointPolicyCommand).resolves(answer);
    assert.deepEqual(await read(LOGS), {
      kind: 'unread',
      why: 'The policy of access point a of bucket logs cannot be read from the answer to s3:GetAccessPointPolicy: it is empty.',
      denied: false,
    });
  }
});

test('more access points than are read are unread, without a call for each', async () => {
  const { mock, read } = mocked();
  const many = Array.from({ length: MOST_ACCESS_POINTS + 1 }, (_, at) => `point-${at}`);
  mock.on(ListAccessPointsCommand).resolves({ AccessPointList: named(...many), NextToken: 'for ever' });
  assert.deepEqual(await read(LOGS), {
    kind: 'unread',
    why: 'The list of access points of bucket logs cannot be read from the answer to s3:ListAccessPoints: it has more than 50 of them, too many to read.',
    denied: false,
  });
  assert.equal(mock.calls().length, 1);
});

test('an answer that is no list does not pass for a bucket without access points', async () => {
  const read = createAccessPoints(new S3ControlClient(answering(PROXY_PAGE)));
  const fact = await read(LOGS);
  assert.equal(
    fact.kind === 'unread' ? fact.why : fact.kind,
    'The list of access points of bucket logs cannot be read from the answer to s3:ListAccessPoints: it has no AccessPointList, or one without a name.',
  );
});

test('a list that S3 Control denies is unread with what to allow, and a refused request is unread by name', async () => {
  const denied = createAccessPoints(new S3ControlClient(answering(s3ControlError(403, 'AccessDenied'))));
  const fact = await denied(LOGS);
  assert.deepEqual(fact.kind === 'unread' && fact.denied, true);
  const refused = createAccessPoints(new S3ControlClient(answering(s3ControlError(400, 'InvalidRequest'))));
  assert.match(JSON.stringify(await refused(LOGS)), /could not be read with s3:ListAccessPoints \(InvalidRequest/);
});

test('an empty list on the wire is a bucket without access points', async () => {
  const body = '<?xml version="1.0"?><ListAccessPointsResult><AccessPointList/></ListAccessPointsResult>';
  const client = new S3ControlClient(answering({ status: 200, body }));
  assert.deepEqual(await createAccessPoints(client)(LOGS), { kind: 'read', value: [] });
});

test('the embedded S3 Control tells the access points of a bucket with and without a policy, and of no other', async () => {
  await using local = await openAws();
  const { s3Control } = local.clients;
  const bucket = await local.bucket('reached');
  await local.bucket('other');
  for (const [Name, Bucket] of [
    ['with-policy', 'reached'],
    ['without', 'reached'],
    ['elsewhere', 'other'],
  ]) {
    await s3Control.send(new CreateAccessPointCommand({ AccountId: ACCOUNT, Name, Bucket }));
  }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/with-policy/object/*`,
      },
    ],
  });
  await s3Control.send(new PutAccessPointPolicyCommand({ AccountId: ACCOUNT, Name: 'with-policy', Policy }));
  assert.deepEqual(await createAccessPoints(s3Control)({ bucket, account: ACCOUNT }), {
    kind: 'read',
    value: [{ name: 'with-policy', policy: Policy }, { name: 'without' }],
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { allow, makeBucket, openS3, OTHER_ACCOUNT, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const STATEMENT = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };

async function withOpenBucket(): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await restrict(opened, false);
  return opened;
}

const restrict = (opened: OpenedS3, RestrictPublicBuckets: boolean) =>
  opened.s3.send(
    new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: { RestrictPublicBuckets } }),
  );

const put = (opened: OpenedS3, ...Statement: object[]) =>
  opened.s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy: JSON.stringify({ Statement }) }));

const without = (name: string): object => Object.fromEntries(Object.entries(STATEMENT).filter(([key]) => key !== name));

describe('a bucket policy is refused', () => {
  const refused: readonly [string, object][] = [
    ['without Principal', without('Principal')],
    ['without Action', without('Action')],
    ['without Resource', without('Resource')],
    ['with an unknown element', { ...STATEMENT, Principals: '*' }],
    ['with a principal that is none', { ...STATEMENT, Principal: { AWS: [OTHER_ACCOUNT, 'bob'] } }],
    ['with an unknown operator', { ...STATEMENT, Condition: { StringMatches: { 'aws:SourceArn': 'x' } } }],
    ['about another bucket', { ...STATEMENT, Resource: ['arn:aws:s3:::data/*', 'arn:aws:s3:::other/*'] }],
    ['about a bucket whose name starts alike', { ...STATEMENT, Resource: 'arn:aws:s3:::data2/*' }],
  ];
  for (const [what, statement] of refused) {
    test(`${what}, and the one before stays`, async () => {
      await using opened = await withOpenBucket();
      await put(opened, STATEMENT);
      await expectSdkError(put(opened, statement), 400, 'MalformedPolicy');
      const { Policy } = await opened.s3.send(new GetBucketPolicyCommand(NAMED));
      assert.equal(Policy, JSON.stringify({ Statement: [STATEMENT] }));
    });
  }

  test('with 501 by name where it says what is not emulated', async () => {
    await using opened = await withOpenBucket();
    const Condition = { BinaryEquals: { 'aws:SourceArn': 'eA==' } };
    const error = await expectSdkError(put(opened, { ...STATEMENT, Condition }), 501, 'NotImplemented');
    assert.match(error.message, /BinaryEquals/);
  });
});

describe('a bucket policy that denies everything', () => {
  const DENY = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::d*/*'] };

  test("is read, replaced and deleted by the administrator of the bucket's account", async () => {
    await using opened = await withOpenBucket();
    await put(opened, DENY);
    await opened.s3.send(new GetBucketPolicyCommand(NAMED));
    await put(opened, DENY);
    await opened.s3.send(new DeleteBucketPolicyCommand(NAMED));
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
  });

  test('stops its roles and the administrator of another account', async () => {
    await using opened = await withOpenBucket();
    await put(opened, DENY);
    const role = opened.asRole('all', [allow('s3:*')]);
    const stranger = opened.clients({ account: OTHER_ACCOUNT }).s3;
    for (const s3 of [role, stranger])
      await expectSdkError(s3.send(new DeleteBucketPolicyCommand(NAMED)), 403, 'AccessDenied');
  });
});

test('a public policy lets no other account in while public buckets are restricted', async () => {
  await using opened = await withOpenBucket();
  await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
  await put(opened, STATEMENT);
  const read = (s3 = opened.s3) => s3.send(new GetObjectCommand({ ...NAMED, Key: 'a' }));
  const stranger = opened.clients({ account: OTHER_ACCOUNT }).s3;
  await read(stranger);
  await restrict(opened, true);
  await expectSdkError(read(stranger), 403, 'AccessDenied');
  await read();
  await read(opened.asRole('reader', []));
  const { Policy } = await opened.s3.send(new GetBucketPolicyCommand(NAMED));
  assert.equal(Policy, JSON.stringify({ Statement: [STATEMENT] }));
  await put(opened, { ...STATEMENT, Principal: { AWS: OTHER_ACCOUNT } });
  await read(stranger);
});

describe('an Allow with NotPrincipal', () => {
  const READ = { ...STATEMENT, Principal: undefined, NotPrincipal: { AWS: OTHER_ACCOUNT } };

  test('lets everybody else in, also without credentials', async () => {
    await using opened = await withOpenBucket();
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'body' }));
    await put(opened, READ);
    const read = (place: Parameters<OpenedS3['clients']>[0]) =>
      opened.clients(place).s3.send(new GetObjectCommand({ ...NAMED, Key: 'a' }));
    await read({ anonymous: true });
    await read({ account: '333333333333' });
    await expectSdkError(read({ account: OTHER_ACCOUNT }), 403, 'AccessDenied');
  });

  test('is public', async () => {
    await using opened = await withOpenBucket();
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: true };
    await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration }));
    await expectSdkError(put(opened, READ), 403, 'AccessDenied');
  });
});

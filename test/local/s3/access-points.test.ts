import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  CreateAccessPointCommand,
  type CreateAccessPointCommandInput,
  DeleteAccessPointCommand,
  DeleteAccessPointPolicyCommand,
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointPolicyStatusCommand,
  ListAccessPointsCommand,
  PutAccessPointPolicyCommand,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, REGION, roleOf, type OpenedS3 } from './open-s3.ts';

const AT = { AccountId: ACCOUNT, Name: 'door' };
const ARN = `arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/door`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const OPEN_BLOCKS = {
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
};

interface Door extends OpenedS3 {
  readonly control: S3ControlClient;
  readonly alias: string;
}

async function withDoor(more: Partial<CreateAccessPointCommandInput> = {}): Promise<Door> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'a', Body: 'body' }));
  const control = opened.clients({ account: ACCOUNT, region: REGION }).s3Control;
  const { Alias } = await control.send(new CreateAccessPointCommand({ ...AT, Bucket: 'data', ...more }));
  return { ...opened, control, alias: Alias ?? '' };
}

const READ = { Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/object/*` };
const DELEGATION = {
  Effect: 'Allow',
  Principal: { AWS: '*' },
  Action: '*',
  Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
  Condition: { StringEquals: { 's3:DataAccessPointAccount': ACCOUNT } },
};

const putPolicy = (door: Door, ...Statement: object[]) =>
  door.control.send(new PutAccessPointPolicyCommand({ ...AT, Policy: JSON.stringify({ Statement }) }));
const delegate = (door: Door, statement: object = DELEGATION) =>
  door.s3.send(new PutBucketPolicyCommand({ Bucket: 'data', Policy: JSON.stringify({ Statement: statement }) }));
const read = (s3: S3Client, Bucket: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'a' }));

describe('an access point', () => {
  test('is made, described, listed and deleted', async () => {
    await using door = await withDoor();
    assert.match(door.alias, /^door-[0-9a-z]{34}-s3alias$/);
    const summary = {
      Name: 'door',
      NetworkOrigin: 'Internet',
      Bucket: 'data',
      AccessPointArn: ARN,
      Alias: door.alias,
      BucketAccountId: ACCOUNT,
    };
    const { $metadata: _, ...described } = await door.control.send(new GetAccessPointCommand(AT));
    assert.deepEqual(described, {
      ...summary,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
      CreationDate: door.clock.now,
      Endpoints: {
        ipv4: `s3-accesspoint.${REGION}.amazonaws.com`,
        dualstack: `s3-accesspoint.dualstack.${REGION}.amazonaws.com`,
      },
    });
    const list = await door.control.send(new ListAccessPointsCommand({ AccountId: ACCOUNT }));
    assert.deepEqual(list.AccessPointList, [summary]);
    await expectSdkError(
      door.control.send(new CreateAccessPointCommand({ ...AT, Bucket: 'data' })),
      409,
      'AccessPointAlreadyOwnedByYou',
    );
    await door.control.send(new DeleteAccessPointCommand(AT));
    await expectSdkError(door.control.send(new GetAccessPointCommand(AT)), 404, 'NoSuchAccessPoint');
    await expectSdkError(read(door.s3, door.alias), 404, 'NoSuchBucket');
  });

  test('is listed page by page, of one bucket where that is asked', async () => {
    await using door = await withDoor();
    await makeBucket(door.s3, 'more');
    for (const Name of ['back', 'side', 'window'])
      await door.control.send(new CreateAccessPointCommand({ AccountId: ACCOUNT, Name, Bucket: 'more' }));
    const page = async (NextToken?: string) => {
      const asked = { AccountId: ACCOUNT, Bucket: 'more', MaxResults: 2, ...(NextToken && { NextToken }) };
      const { AccessPointList: list, NextToken: next } = await door.control.send(new ListAccessPointsCommand(asked));
      return { names: list?.map(({ Name }) => Name), next };
    };
    const first = await page();
    assert.deepEqual([first.names, await page(first.next)], [['back', 'side'], { names: ['window'], next: undefined }]);
  });

  test('keeps its bucket from being deleted', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'empty');
    const { s3Control } = opened.clients({ account: ACCOUNT, region: REGION });
    await s3Control.send(new CreateAccessPointCommand({ ...AT, Bucket: 'empty' }));
    const remove = new DeleteBucketCommand({ Bucket: 'empty' });
    await expectSdkError(opened.s3.send(remove), 409, 'BucketHasAccessPointsAttached');
    await s3Control.send(new DeleteAccessPointCommand(AT));
    await opened.s3.send(remove);
  });

  test('has a policy about itself, which is put, read, judged and deleted', async () => {
    await using door = await withDoor({ PublicAccessBlockConfiguration: OPEN_BLOCKS });
    const { control } = door;
    await expectSdkError(control.send(new GetAccessPointPolicyCommand(AT)), 404, 'NoSuchAccessPointPolicy');
    await expectSdkError(
      putPolicy(door, { ...READ, Principal: '*', Resource: 'arn:aws:s3:::data/*' }),
      400,
      'MalformedPolicy',
    );
    await putPolicy(door, { ...READ, Principal: '*' });
    const { Policy } = await control.send(new GetAccessPointPolicyCommand(AT));
    assert.equal(Policy, JSON.stringify({ Statement: [{ ...READ, Principal: '*' }] }));
    const { PolicyStatus } = await control.send(new GetAccessPointPolicyStatusCommand(AT));
    assert.deepEqual(PolicyStatus, { IsPublic: true });
    await control.send(new DeleteAccessPointPolicyCommand(AT));
    await expectSdkError(control.send(new GetAccessPointPolicyCommand(AT)), 404, 'NoSuchAccessPointPolicy');
  });

  test('takes no public policy unless it was made so', async () => {
    await using door = await withDoor();
    await expectSdkError(putPolicy(door, { ...READ, Principal: '*' }), 403, 'AccessDenied');
  });
});

describe('a request through an access point', () => {
  test('names it by alias or ARN in place of the bucket', async () => {
    await using door = await withDoor();
    const virtual = door.clients({ account: ACCOUNT, region: REGION, forcePathStyle: false }).s3;
    for (const call of [read(door.s3, door.alias), read(virtual, ARN)])
      assert.equal(await (await call).Body?.transformToString(), 'body');
    await door.s3.send(new PutObjectCommand({ Bucket: door.alias, Key: 'b', Body: 'x' }));
    const { Contents } = await door.s3.send(new ListObjectsV2Command({ Bucket: door.alias }));
    assert.deepEqual(
      Contents?.map(({ Key }) => Key),
      ['a', 'b'],
    );
    const { AccessPointAlias } = await door.s3.send(new HeadBucketCommand({ Bucket: door.alias }));
    assert.equal(AccessPointAlias, true);
    const settings = door.s3.send(new GetBucketEncryptionCommand({ Bucket: door.alias }));
    await expectSdkError(settings, 405, 'MethodNotAllowed');
  });

  test('of another account needs its policy and the bucket’s', async () => {
    await using door = await withDoor();
    const stranger = door.clients({ account: OTHER_ACCOUNT }).s3;
    await putPolicy(door, { ...READ, Principal: { AWS: OTHER_ACCOUNT } });
    await expectSdkError(read(stranger, door.alias), 403, 'AccessDenied');
    await delegate(door);
    await read(stranger, door.alias);
    await expectSdkError(read(stranger, 'data'), 403, 'AccessDenied');
    await door.control.send(new DeleteAccessPointPolicyCommand(AT));
    await expectSdkError(read(stranger, door.alias), 403, 'AccessDenied');
  });

  test('can be delegated to one access point by its ARN', async () => {
    await using door = await withDoor();
    const stranger = door.clients({ account: OTHER_ACCOUNT }).s3;
    await putPolicy(door, { ...READ, Principal: { AWS: OTHER_ACCOUNT } });
    const by = (arn: string) =>
      delegate(door, { ...DELEGATION, Condition: { ArnLike: { 's3:DataAccessPointArn': arn } } });
    await by(`${ARN}-of-others`);
    await expectSdkError(read(stranger, door.alias), 403, 'AccessDenied');
    await by(`arn:aws:s3:${REGION}:${ACCOUNT}:accesspoint/*`);
    await read(stranger, door.alias);
  });

  test('of a role of its own account needs an identity policy that names it, or both resource policies', async () => {
    await using door = await withDoor();
    await read(door.asRole('by-identity', [allow('s3:GetObject', `${ARN}/object/*`)]), door.alias);
    const onBucket = door.asRole('on-bucket', [allow('s3:GetObject', 'arn:aws:s3:::data/*')]);
    await expectSdkError(read(onBucket, door.alias), 403, 'AccessDenied');
    const reader = door.asRole('reader', []);
    await putPolicy(door, { ...READ, Principal: { AWS: ROLE } });
    await expectSdkError(read(reader, door.alias), 403, 'AccessDenied');
    await delegate(door);
    await read(reader, door.alias);
  });

  test('is denied by either policy', async () => {
    await using door = await withDoor();
    await putPolicy(door, { ...READ, Effect: 'Deny', Principal: '*' });
    await expectSdkError(read(door.s3, door.alias), 403, 'AccessDenied');
    await read(door.s3, 'data');
  });

  test('from anywhere is refused where it belongs to a VPC', async () => {
    await using door = await withDoor({ VpcConfiguration: { VpcId: 'vpc-1' } });
    await expectSdkError(read(door.s3, door.alias), 403, 'AccessDenied');
    const { NetworkOrigin, VpcConfiguration } = await door.control.send(new GetAccessPointCommand(AT));
    assert.deepEqual([NetworkOrigin, VpcConfiguration], ['VPC', { VpcId: 'vpc-1' }]);
  });
});

describe('a role at S3 Control', () => {
  const calls: readonly [string, string, (control: S3ControlClient) => Promise<unknown>][] = [
    ['s3:ListAccessPoints', '*', (control) => control.send(new ListAccessPointsCommand({ AccountId: ACCOUNT }))],
    ['s3:GetAccessPoint', ARN, (control) => control.send(new GetAccessPointCommand(AT))],
    ['s3:GetAccessPointPolicy', ARN, (control) => control.send(new GetAccessPointPolicyCommand(AT))],
    ['s3:DeleteAccessPoint', ARN, (control) => control.send(new DeleteAccessPointCommand(AT))],
  ];
  for (const [action, resource, call] of calls) {
    test(`needs ${action} on ${resource}`, async () => {
      await using door = await withDoor();
      await putPolicy(door, { ...READ, Principal: { AWS: OTHER_ACCOUNT } });
      const asRole = (name: string, statements: readonly object[]) => {
        door.aws.world.identity.putRole(roleOf(name, statements));
        const trusted = { service: 'lambda.amazonaws.com' };
        const credentials = door.aws.world.identity.startSession(
          `arn:aws:iam::${ACCOUNT}:role/${name}`,
          'test',
          trusted,
        );
        return door.clients({ region: REGION, credentials }).s3Control;
      };
      const error = await expectSdkError(call(asRole('nothing', [allow('sqs:*')])), 403, 'AccessDenied');
      assert.match(error.message, new RegExp(`${action} on resource`));
      await call(asRole('enough', [allow(action, resource)]));
    });
  }
});

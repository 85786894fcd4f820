import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  GetBucketAclCommand,
  GetObjectAclCommand,
  type Grant,
  type ObjectCannedACL,
  type ObjectOwnership,
  PutBucketAclCommand,
  type PutBucketAclCommandInput,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { allowsCloudFrontLogs, allowsLogDelivery } from '../../../local/s3/acl-grants.ts';
import { expectSdkError } from './expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, REGION, type OpenedS3 } from './open-s3.ts';

const NAMED = { Bucket: 'data' };
const OWNER = ACCOUNT.padStart(64, '0');
const OTHER = OTHER_ACCOUNT.padStart(64, '0');
const CLOUDFRONT = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';
const GROUP = 'http://acs.amazonaws.com/groups/';

const user = (ID: string, Permission: Grant['Permission']): Grant => ({
  Grantee: { Type: 'CanonicalUser', ID },
  Permission,
});
const group = (name: string, Permission: Grant['Permission']): Grant => ({
  Grantee: { Type: 'Group', URI: `${GROUP}${name}` },
  Permission,
});
const FULL = user(OWNER, 'FULL_CONTROL');

/** A bucket that takes lists, public ones too. */
async function withLists(ownership: ObjectOwnership = 'ObjectWriter'): Promise<OpenedS3> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await own(opened, ownership);
  await opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: {} }));
  return opened;
}

const own = (opened: OpenedS3, ObjectOwnership: ObjectOwnership) =>
  opened.s3.send(
    new PutBucketOwnershipControlsCommand({ ...NAMED, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
  );

const putAcl = (opened: OpenedS3, input: Omit<PutBucketAclCommandInput, 'Bucket'>) =>
  opened.s3.send(new PutBucketAclCommand({ ...NAMED, ...input }));

async function aclOf(opened: OpenedS3, Key?: string): Promise<{ owner: string | undefined; grants: unknown }> {
  const { Owner, Grants } = await (Key === undefined
    ? opened.s3.send(new GetBucketAclCommand(NAMED))
    : opened.s3.send(new GetObjectAclCommand({ ...NAMED, Key })));
  return { owner: Owner?.ID, grants: Grants };
}

describe('the list of a bucket', () => {
  const canned: readonly [string, Grant[]][] = [
    ['private', []],
    ['public-read', [group('global/AllUsers', 'READ')]],
    ['public-read-write', [group('global/AllUsers', 'READ'), group('global/AllUsers', 'WRITE')]],
    ['authenticated-read', [group('global/AuthenticatedUsers', 'READ')]],
    ['log-delivery-write', [group('s3/LogDelivery', 'WRITE'), group('s3/LogDelivery', 'READ_ACP')]],
    ['bucket-owner-full-control', []],
  ];
  for (const [ACL, grants] of canned) {
    test(`is what ${ACL} stands for`, async () => {
      await using opened = await withLists();
      // @ts-expect-error the model names only four of the lists that the API takes for a bucket
      await putAcl(opened, { ACL });
      assert.deepEqual(await aclOf(opened), { owner: OWNER, grants: [FULL, ...grants] });
    });
  }

  test('is taken from a body, grant by grant', async () => {
    await using opened = await withLists();
    const Grants = [FULL, user(OTHER, 'READ'), group('s3/LogDelivery', 'WRITE')];
    await putAcl(opened, { AccessControlPolicy: { Owner: { ID: OWNER }, Grants } });
    assert.deepEqual(await aclOf(opened), { owner: OWNER, grants: Grants });
  });

  test('is taken from headers, several grantees in one', async () => {
    await using opened = await withLists();
    await putAcl(opened, {
      GrantFullControl: `id="${OWNER}", id=${CLOUDFRONT}`,
      GrantWrite: `uri="${GROUP}s3/LogDelivery"`,
    });
    assert.deepEqual((await aclOf(opened)).grants, [
      FULL,
      user(CLOUDFRONT, 'FULL_CONTROL'),
      group('s3/LogDelivery', 'WRITE'),
    ]);
    const bucket = opened.aws.buckets.require('data');
    assert.deepEqual([allowsLogDelivery(bucket), allowsCloudFrontLogs(bucket)], [true, true]);
  });

  test('lets nobody deliver logs once lists are disabled', async () => {
    await using opened = await withLists();
    await putAcl(opened, {
      GrantFullControl: `id=${OWNER},id=${CLOUDFRONT}`,
      GrantWrite: `uri=${GROUP}s3/LogDelivery`,
    });
    const bucket = opened.aws.buckets.require('data');
    bucket.ownership = 'BucketOwnerEnforced';
    assert.deepEqual([allowsLogDelivery(bucket), allowsCloudFrontLogs(bucket)], [false, false]);
    assert.deepEqual(await aclOf(opened), { owner: OWNER, grants: [FULL] });
  });

  const refused: readonly [string, Omit<PutBucketAclCommandInput, 'Bucket'>, number, string][] = [
    ['nothing', {}, 400, 'MissingSecurityHeader'],
    ['two ways at once', { ACL: 'private', GrantRead: `id=${OTHER}` }, 400, 'InvalidRequest'],
    ['an id of another form', { GrantRead: 'id=222222222222' }, 400, 'InvalidArgument'],
    ['an unknown group', { GrantRead: `uri=${GROUP}global/Friends` }, 400, 'InvalidArgument'],
    ['an e-mail address', { GrantRead: 'emailAddress=a@example.com' }, 405, 'MethodNotAllowed'],
    ['a body without owner', { AccessControlPolicy: { Grants: [FULL] } }, 400, 'MalformedACLError'],
    ['a body of another owner', { AccessControlPolicy: { Owner: { ID: OTHER }, Grants: [] } }, 403, 'AccessDenied'],
  ];
  for (const [what, input, status, code] of refused) {
    test(`is not ${what}`, async () => {
      await using opened = await withLists();
      await expectSdkError(putAcl(opened, input), status, code);
      assert.deepEqual((await aclOf(opened)).grants, [FULL]);
    });
  }

  test('needs s3:PutBucketAcl and s3:GetBucketAcl, and shows policies what it grants', async () => {
    await using opened = await withLists();
    const role = opened.asRole('lister', [
      allow('s3:GetBucketAcl'),
      { ...allow('s3:PutBucketAcl'), Condition: { StringEquals: { 's3:x-amz-acl': 'authenticated-read' } } },
    ]);
    await role.send(new GetBucketAclCommand(NAMED));
    await role.send(new PutBucketAclCommand({ ...NAMED, ACL: 'authenticated-read' }));
    await expectSdkError(role.send(new PutBucketAclCommand({ ...NAMED, ACL: 'public-read' })), 403, 'AccessDenied');
  });
});

describe('where lists are disabled', () => {
  test('they are refused and read as the owner alone', async () => {
    await using opened = await openS3();
    await makeBucket(opened.s3, 'data');
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'x', ACL: 'bucket-owner-full-control' }));
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'x', GrantFullControl: `id=${OWNER}` }));
    await expectSdkError(putAcl(opened, { ACL: 'private' }), 400, 'AccessControlListNotSupported');
    const refused = [
      () => opened.s3.send(new PutObjectAclCommand({ ...NAMED, Key: 'a', ACL: 'public-read' })),
      () => opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'x', GrantRead: `id=${OTHER}` })),
    ];
    for (const call of refused) await expectSdkError(call(), 400, 'AccessControlListNotSupported');
    assert.deepEqual(
      [await aclOf(opened), await aclOf(opened, 'a')],
      [
        { owner: OWNER, grants: [FULL] },
        { owner: OWNER, grants: [FULL] },
      ],
    );
  });

  test('a bucket gets there only without grants to others', async () => {
    await using opened = await withLists();
    await putAcl(opened, { GrantRead: `id=${OTHER}` });
    await expectSdkError(own(opened, 'BucketOwnerEnforced'), 400, 'InvalidBucketAclWithObjectOwnership');
    await putAcl(opened, { ACL: 'private' });
    await own(opened, 'BucketOwnerEnforced');
  });
});

describe('a new bucket', () => {
  const create = (opened: OpenedS3, more: Partial<CreateBucketCommandInput>) =>
    opened.s3.send(
      new CreateBucketCommand({ ...NAMED, CreateBucketConfiguration: { LocationConstraint: REGION }, ...more }),
    );

  test('takes a list with an ownership that has lists, as long as it is not public', async () => {
    await using opened = await openS3();
    const ObjectOwnership = 'BucketOwnerPreferred';
    await expectSdkError(
      create(opened, { ObjectOwnership, ACL: 'public-read' }),
      400,
      'InvalidBucketAclWithBlockPublicAccessError',
    );
    await create(opened, { ObjectOwnership, GrantWrite: `uri=${GROUP}s3/LogDelivery` });
    assert.deepEqual((await aclOf(opened)).grants, [group('s3/LogDelivery', 'WRITE')]);
  });
});

describe('public lists', () => {
  const block = (opened: OpenedS3, name: 'BlockPublicAcls' | 'IgnorePublicAcls') =>
    opened.s3.send(new PutPublicAccessBlockCommand({ ...NAMED, PublicAccessBlockConfiguration: { [name]: true } }));

  test('are refused on buckets and objects while BlockPublicAcls is on', async () => {
    await using opened = await withLists();
    await block(opened, 'BlockPublicAcls');
    await expectSdkError(putAcl(opened, { ACL: 'public-read' }), 403, 'AccessDenied');
    const put = (ACL: ObjectCannedACL) => opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'x', ACL }));
    await expectSdkError(put('authenticated-read'), 403, 'AccessDenied');
    await put('bucket-owner-read');
    await putAcl(opened, { GrantRead: `id=${OTHER}` });
  });

  test('stay as they are and count for nothing while IgnorePublicAcls is on', async () => {
    await using opened = await withLists();
    await putAcl(opened, { ACL: 'public-read' });
    await block(opened, 'IgnorePublicAcls');
    assert.deepEqual((await aclOf(opened)).grants, [FULL, group('global/AllUsers', 'READ')]);
  });
});

describe('the list of an object', () => {
  test('is its writer’s, who owns it unless the bucket prefers its own owner', async () => {
    await using opened = await withLists();
    await putAcl(opened, { GrantWrite: `id=${OTHER}` });
    const writer = opened.clients({ account: OTHER_ACCOUNT }).s3;
    const put = (Key: string, ACL?: ObjectCannedACL) =>
      writer.send(new PutObjectCommand({ ...NAMED, Key, Body: 'x', ...(ACL && { ACL }) }));
    const acl = async (Key: string) => {
      const { Owner, Grants } = await writer.send(new GetObjectAclCommand({ ...NAMED, Key }));
      return [Owner?.ID, Grants];
    };
    await put('plain');
    await put('shared', 'bucket-owner-full-control');
    assert.deepEqual(await acl('plain'), [OTHER, [user(OTHER, 'FULL_CONTROL')]]);
    assert.deepEqual(await acl('shared'), [OTHER, [user(OTHER, 'FULL_CONTROL'), FULL]]);
    await own(opened, 'BucketOwnerPreferred');
    await put('given', 'bucket-owner-full-control');
    assert.deepEqual(await aclOf(opened, 'given'), { owner: OWNER, grants: [FULL] });
  });

  test('is replaced by PutObjectAcl', async () => {
    await using opened = await withLists();
    await opened.s3.send(new PutObjectCommand({ ...NAMED, Key: 'a', Body: 'x', ACL: 'public-read' }));
    assert.deepEqual((await aclOf(opened, 'a')).grants, [FULL, group('global/AllUsers', 'READ')]);
    const AccessControlPolicy = { Owner: { ID: OWNER }, Grants: [FULL, user(OTHER, 'READ')] };
    await opened.s3.send(new PutObjectAclCommand({ ...NAMED, Key: 'a', AccessControlPolicy }));
    assert.deepEqual((await aclOf(opened, 'a')).grants, [FULL, user(OTHER, 'READ')]);
  });
});

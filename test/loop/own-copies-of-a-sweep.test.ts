import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CreateBucketCommand,
  GetObjectAclCommand,
  HeadObjectCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { bucketPk, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';
import { publish } from './publish.ts';

const POLICY = `version: 1
mode: enforce
standard: { algorithm: aws:kms:dsse, key: alias/reseal }
objects: { reencrypt: all, methods: [update-encryption, copy, own-copy] }
`;

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** A bucket with ACLs, and objects in it. */
async function bucketWithAcls(stack: DeployedStack, Bucket: string, keys: readonly string[]): Promise<void> {
  const { s3 } = stack.clients;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }));
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } as const;
  await s3.send(
    new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [...OwnershipControls.Rules] } }),
  );
  for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, Metadata: { of: 'mine' } }));
}

describe('with OwnCopies=true and own-copy in the policy', () => {
  it('objects that no job of S3 can bring to DSSE-KMS are copied by reencrypt-object, with ACL and metadata', async () => {
    await using stack = await deployStack({ parameters: { OwnCopies: 'true' } });
    await publish(stack, POLICY);
    const keys = ['a', 'b c', 'é'];
    await bucketWithAcls(stack, 'data', keys);
    await stack.clients.s3.send(
      new PutObjectAclCommand({ Bucket: 'data', Key: 'a', GrantRead: `uri="${LOG_DELIVERY}"` }),
    );
    await stack.idle();
    await stack.sweep();
    await stack.idle();
    for (const Key of keys) {
      const head = await stack.clients.s3.send(new HeadObjectCommand({ Bucket: 'data', Key }));
      assert.deepEqual(
        [head.ServerSideEncryption, head.SSEKMSKeyId, head.Metadata],
        ['aws:kms:dsse', stack.keyArn, { of: 'mine' }],
      );
    }
    const { Grants = [] } = await stack.clients.s3.send(new GetObjectAclCommand({ Bucket: 'data', Key: 'a' }));
    assert.ok(Grants.some(({ Grantee, Permission }) => Permission === 'READ' && Grantee?.URI === LOG_DELIVERY));
    assert.equal(stack.aws.jobs.all().length, 0);
  });
});

it('without OwnCopies they are left, and named with what to do', async () => {
  await using stack = await deployStack();
  await publish(stack, POLICY);
  await bucketWithAcls(stack, 'data', ['a']);
  await stack.idle();
  await stack.sweep();
  await stack.idle();
  const [left, ...more] = Object((await stack.item(bucketPk('data')))?.['leftovers']);
  assert.deepEqual([left.code, more], ['own-copies-off', []]);
  assert.match(left.message, /role\/reseal-reencrypt-object is not there: deploy .* OwnCopies=true\.$/);
});

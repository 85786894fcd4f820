import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, DeleteBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createClients } from '../local/clients.ts';
import { bucketPk, ACCOUNT, type DeployedStack, deployStack, REGION } from './deployed-stack.ts';

const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/corp-boundary`;
const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

async function driftedBucket(stack: DeployedStack, Bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await stack.clients.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await stack.idle();
  await stack.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));
  await stack.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'object', Body: 'body' }));
  await stack.idle();
}

test('a boundary that does not exist stops the deployment with its ARN', async () => {
  await assert.rejects(deployStack({ parameters: { PermissionsBoundaryName: 'corp-boundary' } }), {
    code: 'NoSuchEntity',
    message: `Scope ARN: ${BOUNDARY} does not exist or is not attachable.`,
  });
});

describe('under a path, a prefix and a boundary', () => {
  const parameters = { PermissionsBoundaryName: 'corp-boundary', RolePath: '/teams/storage/', RolePrefix: 'corp-' };
  const within = (...Statement: object[]) =>
    deployStack({ parameters, before: ({ world }) => world.identity.putPolicy(BOUNDARY, { Statement }) });

  it('every role is named by the account, and a drift is repaired and its object re-encrypted', async () => {
    await using stack = await within(ALLOW_ALL);
    assert.deepEqual(
      ['HubAssessBucketRole', 'AssessBucketRole'].map((id) => stack.named(id)),
      ['corp-reseal-hub-assess-bucket', 'corp-reseal-assess-bucket'],
    );
    await driftedBucket(stack, 'data');
    assert.equal((await stack.read('data', 'object')).keyId, stack.keyArn);
    assert.equal((await stack.item(bucketPk('data')))?.['verdict'], 'repair');
    // Its own calls are known under a path too: one write for the new bucket, one for the drift.
    assert.equal(stack.callsOfReseal('PutBucketEncryption').length, 2);
  });

  it('what the boundary forbids is told with the boundary, and the repair is recorded', async () => {
    await using stack = await within(ALLOW_ALL, { Effect: 'Deny', Action: 's3:CreateJob', Resource: '*' });
    await driftedBucket(stack, 'data');
    const item = await stack.item(bucketPk('data'));
    assert.equal(Array.isArray(item?.['repairs']) && item['repairs'].length > 0, true);
    // The next sweep asks for what the refused job was about.
    const undone: unknown = item?.['undone'];
    const [token = assert.fail(JSON.stringify(item))] = undone instanceof Set ? [...undone].map(String) : [];
    const job = await stack.item(`JOB#${token}`, 'JOB');
    assert.deepEqual([job?.['status'], job?.['again']], ['refused', 'next-sweep']);
    assert.match(String(job?.['why']), /s3:CreateJob .* with an explicit deny in a permissions boundary/);
  });

  it('what the boundary does not allow is not allowed', async () => {
    await using stack = await within({ ...ALLOW_ALL, Action: undefined, NotAction: 's3:PutEncryptionConfiguration' });
    await driftedBucket(stack, 'data');
    const item = await stack.item(bucketPk('data'));
    assert.equal(item?.['verdict'], 'hold');
    assert.match(JSON.stringify(item?.['reasons']), /"write-denied"/);
  });
});

describe('with a key of the account for the ledger and the queues', () => {
  const KEY_ID = '0a0a0a0a-1111-2222-3333-444444444444';
  const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
  const ROOT = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
  /** As docs/permissions.md gives it. */
  const EVENTS = {
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  };

  const withKey = ({ policy, boundary = [ALLOW_ALL] }: { policy: object[]; boundary?: object[] }) =>
    deployStack({
      parameters: { KmsKeyArn: KEY, PermissionsBoundaryName: 'corp-boundary' },
      before: async (aws) => {
        aws.world.identity.putPolicy(BOUNDARY, { Statement: boundary });
        aws.world.keys.create({ accountId: ACCOUNT, region: REGION, id: KEY_ID });
        await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement: policy });
        await clients.kms.send(new PutKeyPolicyCommand({ KeyId: KEY_ID, PolicyName: 'default', Policy }));
      },
    });

  it('a drift is heard, repaired, recorded and announced', async () => {
    await using stack = await withKey({ policy: [ROOT, EVENTS] });
    await driftedBucket(stack, 'data');
    assert.equal((await stack.read('data', 'object')).keyId, stack.keyArn);
    assert.equal((await stack.item(bucketPk('data'), 'TOLD')) === undefined, false);
    await stack.sweep();
    await stack.idle();
    for (const queue of ['AssessDeadLetters', 'SweepDeadLetters', 'JobDeadLetters', 'AnnounceDeadLetters']) {
      assert.deepEqual(await stack.waiting(queue), [], queue);
    }
  });

  it('no event arrives where the key policy leaves EventBridge out, and the sweep finds the bucket', async () => {
    await using stack = await withKey({ policy: [ROOT] });
    await driftedBucket(stack, 'data');
    assert.equal(await stack.item(bucketPk('data')), undefined);
    await stack.sweep();
    await stack.idle();
    assert.equal((await stack.item(bucketPk('data')))?.['verdict'], 'repair');
  });

  it('a function that may not use it says so', async () => {
    const deny = { Effect: 'Deny', Action: 'kms:GenerateDataKey', Resource: KEY };
    await using stack = await withKey({ policy: [ROOT, EVENTS], boundary: [ALLOW_ALL, deny] });
    await assert.rejects(stack.sweep(), /kms:GenerateDataKey on resource: arn:aws:kms:\S+ with an explicit deny/);
  });
});

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { ACCOUNT } from './deployed-stack.ts';
import { openTheft, type TheftScene } from './theft-scene.ts';

const DENIED = { name: 'AccessDenied' };
const OWN_BUCKETS = { PolicyBucket: 'policy/1', ReportsBucket: 'reports/1', ServerlessDeploymentBucket: 'code' };

describe('whoever has the credentials of reencrypt-object, with OwnCopies=true', () => {
  let scene: TheftScene;
  before(async () => {
    scene = await openTheft({ OwnCopies: 'true' });
  });
  after(() => scene[Symbol.asyncDispose]());
  const s3 = () => scene.as('ReencryptObjectRole').s3;
  const salaries = (Bucket: string) => ({ Bucket, Key: 'salaries' });

  it('reads every object of the account, also under a key, as docs/security.md says', async () => {
    for (const Bucket of ['payroll', 'sealed', 'managed']) {
      const read = await s3().send(new GetObjectCommand(salaries(Bucket)));
      assert.equal(await read.Body?.transformToString(), 'secret', Bucket);
    }
  });

  it('makes no new object, and goes over none without the ETag that it had', async () => {
    const fresh = { Bucket: 'payroll', Key: 'new' };
    await assert.rejects(s3().send(new PutObjectCommand({ ...fresh, Body: 'forged' })), DENIED);
    await assert.rejects(s3().send(new CopyObjectCommand({ ...fresh, CopySource: 'sealed/salaries' })), DENIED);
    await assert.rejects(s3().send(new PutObjectCommand({ ...salaries('payroll'), Body: 'forged' })), DENIED);
    const asked = { ...salaries('payroll'), Body: 'forged', IfMatch: '"0"' };
    await assert.rejects(s3().send(new PutObjectCommand(asked)), { name: 'PreconditionFailed' });
    assert.equal((await scene.stack.read('payroll', 'salaries')).text, 'secret');
  });

  it('deletes no object, and changes no setting of a bucket', async () => {
    await assert.rejects(s3().send(new DeleteObjectCommand(salaries('payroll'))), DENIED);
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } } as const];
    const encryption = { Bucket: 'payroll', ServerSideEncryptionConfiguration: { Rules } };
    await assert.rejects(s3().send(new PutBucketEncryptionCommand(encryption)), DENIED);
    await assert.rejects(s3().send(new PutBucketPolicyCommand({ Bucket: 'payroll', Policy: '{}' })), DENIED);
  });

  it('takes nothing out of the account and brings nothing in, even where another account lets it in', async () => {
    const { ETag: IfMatch } = await scene.thief.s3.send(new HeadObjectCommand(salaries('lure')));
    await assert.rejects(s3().send(new GetObjectCommand(salaries('lure'))), DENIED);
    await assert.rejects(s3().send(new PutObjectCommand({ ...salaries('lure'), Body: 'secret', IfMatch })), DENIED);
    const inward = { ...salaries('payroll'), CopySource: 'lure/salaries', IfMatch };
    await assert.rejects(s3().send(new CopyObjectCommand(inward)), DENIED);
    await assert.rejects(s3().send(new ListObjectsV2Command({ Bucket: 'lure' })), DENIED);
  });

  it("writes nothing into the buckets of Reseal's own, where functions read, nor over what is there", async () => {
    for (const [id, Key] of Object.entries(OWN_BUCKETS)) {
      const Bucket = scene.stack.named(id);
      const { ETag } = await scene.stack.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'true' }));
      const over = new PutObjectCommand({ Bucket, Key, Body: 'forged', IfMatch: ETag });
      await assert.rejects(s3().send(over), DENIED, id);
    }
  });
});

it('without OwnCopies there is no role to be taken: reencrypt-object gets into no account', async () => {
  await using scene = await openTheft();
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/reseal-reencrypt-object`;
  const { sts } = scene.as('HubReencryptObjectRole');
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'thief' })), DENIED);
});

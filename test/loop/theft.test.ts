import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLoggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { CreateJobRequest } from '@aws-sdk/client-s3-control';
import { ACCOUNT, deployStack, REGION } from './deployed-stack.ts';
import { arnOf, copyTo, FUNCTION_ROLES, openTheft, type TheftScene } from './theft-scene.ts';

const DENIED = { name: 'AccessDenied' };
const NOT_ALLOWED = { name: 'AccessDeniedException' };

let scene: TheftScene;
before(async () => {
  scene = await openTheft();
});
after(() => scene[Symbol.asyncDispose]());

const objectsIn = async (bucket: string) => {
  const { s3 } = bucket === 'drop' ? scene.thief : scene.stack.clients;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
};
const secret = async () => (await scene.stack.read('payroll', 'salaries')).text;

describe('whoever has the credentials of track-job', () => {
  for (const role of ['BatchRole', 'CopyBatchRole']) {
    it(`copies no object out of the account by a job as ${role}`, async () => {
      await scene.runJob({ from: 'payroll', role, Operation: copyTo('drop') });
      assert.deepEqual(await objectsIn('drop'), []);
    });

    it(`brings no object of another account in by a job as ${role}`, async () => {
      await scene.runJob({ from: 'lure', role, Operation: copyTo('payroll') });
      assert.equal(await secret(), 'secret');
    });

    it(`sends neither the list of objects nor a report out of the account as ${role}`, async () => {
      const Location = {
        ExpectedManifestBucketOwner: '222222222222',
        Bucket: arnOf('drop'),
        ManifestFormat: 'S3InventoryReport_CSV_20211130',
      } as const;
      await scene.runJob({
        from: 'payroll',
        role,
        Operation: copyTo('payroll'),
        Report: { Enabled: true, Bucket: arnOf('drop'), Format: 'Report_CSV_20180820', ReportScope: 'AllTasks' },
        ManifestGenerator: {
          S3JobManifestGenerator: {
            SourceBucket: arnOf('payroll'),
            EnableManifestOutput: true,
            ManifestOutputLocation: Location,
          },
        },
      });
      assert.deepEqual(await objectsIn('drop'), []);
    });
  }

  it('copies nothing at all as the role that updates in place', async () => {
    const job = await scene.runJob({
      from: 'payroll',
      role: 'BatchRole',
      Operation: copyTo('payroll', { TargetKeyPrefix: 'copies' }),
    });
    assert.deepEqual(job?.ProgressSummary?.NumberOfTasksSucceeded, 0);
    assert.deepEqual(await objectsIn('payroll'), ['salaries']);
  });

  it('copies no object to where a function reads', async () => {
    for (const [id, TargetKeyPrefix] of [
      ['PolicyBucket', 'policy'],
      ['ReportsBucket', 'reports'],
      ['ServerlessDeploymentBucket', 'code'],
    ] as const) {
      const bucket = scene.stack.named(id);
      await scene.runJob({ from: 'payroll', role: 'CopyBatchRole', Operation: copyTo(bucket, { TargetKeyPrefix }) });
      assert.deepEqual(await objectsIn(bucket), [], id);
    }
  });

  const others: Record<string, CreateJobRequest['Operation']> = {
    LambdaInvoke: { LambdaInvoke: { FunctionArn: `arn:aws:lambda:eu-west-1:222222222222:function:steal` } },
    S3PutObjectAcl: { S3PutObjectAcl: { AccessControlPolicy: { CannedAccessControlList: 'public-read' } } },
    S3PutObjectTagging: { S3PutObjectTagging: { TagSet: [] } },
    S3DeleteObjectTagging: { S3DeleteObjectTagging: {} },
    S3InitiateRestoreObject: { S3InitiateRestoreObject: { ExpirationInDays: 1 } },
    S3PutObjectLegalHold: { S3PutObjectLegalHold: { LegalHold: { Status: 'OFF' } } },
    S3PutObjectRetention: { S3PutObjectRetention: { Retention: { Mode: 'GOVERNANCE' } } },
    S3ReplicateObject: { S3ReplicateObject: {} },
    S3ComputeObjectChecksum: { S3ComputeObjectChecksum: { ChecksumAlgorithm: 'SHA256' } },
  };
  for (const [name, Operation] of Object.entries(others)) {
    it(`starts no job that does ${name}`, async () => {
      await assert.rejects(scene.runJob({ from: 'payroll', role: 'CopyBatchRole', Operation }), {
        ...DENIED,
        message: /s3:CreateJob/,
      });
    });
  }

  it('hands no other role to a job', async () => {
    await assert.rejects(scene.runJob({ from: 'payroll', role: 'AssessBucketRole', Operation: copyTo('payroll') }), {
      ...DENIED,
      message: /iam:PassRole/,
    });
  });

  it('reads what is under no key, and nothing that is under one, aws/s3 included', async () => {
    const { s3 } = scene.as('TrackJobRole');
    const read = await s3.send(new GetObjectCommand({ Bucket: 'payroll', Key: 'salaries' }));
    assert.equal(await read.Body?.transformToString(), 'secret');
    for (const Bucket of ['sealed', 'managed']) {
      await assert.rejects(s3.send(new GetObjectCommand({ Bucket, Key: 'salaries' })), {
        ...DENIED,
        message: /kms:Decrypt .* with an explicit deny in an identity-based policy/,
      });
      // The encryption alone, which a proof is about.
      const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'salaries' }));
      assert.equal(head.ServerSideEncryption, 'aws:kms');
    }
  });

  it('writes into the buckets for reports alone, and there lists of jobs and no report', async () => {
    const { s3 } = scene.as('TrackJobRole');
    const Bucket = scene.stack.named('ReportsBucket');
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'forged' }));
    await put('retries/payroll/token.csv');
    for (const Key of ['reports/payroll/job-1/manifest.json', 'manifests/payroll/list.csv', 'salaries'])
      await assert.rejects(put(Key), DENIED, Key);
    await scene.stack.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'retries/payroll/token.csv' }));
  });

  // No condition of IAM binds a job to an encryption: docs/security.md says so, and that ProofReads=false prevents the second step.
  it('reads what was under a key once a job has copied it to SSE-S3', async () => {
    const { s3 } = scene.as('TrackJobRole');
    const plain = { TargetKeyPrefix: 'plain', NewObjectMetadata: { SSEAlgorithm: 'AES256' } } as const;
    await scene.runJob({ from: 'sealed', role: 'CopyBatchRole', Operation: copyTo('sealed', plain) });
    const Key = (await objectsIn('sealed')).find((each) => each?.startsWith('plain'));
    const read = await s3.send(new GetObjectCommand({ Bucket: 'sealed', Key }));
    assert.equal(await read.Body?.transformToString(), 'secret');
  });

  it('can still have objects copied in place, and updated in place', async () => {
    const copy = { NewObjectMetadata: { SSEAlgorithm: 'KMS' }, SSEAwsKmsKeyId: scene.stack.keyArn } as const;
    const copied = await scene.runJob({ from: 'payroll', role: 'CopyBatchRole', Operation: copyTo('payroll', copy) });
    assert.equal(copied?.Status, 'Complete', JSON.stringify(copied?.FailureReasons));
    const KMSKeyArn = scene.stack.keyArn;
    const updated = await scene.runJob({
      from: 'payroll',
      role: 'BatchRole',
      Operation: { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn, BucketKeyEnabled: true } } } },
    });
    assert.deepEqual([updated?.Status, updated?.ProgressSummary?.NumberOfTasksFailed], ['Complete', 0]);
    assert.deepEqual(await scene.stack.read('payroll', 'salaries'), {
      text: 'secret',
      algorithm: 'aws:kms',
      keyId: KMSKeyArn,
    });
  });
});

describe('whoever has the credentials of a function', () => {
  for (const role of FUNCTION_ROLES) {
    it(`reads, writes and deletes no object (${role})`, async () => {
      const { s3 } = scene.as(role);
      for (const Bucket of ['payroll', 'lure']) {
        const named = { Bucket, Key: 'salaries' };
        // What track-job reads is tried above.
        if (role !== 'TrackJobRole' || Bucket !== 'payroll')
          await assert.rejects(s3.send(new GetObjectCommand(named)), DENIED);
        await assert.rejects(s3.send(new PutObjectCommand({ ...named, Body: 'forged' })), DENIED);
        await assert.rejects(s3.send(new DeleteObjectCommand(named)), DENIED);
      }
    });

    it(`has no right on a bucket of another account, even if that lets it in (${role})`, async () => {
      const { s3 } = scene.as(role);
      const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } } as const;
      const asked = { Bucket: 'lure' };
      await assert.rejects(s3.send(new GetBucketEncryptionCommand(asked)), DENIED);
      await assert.rejects(s3.send(new ListObjectsV2Command(asked)), DENIED);
      await assert.rejects(s3.send(new GetBucketLoggingCommand(asked)), DENIED);
      const ServerSideEncryptionConfiguration = { Rules: [rule] };
      await assert.rejects(
        s3.send(new PutBucketEncryptionCommand({ ...asked, ServerSideEncryptionConfiguration })),
        DENIED,
      );
    });

    it(`changes neither the pinned policy nor what others keep in the ledger (${role})`, async () => {
      const { dynamoDb } = scene.as(role);
      const TableName = scene.stack.named('LedgerTable');
      const pin = { pk: { S: 'POLICY' }, sk: { S: 'PIN' } };
      const bucket = { pk: { S: `BUCKET#${ACCOUNT}/eu-west-1/payroll` }, sk: { S: 'STATE' } };
      const UpdateExpression = 'SET forged = sk';
      await assert.rejects(
        dynamoDb.send(new UpdateItemCommand({ TableName, Key: pin, UpdateExpression })),
        NOT_ALLOWED,
      );
      await assert.rejects(dynamoDb.send(new PutItemCommand({ TableName, Item: pin })), NOT_ALLOWED);
      // track-job reads whether the policy only observes.
      if (!['HubAssessBucketRole', 'HubTrackJobRole'].includes(role))
        await assert.rejects(dynamoDb.send(new GetItemCommand({ TableName, Key: pin })), NOT_ALLOWED);
      // track-job notes at a bucket what its jobs have left undone.
      if (!['HubAssessBucketRole', 'HubTrackJobRole'].includes(role))
        await assert.rejects(
          dynamoDb.send(new UpdateItemCommand({ TableName, Key: bucket, UpdateExpression })),
          NOT_ALLOWED,
        );
      const query = {
        TableName,
        KeyConditionExpression: 'pk = :p',
        ExpressionAttributeValues: { ':p': { S: 'POLICY' } },
      };
      await assert.rejects(dynamoDb.send(new QueryCommand(query)), NOT_ALLOWED);
    });

    it(`forges no sweep, no account and no place that are others' to write (${role})`, async () => {
      const { dynamoDb } = scene.as(role);
      const TableName = scene.stack.named('LedgerTable');
      for (const [pk, owners] of [
        ['SWEEP#all', ['HubSweepRole']],
        ['ACCOUNTS', ['HubSweepRole']],
        ['PLACES', ['HubSweepRole', 'HubAssessBucketRole']],
        [`RUN#${ACCOUNT}`, ['HubAssessBucketRole']],
        [`JOBS#${ACCOUNT}`, ['HubTrackJobRole']],
      ] as const) {
        if (owners.some((owner) => owner === role)) continue;
        const Update = { TableName, Key: { pk: { S: pk }, sk: { S: 'forged' } }, UpdateExpression: 'SET forged = sk' };
        await assert.rejects(dynamoDb.send(new UpdateItemCommand(Update)), NOT_ALLOWED, pk);
        const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Update }] });
        await assert.rejects(dynamoDb.send(transaction), NOT_ALLOWED, pk);
      }
    });
  }
});

it('without ProofReads track-job reads no object at all, and what its job has done counts as unread', async () => {
  await using stack = await deployStack({ parameters: { ProofReads: 'false' } });
  const { s3 } = stack.clients;
  await s3.send(new CreateBucketCommand({ Bucket: 'data', CreateBucketConfiguration: { LocationConstraint: REGION } }));
  await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'object', Body: 'body' }));
  await stack.idle();
  assert.equal((await stack.read('data', 'object')).keyId, stack.keyArn);
  const tokens = stack.aws.jobs.all().map(({ request }) => request.ClientRequestToken);
  const items = await Promise.all(tokens.map((token) => stack.item(`JOB#${token}`, 'JOB')));
  const job = items.find((item) => item?.['succeeded'] === 1);
  const { sampled, unread, missed } = Object(job?.['proof']);
  assert.deepEqual([job?.['status'], sampled, unread, missed], ['complete', 1, 1, 0]);
});

import { performance } from 'node:perf_hooks';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateJobCommand, type CreateJobRequest, DescribeJobCommand } from '@aws-sdk/client-s3-control';
import { startLocal } from '../local/start-local.ts';
import { createClients } from '../test/local/clients.ts';

/** Objects per second of one Batch job in the embedded AWS, small objects, role policies enforced. Target: 5,000. */
const OBJECTS = 10_000;
const RUNS = 5;
const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/batch`;

for (const kind of ['update-encryption', 'copy'] as const) {
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run += 1) rates.push(await rateOf(kind));
  const sorted = rates.toSorted((a, b) => a - b);
  console.log(`${kind}: ${sorted[Math.floor(RUNS / 2)]} objects/s (median of ${RUNS}: ${rates.join(', ')})`);
}

/** From CreateJob to its terminal state, over the wire, with a report of all tasks. */
async function rateOf(kind: 'update-encryption' | 'copy'): Promise<number> {
  await using aws = await startLocal();
  await using clients = createClients(aws, { account: ACCOUNT, region: REGION });
  aws.world.identity.putRole(batchRole());
  for (const Bucket of ['data', 'reports']) {
    await clients.s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
  }
  const protection = kind === 'copy' ? ({ algorithm: 'none' } as const) : ({ algorithm: 'AES256' } as const);
  for (let index = 0; index < OBJECTS; index += 1) {
    aws.buckets.seedObject({ bucket: 'data', key: `objects/${index}`, body: `body ${index}`, protection });
  }
  const keyArn = aws.world.keys.create({ accountId: ACCOUNT, region: REGION }).arn;
  const started = performance.now();
  const { JobId } = await clients.s3Control.send(new CreateJobCommand(jobRequest(kind, keyArn)));
  if (!(await aws.world.activity.idle(120_000))) throw new Error('the job did not end within 120 s');
  const seconds = (performance.now() - started) / 1000;
  const { Job } = await clients.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId }));
  const done = Job?.ProgressSummary?.NumberOfTasksSucceeded;
  if (done !== OBJECTS) throw new Error(`the job ended ${Job?.Status} with ${done} of ${OBJECTS} tasks done`);
  return Math.round(OBJECTS / seconds);
}

function jobRequest(kind: 'update-encryption' | 'copy', keyArn: string): CreateJobRequest {
  const operation =
    kind === 'copy'
      ? {
          S3PutObjectCopy: {
            TargetResource: 'arn:aws:s3:::data',
            NewObjectMetadata: { SSEAlgorithm: 'KMS' as const },
            SSEAwsKmsKeyId: keyArn,
            BucketKeyEnabled: true,
          },
        }
      : { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: true } } } };
  return {
    AccountId: ACCOUNT,
    ConfirmationRequired: false,
    Operation: operation,
    Report: {
      Enabled: true,
      Bucket: 'arn:aws:s3:::reports',
      Format: 'Report_CSV_20180820',
      ReportScope: 'AllTasks',
    },
    ClientRequestToken: 'bench',
    Priority: 10,
    RoleArn: ROLE_ARN,
    ManifestGenerator: {
      S3JobManifestGenerator: { SourceBucket: 'arn:aws:s3:::data', EnableManifestOutput: false },
    },
  };
}

/** The permissions of the template's Batch role. */
function batchRole() {
  const allow = (Action: string[], Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  return {
    arn: ROLE_ARN,
    name: 'batch',
    trust: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ],
    },
    policies: [
      {
        Version: '2012-10-17',
        Statement: [
          allow(['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectTagging', 's3:PutObject'], 'arn:aws:s3:::*/*'),
          allow(['s3:PutObjectTagging', 's3:UpdateObjectEncryption'], 'arn:aws:s3:::*/*'),
          allow(['s3:ListBucket', 's3:PutInventoryConfiguration'], 'arn:aws:s3:::*'),
          allow(
            ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
            `arn:aws:kms:${REGION}:${ACCOUNT}:key/*`,
            { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
          ),
        ],
      },
    ],
  };
}

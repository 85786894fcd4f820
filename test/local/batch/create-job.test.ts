import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateJobCommand,
  type CreateJobRequest,
  DescribeJobCommand,
  ListJobsCommand,
} from '@aws-sdk/client-s3-control';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { allow, roleOf } from '../s3/open-s3.ts';
import { ACCOUNT, generatorOf, openBatch, runJob, updateJob } from './open-batch.ts';

const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`;
const OTHER_ROLE = 'arn:aws:iam::222222222222:role/batch';
const MANIFEST = {
  Spec: { Format: 'S3BatchOperations_CSV_20180820' as const, Fields: ['Bucket' as const, 'Key' as const] },
  Location: { ObjectArn: 'arn:aws:s3:::data/list.csv', ETag: 'abc' },
};
const REPORT = updateJob(KEY).Report ?? { Enabled: false };

const BAD_REQUESTS: readonly [name: string, overrides: Partial<CreateJobRequest>][] = [
  ['both a manifest and a generator', { Manifest: MANIFEST }],
  ['neither a manifest nor a generator', { ManifestGenerator: undefined }],
  ['a token of 65 characters', { ClientRequestToken: 'x'.repeat(65) }],
  ['a description of 257 characters', { Description: 'x'.repeat(257) }],
  ['a negative priority', { Priority: -1 }],
  ['a role that is no role ARN', { RoleArn: 'arn:aws:iam::111111111111:user/batch' }],
  ['no operation', { Operation: {} }],
  [
    'two operations',
    {
      Operation: { ...updateJob(KEY).Operation, S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::data' } },
    },
  ],
  [
    'a key alias instead of a key ARN',
    { Operation: { S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: 'alias/standard' } } } } },
  ],
  ['a copy without a target bucket', { Operation: { S3PutObjectCopy: {} } }],
  ['a report without a bucket', { Report: { ...REPORT, Bucket: undefined } }],
  ['a report without a scope', { Report: { ...REPORT, ReportScope: undefined } }],
  ['a report bucket by name', { Report: { ...REPORT, Bucket: 'reports' } }],
  ['a report prefix of 513 characters', { Report: { ...REPORT, Prefix: 'x'.repeat(513) } }],
  [
    'two encryptions in one filter',
    { ManifestGenerator: generatorOf({ MatchAnyObjectEncryption: [{ SSES3: {} }, { NOTSSE: {} }] }) },
  ],
  [
    'two kinds in one encryption filter',
    {
      ManifestGenerator: generatorOf({
        // @ts-expect-error: the type of a union allows one member only
        MatchAnyObjectEncryption: [{ SSES3: {}, NOTSSE: {} }],
      }),
    },
  ],
  [
    'an encryption filter without a kind',
    {
      ManifestGenerator: generatorOf({
        // @ts-expect-error: the type of a union asks for one member
        MatchAnyObjectEncryption: [{}],
      }),
    },
  ],
  [
    'an unknown kind in an encryption filter',
    { ManifestGenerator: generatorOf({ MatchAnyObjectEncryption: [{ $unknown: ['SSE-X', 'x'] }] }) },
  ],
  [
    'objects by the class REDUCED_REDUNDANCY',
    {
      ManifestGenerator: generatorOf({
        // @ts-expect-error: the class is none of the enumeration
        MatchAnyStorageClass: ['REDUCED_REDUNDANCY'],
      }),
    },
  ],
  [
    'a copy to the class REDUCED_REDUNDANCY',
    {
      Operation: {
        S3PutObjectCopy: {
          TargetResource: 'arn:aws:s3:::data',
          // @ts-expect-error: the class is none of the enumeration
          StorageClass: 'REDUCED_REDUNDANCY',
        },
      },
    },
  ],
  [
    'a grant to nobody',
    {
      Operation: {
        S3PutObjectCopy: { TargetResource: 'arn:aws:s3:::data', AccessControlGrants: [{ Permission: 'READ' }] },
      },
    },
  ],
  [
    'two prefixes in one filter',
    { ManifestGenerator: generatorOf({ KeyNameConstraint: { MatchAnyPrefix: ['a', 'b'] } }) },
  ],
  [
    'a directory bucket as source',
    { ManifestGenerator: generatorOf({}, { SourceBucket: 'arn:aws:s3:::a--euw1-az1--x-s3' }) },
  ],
  ['manifest output without a place', { ManifestGenerator: generatorOf({}, { EnableManifestOutput: true }) }],
  [
    'a manifest without a key column',
    {
      ManifestGenerator: undefined,
      Manifest: { ...MANIFEST, Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket'] } },
    },
  ],
];

const NOT_EMULATED: readonly [name: string, overrides: Partial<CreateJobRequest>][] = [
  [
    'LambdaInvoke',
    { Operation: { LambdaInvoke: { FunctionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:f' } } },
  ],
  ['S3DeleteObjectTagging', { Operation: { S3DeleteObjectTagging: {} } }],
  ['ObjectReplicationStatuses', { ManifestGenerator: generatorOf({ ObjectReplicationStatuses: ['NONE'] }) }],
  ['EligibleForReplication', { ManifestGenerator: generatorOf({ EligibleForReplication: true }) }],
  [
    'S3InventoryReport_CSV_20161130',
    { ManifestGenerator: undefined, Manifest: { ...MANIFEST, Spec: { Format: 'S3InventoryReport_CSV_20161130' } } },
  ],
];

describe('CreateJob', () => {
  for (const [name, overrides] of BAD_REQUESTS) {
    test(`refuses ${name}`, async () => {
      await using opened = await openBatch();
      const call = opened.s3Control.send(new CreateJobCommand(updateJob(opened.keyArn, overrides)));
      await expectSdkError(call, 400, 'BadRequestException');
      assert.deepEqual(opened.jobs.all(), []);
    });
  }

  for (const [name, overrides] of NOT_EMULATED) {
    test(`answers 501 by name for ${name}`, async () => {
      await using opened = await openBatch();
      const call = opened.s3Control.send(new CreateJobCommand(updateJob(opened.keyArn, overrides)));
      const error = await expectSdkError(call, 501, 'NotImplemented');
      assert.ok(error.message.includes(name), error.message);
    });
  }

  test('refuses a role of another account', async () => {
    await using opened = await openBatch();
    const call = opened.s3Control.send(new CreateJobCommand(updateJob(opened.keyArn, { RoleArn: OTHER_ROLE })));
    await expectSdkError(call, 403, 'AccessDenied');
  });

  test('refuses the jobs of another account', async () => {
    await using opened = await openBatch();
    const call = opened.s3Control.send(new ListJobsCommand({ AccountId: '222222222222' }));
    await expectSdkError(call, 403, 'AccessDenied');
  });

  test('gives the same job for the same token and parameters, however often', async () => {
    await using opened = await openBatch();
    opened.store.seedObject({ bucket: 'data', key: 'a', body: 'a' });
    const request = updateJob(opened.keyArn);
    const ids = await Promise.all([1, 2, 3].map(() => opened.s3Control.send(new CreateJobCommand(request))));
    await opened.world.activity.idle(10_000);
    const again = await opened.s3Control.send(new CreateJobCommand(request));
    assert.deepEqual(new Set([...ids, again].map(({ JobId }) => JobId)).size, 1);
    assert.equal(opened.jobs.all().length, 1);
  });

  test('refuses a used token with other parameters', async () => {
    await using opened = await openBatch();
    await runJob(opened, updateJob(opened.keyArn));
    const call = opened.s3Control.send(new CreateJobCommand(updateJob(opened.keyArn, { Priority: 11 })));
    await expectSdkError(call, 400, 'IdempotencyException');
  });

  test('fills in a random token where the client leaves it out, so a retry is a second job', async () => {
    await using opened = await openBatch();
    const { ClientRequestToken: _, ...request } = updateJob(opened.keyArn);
    await opened.s3Control.send(new CreateJobCommand(request));
    await opened.s3Control.send(new CreateJobCommand(request));
    await opened.world.activity.idle(10_000);
    assert.equal(opened.jobs.all().length, 2);
  });
});

describe('the caller of CreateJob', () => {
  const creators: readonly [name: string, statements: object[], passes: boolean][] = [
    ['may create with s3:CreateJob and iam:PassRole on the role', [allow('s3:CreateJob'), passRole('batch')], true],
    ['is refused without iam:PassRole', [allow('s3:CreateJob')], false],
    ['is refused with iam:PassRole on another role', [allow('s3:CreateJob'), passRole('other')], false],
    ['is refused without s3:CreateJob', [passRole('batch')], false],
  ];
  for (const [name, statements, passes] of creators) {
    test(name, async () => {
      await using opened = await openBatch();
      const role = roleOf('creator', statements);
      opened.world.identity.putRole(role);
      const credentials = opened.world.identity.startSession(role.arn, 'test', { service: 'lambda.amazonaws.com' });
      const creator = opened.clients({ credentials }).s3Control;
      const call = creator.send(new CreateJobCommand(updateJob(opened.keyArn)));
      if (passes) assert.match((await call).JobId ?? '', /^[0-9a-f-]{36}$/);
      else await expectSdkError(call, 403, 'AccessDenied');
      await opened.world.activity.idle(10_000);
    });
  }
});

describe('DescribeJob', () => {
  test('does not know a job of another Region or a made-up one', async () => {
    await using opened = await openBatch();
    const call = opened.s3Control.send(new DescribeJobCommand({ AccountId: ACCOUNT, JobId: 'no-such-job' }));
    await expectSdkError(call, 404, 'NotFoundException');
  });
});

function passRole(name: string): object {
  return {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    Condition: { StringEquals: { 'iam:PassedToService': 'batchoperations.s3.amazonaws.com' } },
  };
}

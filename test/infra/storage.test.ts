import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { getAtt, ownPropertiesOf, packaged, propertiesOf } from './packaged-template.ts';

const RETAIN = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

const PRIVATE_SSE_S3 = {
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
};

const noCopies = (bucket: string) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:PutObject',
  Resource: { 'Fn::Sub': `\${${bucket}.Arn}/*` },
  Condition: { Null: { 's3:x-amz-copy-source': 'false' } },
});

const noOwnCopies = {
  ArnEquals: {
    'aws:PrincipalArn': {
      'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role${RolePath}${RolePrefix}reseal-reencrypt-object',
    },
  },
};

const NO_ACCESS_POINTS = {
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [getAtt('ReportsBucket'), { 'Fn::Sub': '${ReportsBucket.Arn}/*' }],
  Condition: { Null: { 's3:DataAccessPointArn': 'false' } },
};

describe('buckets', () => {
  it('of reports are private, stay SSE-S3, outlive the stack and forget old reports', () => {
    assert.deepEqual(packaged.Resources['ReportsBucket'], {
      Type: 'AWS::S3::Bucket',
      ...RETAIN,
      // Its name is the stack's: what a failed creation left would be in the way of the next one.
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        // Tried with real values in reports-bucket.test.ts.
        BucketName: packaged.Resources['ReportsBucket']?.Properties['BucketName'],
        BucketNamespace: { 'Fn::If': ['HasOwnNamespace', 'account-regional', { Ref: 'AWS::NoValue' }] },
        ...PRIVATE_SSE_S3,
        LifecycleConfiguration: {
          Rules: [
            {
              Id: 'expire-reports',
              Status: 'Enabled',
              ExpirationInDays: { Ref: 'ReportRetentionDays' },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
      },
    });
  });

  it('of the policy are the same and keep every version', () => {
    assert.deepEqual(packaged.Resources['PolicyBucket'], {
      Type: 'AWS::S3::Bucket',
      ...RETAIN,
      Properties: {
        ...PRIVATE_SSE_S3,
        VersioningConfiguration: { Status: 'Enabled' },
        LifecycleConfiguration: {
          Rules: [
            { Id: 'abort-uploads', Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
          ],
        },
      },
    });
  });

  it('of the deployment are SSE-S3 and not public', () => {
    const { BucketEncryption, PublicAccessBlockConfiguration } = PRIVATE_SSE_S3;
    assert.deepEqual(propertiesOf('ServerlessDeploymentBucket'), { BucketEncryption, PublicAccessBlockConfiguration });
  });

  it('of the deployment take no copies either: they are the code of the functions', () => {
    const { PolicyDocument } = propertiesOf('ServerlessDeploymentBucketPolicy');
    const { Statement } = z.object({ Statement: z.array(z.unknown()) }).parse(PolicyDocument);
    const shut = noCopies('ServerlessDeploymentBucket');
    assert.deepEqual(Statement.slice(-2), [shut, { ...shut, Condition: noOwnCopies }]);
  });

  for (const bucket of ['ReportsBucket', 'PolicyBucket']) {
    it(`are closed to requests without TLS and to copies, which functions would read: ${bucket}`, () => {
      const Resource = [getAtt(bucket), { 'Fn::Sub': `\${${bucket}.Arn}/*` }];
      assert.deepEqual(propertiesOf(`${bucket}Policy`), {
        Bucket: { Ref: bucket },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
            noCopies(bucket),
            // The role that makes own copies has a Deny of its own for the buckets for reports, which older stacks have left too.
            bucket === 'ReportsBucket' ? NO_ACCESS_POINTS : { ...NO_ACCESS_POINTS, Resource, Condition: noOwnCopies },
          ],
        },
      });
    });
  }
});

describe('the ledger', () => {
  it('can be restored, outlives the stack, has sparse indexes of what is open and of the buckets of a place, and streams its changes', () => {
    const [pk, sk] = ['pk', 'sk'].map((name) => ({ AttributeName: name, AttributeType: 'S' }));
    assert.deepEqual(
      { ...packaged.Resources['LedgerTable'], Properties: ownPropertiesOf('LedgerTable') },
      {
        Type: 'AWS::DynamoDB::Table',
        ...RETAIN,
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
          AttributeDefinitions: [
            pk,
            sk,
            { AttributeName: 'open', AttributeType: 'S' },
            { AttributeName: 'createdAt', AttributeType: 'S' },
            { AttributeName: 'place', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          GlobalSecondaryIndexes: [
            {
              IndexName: 'open',
              KeySchema: [
                { AttributeName: 'open', KeyType: 'HASH' },
                { AttributeName: 'createdAt', KeyType: 'RANGE' },
              ],
              Projection: {
                ProjectionType: 'INCLUDE',
                NonKeyAttributes: ['account', 'region', 'bucket', 'parked', 'token', 'jobId', 'owes'],
              },
            },
            {
              IndexName: 'by-place',
              KeySchema: [
                { AttributeName: 'place', KeyType: 'HASH' },
                { AttributeName: 'pk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'KEYS_ONLY' },
            },
          ],
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        },
      },
    );
  });
});

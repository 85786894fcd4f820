import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { bucketName, physicalName } from './physical-name.ts';
import { flag, ignored, maker, number } from './resource.ts';
import type { Place } from './resource.ts';

const bucketProperties = z.strictObject({
  BucketName: z.string().optional(),
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.array(
        z.strictObject({
          ServerSideEncryptionByDefault: z
            .strictObject({ SSEAlgorithm: z.string(), KMSMasterKeyID: z.string().optional() })
            .optional(),
          BucketKeyEnabled: flag.optional(),
          BlockedEncryptionTypes: z.strictObject({ EncryptionType: z.array(z.string()) }).optional(),
        }),
      ),
    })
    .optional(),
  PublicAccessBlockConfiguration: z
    .strictObject({
      BlockPublicAcls: flag.optional(),
      BlockPublicPolicy: flag.optional(),
      IgnorePublicAcls: flag.optional(),
      RestrictPublicBuckets: flag.optional(),
    })
    .optional(),
  OwnershipControls: z.strictObject({ Rules: z.array(z.strictObject({ ObjectOwnership: z.string() })) }).optional(),
  VersioningConfiguration: z.strictObject({ Status: z.string() }).optional(),
  LifecycleConfiguration: z
    .strictObject({
      Rules: z.array(
        z.strictObject({
          Id: z.string().optional(),
          Status: z.string(),
          Prefix: z.string().optional(),
          ExpirationInDays: number.optional(),
          NoncurrentVersionExpiration: z
            .strictObject({ NoncurrentDays: number, NewerNoncurrentVersions: number.optional() })
            .optional(),
          AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: number }).optional(),
        }),
      ),
    })
    .optional(),
  Tags: ignored,
});

type BucketProperties = z.infer<typeof bucketProperties>;

/** AWS::S3::Bucket, made call by call as CloudFormation makes it, so that CloudTrail tells of each. */
export const makeBucket = maker('AWS::S3::Bucket', bucketProperties, async (logicalId, properties, place) => {
  const Bucket = properties.BucketName ?? bucketName(logicalId, place);
  const { region } = place;
  await invoke(place, 'CreateBucket', {
    Bucket,
    ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }),
  });
  for (const [operation, input] of settings(properties)) {
    await invoke(place, operation, { Bucket, ...input });
  }
  return {
    ref: Bucket,
    attributes: {
      Arn: `arn:aws:s3:::${Bucket}`,
      DomainName: `${Bucket}.s3.amazonaws.com`,
      RegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
    },
  };
});

const invoke = (place: Place, operation: string, input: object): Promise<unknown> =>
  place.world.invoke('s3', operation, input, place.as);

function settings(properties: BucketProperties): [operation: string, input: object][] {
  const {
    BucketEncryption: encryption,
    PublicAccessBlockConfiguration,
    OwnershipControls,
    VersioningConfiguration,
    LifecycleConfiguration: lifecycle,
  } = properties;
  const calls: [string, object][] = [];
  if (encryption) {
    calls.push([
      'PutBucketEncryption',
      {
        ServerSideEncryptionConfiguration: { Rules: encryption.ServerSideEncryptionConfiguration.map(encryptionRule) },
      },
    ]);
  }
  if (PublicAccessBlockConfiguration) {
    calls.push(['PutPublicAccessBlock', { PublicAccessBlockConfiguration }]);
  }
  if (OwnershipControls) {
    calls.push(['PutBucketOwnershipControls', { OwnershipControls }]);
  }
  if (VersioningConfiguration) {
    calls.push(['PutBucketVersioning', { VersioningConfiguration }]);
  }
  if (lifecycle) {
    calls.push([
      'PutBucketLifecycleConfiguration',
      { LifecycleConfiguration: { Rules: lifecycle.Rules.map(lifecycleRule) } },
    ]);
  }
  return calls;
}

type EncryptionRule = NonNullable<BucketProperties['BucketEncryption']>['ServerSideEncryptionConfiguration'][number];
type LifecycleRule = NonNullable<BucketProperties['LifecycleConfiguration']>['Rules'][number];

const encryptionRule = ({ ServerSideEncryptionByDefault: byDefault, ...rest }: EncryptionRule): object => ({
  ...(byDefault === undefined ? {} : { ApplyServerSideEncryptionByDefault: byDefault }),
  ...rest,
});

const lifecycleRule = ({ Id, Prefix = '', ExpirationInDays: days, ...rest }: LifecycleRule): object => ({
  ...(Id === undefined ? {} : { ID: Id }),
  Filter: { Prefix },
  ...(days === undefined ? {} : { Expiration: { Days: days } }),
  ...rest,
});

export const makeBucketPolicy = maker(
  'AWS::S3::BucketPolicy',
  z.strictObject({ Bucket: z.string(), PolicyDocument: z.looseObject({}) }),
  async (_logicalId, { Bucket, PolicyDocument }, place) => {
    await invoke(place, 'PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) });
    return { ref: Bucket, attributes: {} };
  },
);

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.string() }));
const projection = z.strictObject({
  ProjectionType: z.string().optional(),
  NonKeyAttributes: z.array(z.string()).optional(),
});
const throughput = z.strictObject({ ReadCapacityUnits: number, WriteCapacityUnits: number }).optional();

const tableProperties = z.strictObject({
  TableName: z.string().optional(),
  BillingMode: z.string().optional(),
  ProvisionedThroughput: throughput,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: projection,
        ProvisionedThroughput: throughput,
      }),
    )
    .optional(),
  StreamSpecification: z.strictObject({ StreamViewType: z.string() }).optional(),
  SSESpecification: z
    .strictObject({ SSEEnabled: flag, SSEType: z.string().optional(), KMSMasterKeyId: z.string().optional() })
    .optional(),
  // What keeps data at rest safe has no meaning in memory.
  PointInTimeRecoverySpecification: ignored,
  // AWS deletes within days what has expired; nothing here lives so long.
  TimeToLiveSpecification: ignored,
  DeletionProtectionEnabled: ignored,
  Tags: ignored,
});

export const makeTable = maker('AWS::DynamoDB::Table', tableProperties, async (logicalId, properties, place) => {
  const { account, region, tables } = place;
  const {
    TableName = physicalName(logicalId, place, 255),
    BillingMode,
    ProvisionedThroughput,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    StreamSpecification: stream,
    SSESpecification: encryption,
  } = properties;
  const input = {
    TableName,
    BillingMode,
    ProvisionedThroughput,
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
    ...(stream === undefined ? {} : { StreamSpecification: { StreamEnabled: true, ...stream } }),
    ...(encryption === undefined ? {} : { SSESpecification: sseSpecification(encryption) }),
  };
  await tables.invoke('CreateTable', input, { account, region });
  let table = await describeTable(place, TableName);
  while (table.TableStatus !== 'ACTIVE') {
    await turn();
    table = await describeTable(place, TableName);
  }
  const { LatestStreamArn: streamArn } = table;
  return {
    ref: TableName,
    attributes: {
      Arn: `arn:aws:dynamodb:${region}:${account}:table/${TableName}`,
      ...(streamArn === undefined ? {} : { StreamArn: streamArn }),
    },
  };
});

/** CloudFormation says SSEEnabled where the API says Enabled. */
function sseSpecification({ SSEEnabled: Enabled, ...rest }: { SSEEnabled: boolean }): object {
  return { Enabled, ...rest };
}

const described = z.object({ Table: z.object({ TableStatus: z.string(), LatestStreamArn: z.string().optional() }) });

async function describeTable({ account, region, tables }: Place, TableName: string) {
  return described.parse(await tables.invoke('DescribeTable', { TableName }, { account, region })).Table;
}

import * as sdk from '@aws-sdk/client-s3tables';
import type { EncryptionConfiguration } from '@aws-sdk/client-s3tables';
import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import type { World } from '../world.ts';
import { createBucketOperations } from './bucket-operations.ts';
import { createTableOperations } from './table-operations.ts';
import { tableBucketArn } from './table-bucket.ts';
import { ownerIn, TableBuckets } from './table-buckets.ts';

const BUCKET = ['tableBucketARN'];

const SUPPORTED: SupportedMembers = {
  CreateTableBucket: ['name', 'encryptionConfiguration', 'tags'],
  GetTableBucket: BUCKET,
  ListTableBuckets: ['prefix', 'continuationToken', 'maxBuckets', 'type'],
  DeleteTableBucket: BUCKET,
  PutTableBucketEncryption: [...BUCKET, 'encryptionConfiguration'],
  GetTableBucketEncryption: BUCKET,
  DeleteTableBucketEncryption: BUCKET,
  ListTagsForResource: ['resourceArn'],
  TagResource: ['resourceArn', 'tags'],
  UntagResource: ['resourceArn', 'tagKeys'],
  CreateNamespace: [...BUCKET, 'namespace'],
  CreateTable: [...BUCKET, 'namespace', 'name', 'format', 'encryptionConfiguration'],
  ListTables: [...BUCKET, 'namespace', 'prefix', 'continuationToken', 'maxTables'],
};

/** S3 Tables: table buckets with their default encryption, and tables that are made and listed, without data in them. */
export function createS3Tables(world: World): ServiceDefinition {
  const buckets = new TableBuckets();
  const operations = { ...createBucketOperations(buckets), ...createTableOperations(world, buckets) };
  return {
    id: 's3tables',
    signingName: 's3tables',
    protocol: 'restJson1',
    sdk,
    operations: onlySupported('s3tables', operations, SUPPORTED),
    permissions: createPermissions(),
  };
}

interface Asked {
  readonly tableBucketARN?: string;
  readonly resourceArn?: string;
  readonly name?: string;
  readonly encryptionConfiguration?: EncryptionConfiguration;
  readonly tags?: Readonly<Record<string, string>>;
}

/** The action of its name on the table bucket; what else a creation asks for says the API reference of each (Service Authorization Reference, "Amazon S3 Tables"). */
function createPermissions(): ServiceDefinition['permissions'] {
  const on = (action: string, resource: string, { encryptionConfiguration: encryption }: Asked = {}): Permission => {
    const owner = ownerIn(resource);
    const context = {
      ...(encryption?.sseAlgorithm && { 's3tables:SSEAlgorithm': encryption.sseAlgorithm }),
      ...(encryption?.kmsKeyArn && { 's3tables:KMSKeyArn': encryption.kmsKeyArn }),
    };
    return { action: `s3tables:${action}`, resource, context, ...(owner === undefined ? {} : { owner }) };
  };
  const also = (arn: string, input: Asked, encryptionAction: string) => [
    ...(input.encryptionConfiguration === undefined ? [] : [on(encryptionAction, arn, input)]),
    ...(input.tags === undefined ? [] : [on('TagResource', arn)]),
  ];
  const byName = Object.keys(SUPPORTED).map((name) => [
    name,
    (input: Asked) => [on(name, input.tableBucketARN ?? input.resourceArn ?? '', input)],
  ]);
  return {
    ...Object.fromEntries(byName),
    ListTableBuckets: () => [{ action: 's3tables:ListTableBuckets', resource: '*' }],
    CreateTableBucket: (input: Asked, call: Call) => {
      const arn = tableBucketArn(input.name ?? '', call);
      return [on('CreateTableBucket', arn, input), ...also(arn, input, 'PutTableBucketEncryption')];
    },
    CreateTable: (input: Asked) => {
      const arn = input.tableBucketARN ?? '';
      return [on('CreateTable', arn, input), ...also(`${arn}/table/*`, input, 'PutTableEncryption')];
    },
  };
}

import * as sdk from '@aws-sdk/client-s3vectors';
import type * as s3vectors from '@aws-sdk/client-s3vectors';
import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import { pageAfter } from '../page-after.ts';
import { invalid, type VectorBucket, vectorBucketArn, VectorBuckets } from './vector-buckets.ts';

const BUCKET = ['vectorBucketName', 'vectorBucketArn'];

const SUPPORTED: SupportedMembers = {
  CreateVectorBucket: ['vectorBucketName', 'encryptionConfiguration', 'tags'],
  GetVectorBucket: BUCKET,
  ListVectorBuckets: ['maxResults', 'nextToken', 'prefix'],
  DeleteVectorBucket: BUCKET,
  ListTagsForResource: ['resourceArn'],
};

/** S3 Vectors: vector buckets, whose encryption is fixed when they are made. Indexes and vectors are not played. */
export function createS3Vectors(): ServiceDefinition {
  const buckets = new VectorBuckets();
  const operations = {
    CreateVectorBucket: (input: s3vectors.CreateVectorBucketInput, call: Call) => ({
      vectorBucketArn: buckets.create(input, call).arn,
    }),
    GetVectorBucket: (input: OnBucket, call: Call) => ({
      vectorBucket: described(buckets.get(arnIn(input, call), call)),
    }),
    ListVectorBuckets: ({ prefix = '', maxResults, nextToken }: s3vectors.ListVectorBucketsInput, call: Call) => {
      const own = buckets.of(call).filter(({ name }) => name.startsWith(prefix));
      const page = pageAfter(own, { token: nextToken, most: maxResults ?? 500, keyOf: ({ name }) => name });
      return { vectorBuckets: page.items.map(summaryOf), nextToken: page.token };
    },
    DeleteVectorBucket: (input: OnBucket, call: Call) => {
      buckets.delete(buckets.get(arnIn(input, call), call).arn);
      return {};
    },
    ListTagsForResource: ({ resourceArn = '' }: s3vectors.ListTagsForResourceInput, call: Call) => ({
      tags: buckets.get(resourceArn, call).tags,
    }),
  };
  return {
    id: 's3vectors',
    signingName: 's3vectors',
    protocol: 'restJson1',
    sdk,
    operations: onlySupported('s3vectors', operations, SUPPORTED),
    permissions: PERMISSIONS,
  };
}

type OnBucket = Pick<s3vectors.GetVectorBucketInput, 'vectorBucketName' | 'vectorBucketArn'>;

/** Exactly one of the two names it. Throws ValidationException. */
function arnIn({ vectorBucketArn: arn, vectorBucketName: name }: OnBucket, call: Call): string {
  if ((arn === undefined) === (name === undefined))
    throw invalid('Specify either vectorBucketName or vectorBucketArn.');
  return arn ?? vectorBucketArn(name ?? '', call);
}

function summaryOf({ name, arn, createdAt }: VectorBucket): s3vectors.VectorBucketSummary {
  return { vectorBucketName: name, vectorBucketArn: arn, creationTime: createdAt };
}

function described(bucket: VectorBucket): s3vectors.VectorBucket {
  return { ...summaryOf(bucket), encryptionConfiguration: bucket.encryption };
}

/** Service Authorization Reference, "Amazon S3 Vectors". */
const PERMISSIONS: ServiceDefinition['permissions'] = {
  CreateVectorBucket: (input: s3vectors.CreateVectorBucketInput, call: Call) => {
    const resource = vectorBucketArn(input.vectorBucketName ?? '', call);
    const { sseType, kmsKeyArn } = input.encryptionConfiguration ?? {};
    const context = {
      ...(sseType && { 's3vectors:sseType': sseType }),
      ...(kmsKeyArn && { 's3vectors:kmsKeyArn': kmsKeyArn }),
    };
    const tagging = { action: 's3vectors:TagResource', resource };
    return [
      { action: 's3vectors:CreateVectorBucket', resource, context },
      ...(input.tags === undefined ? [] : [tagging]),
    ];
  },
  GetVectorBucket: onBucket('GetVectorBucket'),
  ListVectorBuckets: () => [{ action: 's3vectors:ListVectorBuckets', resource: '*' }],
  DeleteVectorBucket: onBucket('DeleteVectorBucket'),
  ListTagsForResource: ({ resourceArn = '' }: s3vectors.ListTagsForResourceInput) => [
    onArn('ListTagsForResource', resourceArn),
  ],
};

function onBucket(action: string) {
  return (input: OnBucket, call: Call): Permission[] => [onArn(action, arnIn(input, call))];
}

function onArn(action: string, resource: string): Permission {
  const owner = /^arn:aws:s3vectors:[a-z0-9-]+:(\d{12}):/.exec(resource)?.[1];
  return { action: `s3vectors:${action}`, resource, ...(owner === undefined ? {} : { owner }) };
}

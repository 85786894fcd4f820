import type {
  DeleteBucketPolicyRequest,
  DeletePublicAccessBlockRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutBucketPolicyRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { compileWildcard } from '../identity/wildcard.ts';
import type { Bucket } from './bucket.ts';
import { EXPRESS_POLICIES, type Level, S3_POLICIES } from './policy-vocabulary.ts';
import { NO_CONTENT, type NoContent } from './no-content.ts';
import { isPublicPolicy, restrictedPolicy } from './public-policy.ts';
import { readPolicy } from './read-policy.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';

/** Stored, and from then on part of every permission check on the bucket and its objects. */
export function putBucketPolicy(s3: S3, input: PutBucketPolicyRequest, call: Call): NoContent {
  const bucket = s3.store.locate(input, call);
  const text = input.Policy ?? '';
  const document = readPolicy(text, {
    vocabulary: s3.store.options.directory ? EXPRESS_POLICIES : S3_POLICIES,
    levelsOf: (resource) => levelsOf(bucket, resource),
  });
  if (bucket.publicAccessBlock?.BlockPublicPolicy === true && isPublicPolicy(document)) {
    throw accessDenied(
      'Access Denied: the policy grants public access and the BlockPublicPolicy setting of the bucket prevents that',
    );
  }
  setPolicy(bucket, text);
  return NO_CONTENT;
}

export function getBucketPolicy(s3: S3, input: GetBucketPolicyRequest, call: Call): GetBucketPolicyOutput {
  const bucket = s3.store.locate(input, call);
  if (bucket.policy === undefined) {
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, {
      fields: { BucketName: bucket.name },
    });
  }
  return { Policy: bucket.policy.text };
}

export function deleteBucketPolicy(s3: S3, input: DeleteBucketPolicyRequest, call: Call): void {
  s3.store.locate(input, call).policy = undefined;
}

export function putPublicAccessBlock(s3: S3, input: PutPublicAccessBlockRequest, call: Call): void {
  const given = input.PublicAccessBlockConfiguration ?? {};
  const bucket = s3.store.locate(input, call);
  bucket.publicAccessBlock = {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
  if (bucket.policy !== undefined) setPolicy(bucket, bucket.policy.text);
}

export function getPublicAccessBlock(
  s3: S3,
  input: GetPublicAccessBlockRequest,
  call: Call,
): GetPublicAccessBlockOutput {
  const { publicAccessBlock } = s3.store.locate(input, call);
  if (publicAccessBlock === undefined) {
    throw new AwsError(
      'NoSuchPublicAccessBlockConfiguration',
      'The public access block configuration was not found',
      404,
    );
  }
  return { PublicAccessBlockConfiguration: publicAccessBlock };
}

export function deletePublicAccessBlock(s3: S3, input: DeletePublicAccessBlockRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  bucket.publicAccessBlock = undefined;
  if (bucket.policy !== undefined) setPolicy(bucket, bucket.policy.text);
}

/** What is evaluated is the policy as put, unless RestrictPublicBuckets changes what it means. */
function setPolicy(bucket: Bucket, text: string): void {
  const document: unknown = JSON.parse(text);
  const isRestricted = bucket.publicAccessBlock?.RestrictPublicBuckets === true;
  bucket.policy = { text, document: isRestricted ? restrictedPolicy(document, bucket.accountId) : document };
}

/** The bucket itself or what is in it; the bucket's name may be written with wildcards. */
function levelsOf(bucket: Bucket, resource: string): Level[] {
  // The ARN of a directory bucket has a slash of its own.
  const [own, parts] = [bucket.arn.split('/').length, resource.split('/')];
  const named = parts.slice(0, own).join('/');
  if (!compileWildcard(named, { ignoreCase: false })(bucket.arn)) return [];
  if (parts.length > own) return ['object'];
  return named.endsWith('*') ? ['bucket', 'object'] : ['bucket'];
}

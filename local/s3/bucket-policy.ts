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
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';

const LARGEST_POLICY_BYTES = 20 * 1024;

/** Stored, and from then on part of every permission check on the bucket and its objects. */
export function putBucketPolicy(s3: S3, input: PutBucketPolicyRequest, call: Call): void {
  const bucket = s3.store.locate(input, call);
  const text = input.Policy ?? '';
  const document = readPolicy(text);
  if (bucket.publicAccessBlock?.BlockPublicPolicy === true && statementsOf(document).some(isPublic)) {
    throw accessDenied(
      'Access Denied: the policy grants public access and the BlockPublicPolicy setting of the bucket prevents that',
    );
  }
  bucket.policy = { text, document };
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
  s3.store.locate(input, call).publicAccessBlock = {
    BlockPublicAcls: given.BlockPublicAcls ?? false,
    IgnorePublicAcls: given.IgnorePublicAcls ?? false,
    BlockPublicPolicy: given.BlockPublicPolicy ?? false,
    RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
  };
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
  s3.store.locate(input, call).publicAccessBlock = undefined;
}

function readPolicy(text: string): unknown {
  if (Buffer.byteLength(text) > LARGEST_POLICY_BYTES)
    throw malformedPolicy('Policy exceeds the maximum allowed document size.');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (statementsOf(document).length === 0) throw malformedPolicy('Missing required field Statement');
  return document;
}

function statementsOf(document: unknown): Record<string, unknown>[] {
  if (!isRecord(document)) return [];
  const statement = document['Statement'];
  return (Array.isArray(statement) ? statement : [statement]).filter(isRecord);
}

/** S3 looks at conditions too; here any condition counts as not public. */
function isPublic(statement: Record<string, unknown>): boolean {
  const principal = statement['Principal'];
  const everyone = principal === '*' || (isRecord(principal) && [principal['AWS']].flat().includes('*'));
  return statement['Effect'] === 'Allow' && everyone && statement['Condition'] === undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicy', message, 400);
}

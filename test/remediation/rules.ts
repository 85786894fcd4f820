import type { ServerSideEncryptionRule } from '@aws-sdk/client-s3';

/** What S3 gives a new bucket, and what is left after DeleteBucketEncryption. */
export const SSE_S3 = {
  ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
  BucketKeyEnabled: false,
} as const satisfies ServerSideEncryptionRule;

/** SSE-KMS under this key with a Bucket Key. */
export function sseKms(keyArn: string) {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
    BucketKeyEnabled: true,
  } as const satisfies ServerSideEncryptionRule;
}

/** DSSE-KMS under this key. */
export function dsseKms(keyArn: string) {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: keyArn },
    BucketKeyEnabled: false,
  } as const satisfies ServerSideEncryptionRule;
}

/** The block that every new bucket has. */
export const BLOCKS_SSE_C = {
  BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
} satisfies ServerSideEncryptionRule;

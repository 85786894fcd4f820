import type { CopyObjectCommandInput, CopyObjectCommandOutput } from '@aws-sdk/client-s3';
import type { AppliedEncryption } from '../../policy/copy/applied-encryption.ts';
import type { EncryptionTarget } from '../../policy/copy/object-task.ts';
import { present } from '../../present.ts';

type Asked = Pick<CopyObjectCommandInput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'>;
type Answered = Pick<CopyObjectCommandOutput, 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'>;

/** The members by which a write asks for encryption. Only SSE-KMS takes a bucket key (S3 API CopyObject). */
export function askedEncryption({ algorithm, keyArn, bucketKey }: EncryptionTarget): Asked {
  return {
    ServerSideEncryption: algorithm,
    ...present({ SSEKMSKeyId: keyArn, BucketKeyEnabled: algorithm === 'aws:kms' ? bucketKey : undefined }),
  };
}

/** The encryption that an answer names. */
export function appliedBy({ ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }: Answered): AppliedEncryption {
  return {
    bucketKey: BucketKeyEnabled === true,
    ...present({ algorithm: ServerSideEncryption, keyId: SSEKMSKeyId }),
  };
}

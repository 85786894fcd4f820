import { ListObjectAnnotationsCommand, type S3Client } from '@aws-sdk/client-s3';
import { errorName } from '../sdk/service-error.ts';

/**
 * ListObjectAnnotations (s3:ListObjectAnnotations): whether an object has some. CopyObject takes them along, an upload in parts does not (S3 API CopyObject, x-amz-object-annotation-directive). Throws the
 * SDK's error.
 */
export function createObjectAnnotations(s3: S3Client) {
  return async function hasAnnotations(named: { bucket: string; account: string; key: string }): Promise<boolean> {
    const { bucket, account, key } = named;
    const asked = { Bucket: bucket, Key: key, ExpectedBucketOwner: account, MaxAnnotationResults: 1 };
    try {
      const { Annotations = [] } = await s3.send(new ListObjectAnnotationsCommand(asked));
      return Annotations.length > 0;
    } catch (error) {
      // Where there are no annotations yet, S3 says so.
      if (errorName(error) === 'NotImplemented') return false;
      throw error;
    }
  };
}

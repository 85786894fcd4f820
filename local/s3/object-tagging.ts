import type {
  DeleteObjectTaggingOutput,
  DeleteObjectTaggingRequest,
  GetObjectTaggingOutput,
  GetObjectTaggingRequest,
  PutObjectTaggingOutput,
  PutObjectTaggingRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import { findObject } from './find-object.ts';
import type { S3 } from './store.ts';
import { checkTags } from './tags.ts';
import { visibleVersionId } from './versions.ts';

export function putObjectTagging(s3: S3, input: PutObjectTaggingRequest, call: Call): PutObjectTaggingOutput {
  const { bucket, object } = findObject(s3, input, call);
  object.tags = checkTags(input.Tagging?.TagSet ?? [], 10);
  return { VersionId: visibleVersionId(bucket, object) };
}

export function getObjectTagging(s3: S3, input: GetObjectTaggingRequest, call: Call): GetObjectTaggingOutput {
  const { bucket, object } = findObject(s3, input, call);
  return { TagSet: [...object.tags], VersionId: visibleVersionId(bucket, object) };
}

export function deleteObjectTagging(s3: S3, input: DeleteObjectTaggingRequest, call: Call): DeleteObjectTaggingOutput {
  const { bucket, object } = findObject(s3, input, call);
  object.tags = [];
  return { VersionId: visibleVersionId(bucket, object) };
}

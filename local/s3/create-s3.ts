import * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { ServiceDefinition } from '../service.ts';
import type { World } from '../world.ts';
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts';
import * as policy from './bucket-policy.ts';
import * as settings from './bucket-settings.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket } from './buckets.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { copyObject } from './copy.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { getObject, headObject } from './get-object.ts';
import { listBuckets, listDirectoryBuckets } from './list-buckets.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import * as lock from './object-lock.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { s3Permissions } from './permissions.ts';
import { putObject } from './put-object.ts';
import { type S3, type S3Options, S3Store } from './store.ts';
import { updateObjectEncryption } from './update-encryption.ts';

/** Every emulated operation. What the SDK knows and this table does not is answered 501 by name. */
const OPERATIONS = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  HeadBucket: headBucket,
  ListBuckets: listBuckets,
  GetBucketLocation: getBucketLocation,
  GetBucketEncryption: getBucketEncryption,
  PutBucketEncryption: putBucketEncryption,
  DeleteBucketEncryption: deleteBucketEncryption,
  GetBucketVersioning: settings.getBucketVersioning,
  PutBucketVersioning: settings.putBucketVersioning,
  GetBucketTagging: settings.getBucketTagging,
  PutBucketTagging: settings.putBucketTagging,
  DeleteBucketTagging: settings.deleteBucketTagging,
  GetBucketOwnershipControls: settings.getBucketOwnershipControls,
  PutBucketOwnershipControls: settings.putBucketOwnershipControls,
  DeleteBucketOwnershipControls: settings.deleteBucketOwnershipControls,
  GetBucketWebsite: settings.getBucketWebsite,
  PutBucketWebsite: settings.putBucketWebsite,
  DeleteBucketWebsite: settings.deleteBucketWebsite,
  GetBucketLifecycleConfiguration: settings.getBucketLifecycleConfiguration,
  PutBucketLifecycleConfiguration: settings.putBucketLifecycleConfiguration,
  DeleteBucketLifecycle: settings.deleteBucketLifecycle,
  GetBucketPolicy: policy.getBucketPolicy,
  PutBucketPolicy: policy.putBucketPolicy,
  DeleteBucketPolicy: policy.deleteBucketPolicy,
  GetPublicAccessBlock: policy.getPublicAccessBlock,
  PutPublicAccessBlock: policy.putPublicAccessBlock,
  DeletePublicAccessBlock: policy.deletePublicAccessBlock,
  GetObjectLockConfiguration: lock.getObjectLockConfiguration,
  PutObjectLockConfiguration: lock.putObjectLockConfiguration,
  GetObjectRetention: lock.getObjectRetention,
  PutObjectRetention: lock.putObjectRetention,
  GetObjectLegalHold: lock.getObjectLegalHold,
  PutObjectLegalHold: lock.putObjectLegalHold,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  CopyObject: copyObject,
  UpdateObjectEncryption: updateObjectEncryption,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  UploadPartCopy: uploadPartCopy,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
  ListParts: listParts,
  ListMultipartUploads: listMultipartUploads,
} satisfies Readonly<Record<string, (s3: S3, input: never, call: Call) => unknown>>;

export interface CreatedS3 {
  readonly service: ServiceDefinition;
  /** The control endpoint of directory buckets, which signs as s3express: it knows only that there are none. */
  readonly directoryBuckets: ServiceDefinition;
  readonly store: S3Store;
}

/** S3 over one store of buckets. The store is also what scenarios seed and what a progress display reads. */
export function createS3(world: World, options: S3Options = {}): CreatedS3 {
  const store = new S3Store(world, options);
  const s3: S3 = { world, store };
  const bound = Object.entries(OPERATIONS).map(([name, run]) => [
    name,
    (input: never, call: Call): unknown => run(s3, input, call),
  ]);
  return {
    service: {
      id: 's3',
      signingName: 's3',
      protocol: 'restXml',
      sdk,
      operations: Object.fromEntries(bound),
      permissions: s3Permissions(s3),
    },
    directoryBuckets: {
      id: 's3express',
      signingName: 's3express',
      protocol: 'restXml',
      sdk: directoryBucketModel(),
      operations: { ListDirectoryBuckets: listDirectoryBuckets },
      permissions: {
        ListDirectoryBuckets: () => [{ action: 's3express:ListAllMyDirectoryBuckets', resource: '*' }],
      },
    },
    store,
  };
}

/** GET / is ListBuckets and ListDirectoryBuckets alike; at this endpoint it is only the latter. */
function directoryBucketModel(): Readonly<Record<string, unknown>> {
  const { ListBuckets$: _, ...model } = sdk;
  return model;
}

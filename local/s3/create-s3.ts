import * as sdk from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { ServiceDefinition, WireResponse } from '../service.ts';
import type { Outcome, World } from '../world.ts';
import { createAccessLogs } from './access-logs.ts';
import * as acl from './acl-operations.ts';
import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts';
import { getBucketLogging, putBucketLogging } from './bucket-logging.ts';
import * as policy from './bucket-policy.ts';
import * as settings from './bucket-settings.ts';
import { createBucket, deleteBucket, getBucketLocation, headBucket } from './buckets.ts';
import { checkRequest } from './check-request.ts';
import { completeMultipartUpload } from './complete-multipart.ts';
import { copyObject } from './copy.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { deliver, type Delivered, type ServiceObject } from './deliver.ts';
import { createDirectoryBuckets } from './directory-service.ts';
import { getObject, headObject } from './get-object.ts';
import { listBuckets } from './list-buckets.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { listMultipartUploads, listParts } from './list-uploads.ts';
import { listObjectVersions } from './list-versions.ts';
import { abortMultipartUpload, createMultipartUpload, uploadPart, uploadPartCopy } from './multipart.ts';
import { getObjectAttributes } from './object-attributes.ts';
import * as lock from './object-lock.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { s3Permissions } from './permissions.ts';
import { putObject } from './put-object.ts';
import { deleteBucketReplication, getBucketReplication, putBucketReplication } from './replication-configuration.ts';
import { restoreObject } from './restore.ts';
import { type S3, type S3Options, S3Store } from './store.ts';
import { readAsService, type ServiceRead } from './service-read.ts';
import { updateObjectEncryption } from './update-encryption.ts';
import { answerWebsite } from './website-endpoint.ts';
import type { WebsiteRequest } from './website-routing.ts';

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
  GetBucketAcl: acl.getBucketAcl,
  PutBucketAcl: acl.putBucketAcl,
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
  GetBucketLogging: getBucketLogging,
  PutBucketLogging: putBucketLogging,
  GetBucketReplication: getBucketReplication,
  PutBucketReplication: putBucketReplication,
  DeleteBucketReplication: deleteBucketReplication,
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
  GetObjectAttributes: getObjectAttributes,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObjectAcl: acl.getObjectAcl,
  PutObjectAcl: acl.putObjectAcl,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  RestoreObject: restoreObject,
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
  /** The endpoint of directory buckets, which signs as s3express. */
  readonly directoryBuckets: ServiceDefinition;
  readonly store: S3Store;
  readonly directoryStore: S3Store;
  /** The account of a bucket of either kind. */
  readonly ownerOf: (bucket: string) => string | undefined;
  /** Wants to hear how each call ended: server access logs are made of it. */
  readonly accessLogs: (outcome: Outcome) => void;
  /** Writes an object as an AWS service does by itself. */
  readonly deliver: (object: ServiceObject) => Delivered;
  /** Reads an object as an AWS service does for one of its resources. */
  readonly readAsService: (read: ServiceRead) => Buffer;
  /** Serves a bucket as a web site. */
  readonly website: (request: WebsiteRequest) => WireResponse;
}

/** S3 over one store of buckets. The store is also what scenarios seed and what a progress display reads. */
export function createS3(world: World, options: S3Options = {}): CreatedS3 {
  const store = new S3Store(world, options);
  const s3: S3 = { world, store };
  const directoryStore = new S3Store(world, { ...options, directory: true });
  const bound = Object.entries(OPERATIONS).map(([name, run]) => [
    name,
    (input: never, call: Call): unknown => run(s3, input, call),
  ]);
  return {
    service: {
      id: 's3',
      signingName: 's3',
      protocol: 'restXml',
      takesAnonymous: true,
      checkRequest,
      sdk,
      operations: Object.fromEntries(bound),
      permissions: s3Permissions(s3),
    },
    directoryBuckets: createDirectoryBuckets({ world, store: directoryStore }),
    directoryStore,
    store,
    ownerOf: (bucket) => (store.find(bucket) ?? directoryStore.find(bucket))?.accountId,
    accessLogs: createAccessLogs(s3),
    deliver: (object) => deliver(s3, object),
    readAsService: (read) => readAsService(s3, read),
    website: (request) => answerWebsite(s3, request),
  };
}

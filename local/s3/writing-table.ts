import type {
  CompleteMultipartUploadRequest,
  CopyObjectRequest,
  CreateMultipartUploadRequest,
  PutObjectRequest,
  UploadPartCopyRequest,
  UploadPartRequest,
} from '@aws-sdk/client-s3';
import type { Call } from '../call.ts';
import type { Permission } from '../service.ts';
import { throughAccessPoint } from './access-point-gate.ts';
import { onObject } from './resource-permission.ts';
import type { S3 } from './store.ts';
import {
  copyContext,
  copyPermissions,
  creationContext,
  matchPermissions,
  sourcePermissions,
  writePermissions,
} from './write-permissions.ts';

/** Writes of objects, whole or in parts. */
export function writingTable(s3: S3) {
  return {
    PutObject: (input: PutObjectRequest, call: Call): Permission[] => {
      const bucket = s3.store.locate(input, call);
      return [...writePermissions(bucket, input, creationContext(input, true)), ...matchPermissions(bucket, input)];
    },
    CreateMultipartUpload: (input: CreateMultipartUploadRequest, call: Call): Permission[] =>
      writePermissions(s3.store.locate(input, call), input, creationContext({}, false)),
    UploadPart: (input: UploadPartRequest, call: Call): Permission[] => [
      onObject(s3.store.locate(input, call), input, 's3:PutObject', creationContext({}, false)),
    ],
    CompleteMultipartUpload: (input: CompleteMultipartUploadRequest, call: Call): Permission[] => {
      const bucket = s3.store.locate(input, call);
      return [
        onObject(bucket, { Key: input.Key }, 's3:PutObject', creationContext(input, true)),
        ...matchPermissions(bucket, input),
      ];
    },
    CopyObject: (input: CopyObjectRequest, call: Call) => copyPermissions(s3, input, call),
    UploadPartCopy: (input: UploadPartCopyRequest, call: Call) => [
      ...throughAccessPoint(
        s3,
        input.Bucket,
        [
          onObject(s3.store.locate(input, call), input, 's3:PutObject', {
            ...copyContext(input),
            ...creationContext({}, false),
          }),
        ],
        call,
      ),
      ...sourcePermissions(s3, input, false, call),
    ],
  };
}

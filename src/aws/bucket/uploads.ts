import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Upload } from '../../ledger/open-uploads.ts';
import { errorName, oddAnswer } from '../sdk/service-error.ts';
import { listedKey } from '../sdk/listed-key.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/** Uploads that were initiated and neither completed nor aborted; `truncated` where there are more than were listed. */
export interface UploadList {
  uploads: Upload[];
  truncated: boolean;
}

/** A page has up to 1,000. */
const MOST_PAGES = 10;

export type Uploads = ReturnType<typeof createUploads>;

/** The multipart uploads in flight in a bucket (S3 API, ListMultipartUploads and AbortMultipartUpload). Both throw the SDK's error. */
export function createUploads(s3: S3Client) {
  return {
    /** The first 10,000, in the order of keys: S3 lists them in no other. */
    async list({ bucket, account }: OwnedBucket): Promise<UploadList> {
      const uploads: Upload[] = [];
      let marker: { KeyMarker?: string; UploadIdMarker?: string } = {};
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        // A key may hold what no XML can.
        const asked = { Bucket: bucket, ExpectedBucketOwner: account, EncodingType: 'url', ...marker } as const;
        const output = await s3.send(new ListMultipartUploadsCommand(asked));
        if (output.IsTruncated === undefined) throw oddAnswer('ListMultipartUploads', 'IsTruncated', { bucket });
        for (const { Key, UploadId, Initiated } of output.Uploads ?? []) {
          if (Key === undefined || UploadId === undefined || Initiated === undefined) continue;
          uploads.push({ key: listedKey(Key), uploadId: UploadId, initiatedMs: Initiated.getTime() });
        }
        const { NextKeyMarker, NextUploadIdMarker } = output;
        if (!output.IsTruncated || NextKeyMarker === undefined) return { uploads, truncated: output.IsTruncated };
        marker = { KeyMarker: listedKey(NextKeyMarker), UploadIdMarker: NextUploadIdMarker ?? '' };
      }
      return { uploads, truncated: true };
    },

    /** False where the upload is not there any more: it was completed or aborted meanwhile. */
    async abort({ bucket, account }: OwnedBucket, { key, uploadId }: Upload): Promise<boolean> {
      const upload = { Bucket: bucket, Key: key, UploadId: uploadId, ExpectedBucketOwner: account };
      try {
        await s3.send(new AbortMultipartUploadCommand(upload));
        return true;
      } catch (error) {
        if (errorName(error) === 'NoSuchUpload') return false;
        throw error;
      }
    },
  };
}

import { type CompletedPart, ListPartsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { present } from '../../present.ts';
import { errorName, oddAnswer } from '../sdk/service-error.ts';
import { checksumIn, checksumMember } from './object-checksum.ts';

/** A part as it is named where its upload is completed. */
export type CopiedPart = CompletedPart;

/** ListParts (s3:ListMultipartUploadParts): the parts that are there already; undefined where the upload is not there any more. Throws the SDK's error. */
export async function listCopied(
  s3: S3Client,
  { bucket, account, key }: ObjectTask,
  uploadId: string,
): Promise<Map<number, CopiedPart> | undefined> {
  const upload = { Bucket: bucket, Key: key, ExpectedBucketOwner: account, UploadId: uploadId };
  const parts = new Map<number, CopiedPart>();
  let marker: string | undefined;
  try {
    do {
      const page = await s3.send(new ListPartsCommand({ ...upload, ...present({ PartNumberMarker: marker }) }));
      for (const each of page.Parts ?? []) {
        if (each.PartNumber !== undefined) parts.set(each.PartNumber, copiedPart(each.PartNumber, each));
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts;
  } catch (error) {
    if (errorName(error) === 'NoSuchUpload') return undefined;
    throw error;
  }
}

type PartAnswer = Pick<CompletedPart, 'ETag'> & Parameters<typeof checksumIn>[0];

/** What an answer says of a part; its checksum is needed again where that of the whole is one of checksums (S3 API CompletedPart). */
export function copiedPart(number: number, answer: PartAnswer): CopiedPart {
  const checksum = checksumIn(answer);
  if (answer.ETag === undefined) throw oddAnswer('UploadPartCopy', `an ETag of part ${number}`, {});
  return { PartNumber: number, ETag: answer.ETag, ...(checksum === undefined ? {} : checksumMember(checksum)) };
}

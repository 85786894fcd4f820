import { LARGEST_COPY_BYTES } from '../plan/copy-part.ts';

/** One part of an object that was uploaded in parts: its number, and the bytes that it has in the whole. */
export interface SourcePart {
  number: number;
  first: number;
  sizeBytes: number;
  /** Its own checksum, where the object has one. */
  checksum?: string;
}

/** The range of bytes to copy; undefined for a part that is the whole, of which S3 takes no range below 5 MB (S3 API UploadPartCopy, x-amz-copy-source-range). */
export function copyRange({ first, sizeBytes }: SourcePart, wholeBytes: number): string | undefined {
  return sizeBytes === wholeBytes ? undefined : `bytes=${first}-${first + sizeBytes - 1}`;
}

/** The part that a HEAD of one part describes by its Content-Range and Content-Length (S3 API HeadObject, partNumber); undefined where they do not. */
export function partOfRange(number: number, contentRange: string | undefined, length: number): SourcePart | undefined {
  const first = /^bytes (\d+)-\d+\/\d+$/.exec(contentRange ?? '')?.[1];
  return first === undefined ? undefined : { number, first: Number(first), sizeBytes: length };
}

/** Why S3 copies no part of that size; undefined where it does. No object of 50 TB in 10,000 parts has one. */
export function tooLargePart({ number, sizeBytes }: SourcePart): string | undefined {
  if (sizeBytes <= LARGEST_COPY_BYTES) return undefined;
  return `part ${number} has ${sizeBytes} bytes, larger than the 5 GiB of a part that is copied`;
}

import { GetObjectAttributesCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ObjectTask } from '../../policy/copy/object-task.ts';
import { partCountOf } from '../../policy/copy/source-object.ts';
import { partOfRange, type SourcePart } from '../../policy/copy/source-part.ts';
import { present } from '../../present.ts';
import { oddAnswer } from '../sdk/service-error.ts';
import { refusable } from './object-refusal.ts';
import { checksumIn } from './object-checksum.ts';
import type { HeadedSource } from './source-head.ts';

/** A part, or its number where its bounds have yet to be asked for. */
export type PartToCopy = SourcePart | { number: number };

/**
 * The parts of an object as they were uploaded. S3 lists those of objects with a checksum, a page at a time (S3 API GetObjectAttributes, ObjectParts; s3:GetObjectAttributes); of any others there are as many as the
 * ETag says, and a HEAD of each tells its bounds. Throw the SDK's error, or RefusedCall.
 */
export function createSourceParts(s3: S3Client, { bucket, account, key }: ObjectTask, source: HeadedSource) {
  const object = { Bucket: bucket, Key: key, ExpectedBucketOwner: account };
  return {
    async *list(): AsyncGenerator<PartToCopy> {
      if (source.sizeBytes === 0) return yield { number: 1, first: 0, sizeBytes: 0 };
      let listed = 0;
      for await (const part of source.checksum === undefined ? [] : listParts(s3, object)) {
        listed += 1;
        yield part;
      }
      for (let number = 1; listed === 0 && number <= partCountOf(source.etag); number += 1) yield { number };
    },

    /** HeadObject of one part (s3:GetObject). */
    async find(part: PartToCopy): Promise<SourcePart> {
      if ('first' in part) return part;
      const { number } = part;
      const asked = { ...object, PartNumber: number, IfMatch: source.etag };
      const { ContentRange, ContentLength } = await s3.send(new HeadObjectCommand(asked));
      const found = ContentLength === undefined ? undefined : partOfRange(number, ContentRange, ContentLength);
      if (found === undefined) throw oddAnswer('HeadObject', `the bounds of part ${number}`, { bucket });
      return found;
    },
  };
}

interface NamedObject {
  Bucket: string;
  Key: string;
  ExpectedBucketOwner: string;
}

async function* listParts(s3: S3Client, object: NamedObject): AsyncGenerator<SourcePart> {
  let first = 0;
  let marker: string | undefined;
  do {
    const asked = { ...object, ObjectAttributes: ['ObjectParts' as const], ...present({ PartNumberMarker: marker }) };
    const { ObjectParts: page } = await refusable('list the parts of the object (s3:GetObjectAttributes)', () =>
      s3.send(new GetObjectAttributesCommand(asked)),
    );
    for (const each of page?.Parts ?? []) {
      const { PartNumber: number, Size: sizeBytes } = each;
      if (number === undefined || sizeBytes === undefined)
        throw oddAnswer('GetObjectAttributes', 'numbers and sizes of parts', { bucket: object.Bucket });
      yield { number, first, sizeBytes, ...present({ checksum: checksumIn(each)?.value }) };
      first += sizeBytes;
    }
    marker = page?.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
}

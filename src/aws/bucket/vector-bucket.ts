import {
  GetVectorBucketCommand,
  ListTagsForResourceCommand,
  type S3VectorsClient,
  type VectorBucket,
} from '@aws-sdk/client-s3vectors';
import { ResealError } from '../../errors.ts';
import type { Fact, Tag } from '../../policy/facts.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';
import { failureOf } from '../sdk/service-error.ts';
import { type BucketEncryption, type EncryptionReading, notRead, oddEncryption } from './bucket-encryption.ts';
import type { OwnedBucket } from './owned-bucket.ts';

/** The encryption of vector buckets, which is fixed when they are made. */
export function createVectorEncryption(s3Vectors: () => S3VectorsClient): BucketEncryption {
  return {
    /** GetVectorBucket. */
    async read({ bucket }) {
      try {
        return fromSdk(await described(s3Vectors(), bucket));
      } catch (error) {
        return failureOf(error) === 'not-found' ? { kind: 'gone' } : notRead(error);
      }
    },

    /** Throws ResealError write-refused: there is no such call. */
    async write({ bucket }) {
      const message = `The encryption of vector bucket ${bucket} cannot be changed: it was set when the bucket was made.`;
      throw new ResealError('write-refused', message, { bucket });
    },
  };
}

async function described(s3Vectors: S3VectorsClient, bucket: string): Promise<VectorBucket | undefined> {
  return (await s3Vectors.send(new GetVectorBucketCommand({ vectorBucketArn: bucket }))).vectorBucket;
}

function fromSdk(found: VectorBucket | undefined): EncryptionReading {
  const { sseType, kmsKeyArn } = found?.encryptionConfiguration ?? {};
  if (sseType === undefined) return oddEncryption('a vector bucket with sseType, found none');
  return { kind: 'read', rule: { algorithm: sseType, ...present({ keyId: kmsKeyArn }) } };
}

/** What a verdict may ask of a vector bucket beside its encryption. */
export function createVectorFacts(s3Vectors: () => S3VectorsClient) {
  return {
    /** ListTagsForResource. */
    tags({ bucket }: OwnedBucket): Promise<Fact<Tag[]>> {
      const asked = { what: `The tags of bucket ${bucket}`, action: 's3vectors:ListTagsForResource' };
      return readFact(asked, async (odd) => {
        const { tags } = await s3Vectors().send(new ListTagsForResourceCommand({ resourceArn: bucket }));
        if (tags === undefined) throw odd('it has no tags');
        return Object.entries(tags).map(([key, value]) => ({ key, value }));
      });
    },

    /** GetVectorBucket, ISO 8601. */
    createdAt(bucket: string): Promise<Fact<string>> {
      const asked = { what: `The creation date of bucket ${bucket}`, action: 's3vectors:GetVectorBucket' };
      return readFact(asked, async (odd) => {
        const { creationTime } = (await described(s3Vectors(), bucket)) ?? {};
        if (creationTime === undefined) throw odd('it has none');
        return creationTime.toISOString();
      });
    },
  };
}

import type { S3Client } from '@aws-sdk/client-s3';
import { ListTableBucketsCommand, type S3TablesClient } from '@aws-sdk/client-s3tables';
import { ListVectorBucketsCommand, type S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { present } from '../../present.ts';
import { isHostUnknown, oddAnswer } from '../sdk/service-error.ts';
import { directoryBucketsOf } from './own-buckets.ts';
import { bucketsOf } from './reports-bucket.ts';

interface Clients {
  s3: () => S3Client;
  s3Tables: () => S3TablesClient;
  s3Vectors: () => S3VectorsClient;
}

export interface ListedBucket {
  bucket: string;
  region: string;
  /** ISO 8601; of a general purpose bucket alone. */
  createdAt?: string;
}

export type BucketList = ReturnType<typeof createBucketList>;

/** The buckets of the account in the clients' Region, kind by kind. All throw the SDK's error, or ResealError unreadable where an answer is no list. */
export function createBucketList({ s3, s3Tables, s3Vectors }: Clients) {
  return {
    /** Names of the account's general purpose buckets in the given Region. */
    async *list(region: string, prefix?: string): AsyncGenerator<string> {
      const filter = { BucketRegion: region, ...present({ Prefix: prefix }) };
      for await (const bucket of bucketsOf(s3(), filter)) if (bucket.Name !== undefined) yield bucket.Name;
    },

    /**
     * The account's general purpose buckets of all Regions, each with its Region, which S3 says because the call has MaxBuckets (API ListBuckets).
     */
    async *listEverywhere(): AsyncGenerator<ListedBucket> {
      for await (const { Name: bucket, BucketRegion: region, CreationDate } of bucketsOf(s3(), {})) {
        if (bucket === undefined || region === undefined) throw oddAnswer('ListBuckets', 'Name and BucketRegion', {});
        yield { bucket, region, ...present({ createdAt: CreationDate?.toISOString() }) };
      }
    },

    /** Names of this Region's directory buckets (S3 Express One Zone), which ListBuckets never shows. */
    async *listDirectory(): AsyncGenerator<string> {
      for await (const bucket of orNone(directoryBucketsOf(s3()))) if (bucket.Name !== undefined) yield bucket.Name;
    },

    /** ARNs of this Region's table buckets (S3 API ListTableBuckets), those of people alone: what AWS services keep for themselves, nobody else can set. */
    async *listTables(): AsyncGenerator<string> {
      yield* pages(async (continuationToken) => {
        const page = { type: 'customer' as const, maxBuckets: 1_000, ...present({ continuationToken }) };
        const output = await s3Tables().send(new ListTableBucketsCommand(page));
        if (output.tableBuckets === undefined) throw oddAnswer('ListTableBuckets', 'tableBuckets', {});
        return { arns: output.tableBuckets.map(({ arn }) => arn), token: output.continuationToken };
      });
    },

    /** ARNs of this Region's vector buckets (S3 API ListVectorBuckets). */
    async *listVectors(): AsyncGenerator<string> {
      yield* pages(async (nextToken) => {
        const page = { maxResults: 500, ...present({ nextToken }) };
        const output = await s3Vectors().send(new ListVectorBucketsCommand(page));
        if (output.vectorBuckets === undefined) throw oddAnswer('ListVectorBuckets', 'vectorBuckets', {});
        return { arns: output.vectorBuckets.map(({ vectorBucketArn }) => vectorBucketArn), token: output.nextToken };
      });
    },
  };
}

interface Page {
  arns: readonly (string | undefined)[];
  token: string | undefined;
}

type Read = (token: string | undefined) => Promise<Page>;

const pages = (read: Read) => orNone(arnsOf(read));

async function* arnsOf(read: Read): AsyncGenerator<string> {
  let token: string | undefined;
  do {
    const page = await read(token);
    for (const arn of page.arns) if (arn !== undefined) yield arn;
    token = page.token;
  } while (token !== undefined);
}

/** Not every Region has every kind, and there the host has no name. A name server that does not answer is another error (Node.js, DNS error codes). */
async function* orNone<T>(buckets: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* buckets;
  } catch (error) {
    if (!isHostUnknown(error)) throw error;
  }
}

import { type Bucket, ListDirectoryBucketsCommand, type S3Client } from '@aws-sdk/client-s3';

export type DirectoryBuckets = ReturnType<typeof createDirectoryBuckets>;

/** Directory buckets (S3 Express One Zone), which ListBuckets never shows. */
export function createDirectoryBuckets(s3: S3Client) {
  return {
    /** Names of this Region's directory buckets, page by page. Throws the SDK's error. */
    async *list(): AsyncGenerator<string> {
      for await (const bucket of directoryBucketsOf(s3)) if (bucket.Name !== undefined) yield bucket.Name;
    },
  };
}

/** The directory buckets of the client's Region, page by page. Throws the SDK's error. */
export async function* directoryBucketsOf(s3: S3Client): AsyncGenerator<Bucket> {
  let token: string | undefined;
  do {
    const output = await s3.send(
      new ListDirectoryBucketsCommand(token === undefined ? {} : { ContinuationToken: token }),
    );
    yield* output.Buckets ?? [];
    token = output.ContinuationToken;
  } while (token !== undefined);
}

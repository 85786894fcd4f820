import { ListDirectoryBucketsCommand, type S3Client } from '@aws-sdk/client-s3';

export type DirectoryBuckets = ReturnType<typeof createDirectoryBuckets>;

/** Directory buckets (S3 Express One Zone), which ListBuckets never shows. */
export function createDirectoryBuckets(s3: S3Client) {
  return {
    /** Names of this Region's directory buckets, page by page. Throws the SDK's error. */
    async *list(): AsyncGenerator<string> {
      let token: string | undefined;
      do {
        const output = await s3.send(
          new ListDirectoryBucketsCommand(token === undefined ? {} : { ContinuationToken: token }),
        );
        for (const bucket of output.Buckets ?? []) if (bucket.Name !== undefined) yield bucket.Name;
        token = output.ContinuationToken;
      } while (token !== undefined);
    },
  };
}

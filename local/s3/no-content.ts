export interface NoContent {
  readonly $status: 204;
}

/** What S3 answers to PutBucketPolicy and PutBucketTagging; their model says 200. */
export const NO_CONTENT: NoContent = { $status: 204 };

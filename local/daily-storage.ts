/** What CloudWatch is told once a day of the storage of a bucket. */
export interface DailyStorage {
  /** By the storage types of CloudWatch, for example StandardStorage; a type without bytes is not there. */
  readonly bytes: ReadonlyMap<string, number>;
  readonly objects: number;
}

/** What cloudwatch/ knows of the buckets of S3. */
export interface BucketStorage {
  /** The names of the buckets of an account in a Region. */
  bucketsOf(accountId: string, region: string): readonly string[];
  /** What of today's content was there at that time; undefined where the bucket was not. */
  at(bucket: string, time: Date): DailyStorage | undefined;
}

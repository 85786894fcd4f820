/** One bucket, wherever it is: its name alone says neither whose it is nor in which Region's ledger it is remembered. */
export interface BucketId {
  /** 12 digits. */
  account: string;
  region: string;
  /** The bucket's name. */
  bucket: string;
}

/** The bucket as one text, for the ledger's key and for logs: `111122223333/eu-west-1/invoices`. */
export function bucketText({ account, region, bucket }: BucketId): string {
  return `${account}/${region}/${bucket}`;
}

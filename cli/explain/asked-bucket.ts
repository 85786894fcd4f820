/** Which bucket, and as of when. */
export interface AskedBucket {
  bucket: string;
  account: string;
  region: string;
  own: boolean;
  now: Date;
  /** False where nobody told what the ledger remembers. */
  historyKnown: boolean;
  /** The role of the re-encryption jobs, whose access to the key is judged as well where it is told. */
  batchRoleArn?: string;
  /** How many objects it holds, where that is told. */
  objects?: { count: number; bytes: number };
}

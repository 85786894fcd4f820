/** Which bucket, and as of when. */
export interface AskedBucket {
  bucket: string;
  account: string;
  region: string;
  own: boolean;
  now: Date;
  /** False if the ledger is not given. */
  historyKnown: boolean;
  /** The role of the re-encryption jobs, whose access to the key is judged too if it is given. */
  batchRoleArn?: string;
  /** How many objects it holds, if that is given. */
  objects?: { count: number; bytes: number };
}

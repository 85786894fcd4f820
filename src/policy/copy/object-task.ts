import type { Algorithm, Method } from '../model.ts';

/** The encryption that an object shall have. */
export interface EncryptionTarget {
  algorithm: Algorithm;
  /** Absent under AES256. */
  keyArn?: string;
  bucketKey: boolean;
}

/** One object to bring to its standard. */
export interface ObjectTask {
  bucket: string;
  /** The owner of the bucket. */
  account: string;
  key: string;
  versionId?: string;
  /** As it was listed: an object with another one was written since. */
  etag: string;
  target: EncryptionTarget;
  method: Method;
  /** What an earlier try gave back as unfinished. */
  uploadId?: string;
  /** How an archived object is restored; absent where it is not. */
  restore?: { tier: 'Standard' | 'Bulk' | 'Expedited'; days: number };
}

/** How a task ended. An object whose task did not end as done is as it was. */
export type ObjectOutcome =
  | { kind: 'done'; how: 'updated' | 'copied' }
  /** Time is over. The upload goes on with the same task and this id, which is for the engine alone to read. */
  | { kind: 'unfinished'; uploadId: string }
  | { kind: 'waits'; code: 'restoring'; until?: string }
  /** Gone, replaced or locked since it was listed: it has to be looked at anew. */
  | { kind: 'changed'; why: string }
  /** A code of S3 where S3 has one for it; task-codes.ts says whether it may be tried again. */
  | { kind: 'failed'; code: string; why: string };

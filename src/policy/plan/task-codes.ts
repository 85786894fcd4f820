/** What becomes of an object whose task failed: it is tried at once, after somebody has acted, or not by itself. */
export type Again = 'now' | 'next-sweep' | 'no';

/** One cause of failed tasks, and what to do about it. */
export interface TaskCause {
  id: string;
  /** S3's error codes; one that S3 passes on from KMS is here without its prefix `KMS.`. */
  codes: readonly string[];
  /** What tells this cause from others that have the same code. */
  says?: RegExp;
  again: Again;
  meaning: string;
  remedy: string;
}

/**
 * The first row that fits decides. Codes: S3 API "Error responses" (the list of S3, and what it passes on from KMS) and the errors of CopyObject and UpdateObjectEncryption. S3 has one code for several causes: the
 * words that tell them apart are those of API UpdateObjectEncryption, "Errors". Where other words come, a row without words fits, which asks again rather than never.
 */
export const TASK_CAUSES: readonly TaskCause[] = [
  {
    id: 'busy',
    codes: [
      'SlowDown',
      'Throttling',
      'ThrottlingException',
      'TooManyRequestsException',
      'RequestLimitExceeded',
      'InternalError',
      'InternalFailure',
      'ServiceUnavailable',
      'RequestTimeout',
      'OperationAborted',
      'ConditionalRequestConflict',
      'TemporaryFailure',
      'InternalException',
      'KMSInternalException',
      'DependencyTimeoutException',
      'KeyUnavailableException',
      'LimitExceededException',
    ],
    again: 'now',
    meaning: 'S3 or KMS was too busy, or another request was at the object.',
    remedy: 'Nothing: Reseal tries these objects again. If KMS was too busy, raise its request quota.',
  },
  {
    id: 'gone',
    codes: ['NoSuchKey', 'NoSuchVersion', 'NoSuchBucket', 'MethodNotAllowed', 'PreconditionFailed'],
    again: 'no',
    meaning: 'The object was deleted, or somebody wrote another one over it, before its turn came.',
    remedy: 'Nothing: what is gone needs no encryption, and what is new has the default of the bucket.',
  },
  {
    id: 'key-disabled',
    codes: ['DisabledException'],
    again: 'next-sweep',
    meaning: 'The KMS key is disabled: the new one, or the one that the object is under.',
    remedy: 'Enable the key.',
  },
  {
    id: 'key-state',
    codes: ['KMSInvalidStateException'],
    again: 'next-sweep',
    meaning: 'The KMS key is being deleted, or is not available.',
    remedy: 'Cancel the deletion of the key, or connect its key store.',
  },
  {
    id: 'key-missing',
    codes: ['NotFoundException'],
    again: 'next-sweep',
    meaning: 'The KMS key does not exist.',
    remedy:
      'Name a key that exists in the policy. An object whose old key was deleted cannot be read by anybody any more.',
  },
  {
    id: 'key-usage',
    codes: ['InvalidKeyUsageException'],
    again: 'next-sweep',
    meaning: 'The KMS key is of a kind that S3 cannot use.',
    remedy: 'Name a symmetric encryption key in the policy.',
  },
  {
    id: 'locked',
    codes: ['AccessDenied', 'InvalidRequest', 'ObjectLocked'],
    says: /object lock|legal hold|event hold|retention|WORM/i,
    again: 'no',
    meaning: 'Object Lock, a legal hold or an event hold protects the object.',
    remedy:
      'Nothing while the object is locked: Reseal never unlocks. After its lock has ended, run reseal job ID --retry.',
  },
  {
    id: 'key-elsewhere',
    codes: ['AccessDenied'],
    says: /same account as the bucket|account of the bucket|same organization|part of an organization/i,
    again: 'no',
    meaning: 'The KMS key is in another account than the bucket, which UpdateObjectEncryption refuses.',
    remedy:
      'Name a key of the account of the bucket in the policy, or have AWS Support approve keys of the organization.',
  },
  {
    id: 'key-denied',
    codes: ['AccessDenied', 'AccessDeniedException', 'IncorrectKeyException'],
    says: /kms/i,
    again: 'next-sweep',
    meaning: 'The job role may not use a KMS key: the new one, or the one that the object is under.',
    remedy: 'Let the job role use the key in its key policy; docs/permissions.md has the actions.',
  },
  {
    id: 'denied',
    codes: ['AccessDenied', 'AllAccessDisabled', 'AccessDeniedException'],
    again: 'next-sweep',
    meaning: 'The job role may not do this: a policy of the bucket, of the organization or of a key denies it.',
    remedy: 'Except the job role from the Deny statement.',
  },
  {
    id: 'archived',
    codes: ['ObjectNotInActiveTierError', 'InvalidObjectState'],
    again: 'no',
    meaning: 'The object is archived, and a copy must read it.',
    remedy:
      'Restore the object, then run reseal job ID --retry; or allow own-copy (objects.methods) and restores (objects.restore) in the policy.',
  },
  {
    id: 'too-large',
    codes: ['EntityTooLarge', 'InvalidRequest', 'InvalidArgument'],
    says: /maximum allowable size|too large|larger than/i,
    again: 'no',
    meaning: 'The object is too large for one copy.',
    remedy: 'Allow own-copy in objects.methods of the policy, which copies it part by part.',
  },
  {
    id: 'source-unencrypted',
    codes: ['InvalidRequest'],
    says: /unencrypted source|not encrypted/i,
    again: 'no',
    meaning: 'The object is not encrypted, and UpdateObjectEncryption needs an encrypted one.',
    remedy: 'Let the policy copy objects (objects.methods), or copy the object by hand.',
  },
  {
    id: 'source-unsupported',
    codes: ['InvalidRequest'],
    says: /SSE-C|DSSE/i,
    again: 'no',
    meaning: 'The object is under SSE-C or DSSE-KMS, which UpdateObjectEncryption does not change.',
    remedy: 'Whoever has the key of an SSE-C object writes it again. DSSE-KMS is stronger than SSE-KMS: leave it.',
  },
  {
    id: 'not-kept',
    codes: ['MetadataUntold', 'AnnotationsNotCopied', 'ObjectOfOtherAccount'],
    again: 'no',
    meaning:
      'A copy of the object would lose something: metadata that S3 does not tell, annotations of an object in parts, or that another account owns it.',
    remedy: 'Copy the object by hand where it may lose that, or have its owner write it again.',
  },
  {
    id: 'not-as-asked',
    codes: ['EncryptionNotApplied', 'PartsUntold', 'BadDigest'],
    again: 'next-sweep',
    meaning: 'S3 answered something else than it was asked for, so the copy was given up.',
    remedy: 'Nothing the first time. Where it comes again, ask AWS Support.',
  },
  {
    id: 'refused',
    codes: ['InvalidRequest', 'InvalidArgument', 'NotImplemented'],
    again: 'no',
    meaning: 'S3 does not do this to the object.',
    remedy: 'Read the message in the completion report.',
  },
];

/** A code that no row has. Whether it comes again is not known, so it is asked for again, as often as any other. */
export const UNKNOWN_CAUSE: TaskCause = {
  id: 'unknown-code',
  codes: [],
  again: 'next-sweep',
  meaning: 'S3 gave a code that Reseal does not know.',
  remedy: 'Read the message in the completion report.',
};

/** Why a task failed, by its row in the completion report. Server errors and conflicts under an unknown code pass (RFC 9110). */
export function causeOfTask({ code, status, message }: { code: string; status: number; message: string }): TaskCause {
  const bare = code.replace(/^KMS\./, '');
  const known = TASK_CAUSES.find(
    ({ codes, says }) => codes.includes(bare) && (says === undefined || says.test(message)),
  );
  if (known !== undefined) return known;
  return status >= 500 || status === 429 || status === 409 ? BUSY : UNKNOWN_CAUSE;
}

/** A cause by the id that the ledger has of it, which a later version may have written. */
export function causeById(id: string | undefined): TaskCause | undefined {
  return [...TASK_CAUSES, UNKNOWN_CAUSE].find((cause) => cause.id === id);
}

const BUSY: TaskCause = TASK_CAUSES.find(({ id }) => id === 'busy') ?? UNKNOWN_CAUSE;

/** What AWS calls callers without credentials where it needs an owner. */
export const ANONYMOUS_ACCOUNT = 'anonymous';

/**
 * The canonical user id of an account: 64 hex digits, made of the account id so that it stays the same. Objects that nobody in particular wrote
 * belong to the one id that S3 keeps for that.
 */
export function canonicalIdOf(accountId: string): string {
  return accountId === ANONYMOUS_ACCOUNT ? '65a011a29cdf8ec533ec3d1ccaae921c' : accountId.padStart(64, '0');
}

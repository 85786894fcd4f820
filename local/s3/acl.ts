import { AwsError, notEmulated } from '../errors.ts';
import type { Bucket } from './bucket.ts';

/** The ACL headers of a request. Grants are not emulated: what would grant something is refused, never dropped. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const GRANTS = ['GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'] as const;

/** For CreateBucket, whose default ownership has no ACLs. */
export function checkBucketAcl(input: AclInput & { ObjectOwnership?: string | undefined }): void {
  if (!grantsAnything(input, ['private'])) return;
  if ((input.ObjectOwnership ?? 'BucketOwnerEnforced') === 'BucketOwnerEnforced') {
    throw new AwsError(
      'InvalidBucketAclWithObjectOwnership',
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
      400,
    );
  }
  throw notEmulated('an access control list on a bucket');
}

/** For every write of an object: only the two canned ACLs that change nothing pass. */
export function checkObjectAcl(bucket: Bucket, input: AclInput): void {
  if (!grantsAnything(input, ['private', 'bucket-owner-full-control'])) return;
  if (bucket.ownership === 'BucketOwnerEnforced')
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs', 400);
  throw notEmulated('an access control list on an object');
}

function grantsAnything(input: AclInput, harmless: readonly string[]): boolean {
  return (
    (input.ACL !== undefined && !harmless.includes(input.ACL)) || GRANTS.some((grant) => input[grant] !== undefined)
  );
}

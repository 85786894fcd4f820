import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Membership } from '../membership.ts';

/** Services whose errors are S3's, and those of the Query protocol; all others speak JSON. */
const S3_SERVICES = ['s3', 's3control', 's3express'];
const QUERY_SERVICES = ['sts', 'iam', 'cloudformation', 'sns'];

/**
 * Credentials of a role that is deleted, of an account that is suspended or closed, or in a Region that the account has not turned on, are those
 * of nobody: each service answers what it answers to credentials that it does not know (STS API, "Common errors"; S3 API, "Error responses").
 */
export function credentialProblem({ caller, region, service }: Call, membership: Membership): AwsError | undefined {
  const { accountId, role } = caller;
  const isKnown = role?.isDeleted !== true;
  if (isKnown && membership.isOpen(accountId) && membership.isRegionOn(accountId, region)) return undefined;
  if (S3_SERVICES.includes(service)) {
    return role === undefined
      ? new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403)
      : new AwsError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400);
  }
  const message = 'The security token included in the request is invalid.';
  return QUERY_SERVICES.includes(service)
    ? new AwsError('InvalidClientTokenId', message, 403)
    : new AwsError('UnrecognizedClientException', message, 400);
}

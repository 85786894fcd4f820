import type {
  DeleteAccessPointPolicyRequest,
  GetAccessPointPolicyRequest,
  GetAccessPointPolicyResult,
  GetAccessPointPolicyStatusRequest,
  GetAccessPointPolicyStatusResult,
  PutAccessPointPolicyRequest,
} from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { requireAccessPoint } from './access-point-operations.ts';
import type { AccessPoint } from './access-point.ts';
import { type Level, S3_POLICIES } from './policy-vocabulary.ts';
import { isPublicPolicy, restrictedPolicy } from './public-policy.ts';
import { readPolicy } from './read-policy.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';

/** PUT /v20180820/accesspoint/NAME/policy. Throws MalformedPolicy, or AccessDenied where the access point blocks public policies. */
export function putAccessPointPolicy(s3: S3, input: PutAccessPointPolicyRequest, call: Call): void {
  const point = requireAccessPoint(s3, input, call);
  const text = input.Policy ?? '';
  const document = readPolicy(text, { vocabulary: S3_POLICIES, levelsOf: (resource) => levelsOf(point, resource) });
  if (point.publicAccessBlock.BlockPublicPolicy && isPublicPolicy(document)) throw accessDenied();
  const restricts = point.publicAccessBlock.RestrictPublicBuckets;
  point.policy = { text, document: restricts ? restrictedPolicy(document, point.accountId) : document };
}

/** The access point stands for its bucket, and for the objects behind it. */
function levelsOf({ arn }: AccessPoint, resource: string): Level[] {
  if (resource === arn) return ['bucket', 'accesspoint'];
  return resource.startsWith(`${arn}/object/`) ? ['object'] : [];
}

export function getAccessPointPolicy(
  s3: S3,
  input: GetAccessPointPolicyRequest,
  call: Call,
): GetAccessPointPolicyResult {
  return { Policy: requirePolicy(requireAccessPoint(s3, input, call)).text };
}

export function deleteAccessPointPolicy(s3: S3, input: DeleteAccessPointPolicyRequest, call: Call): void {
  requireAccessPoint(s3, input, call).policy = undefined;
}

export function getAccessPointPolicyStatus(
  s3: S3,
  input: GetAccessPointPolicyStatusRequest,
  call: Call,
): GetAccessPointPolicyStatusResult {
  const { text } = requirePolicy(requireAccessPoint(s3, input, call));
  const document: unknown = JSON.parse(text);
  return { PolicyStatus: { IsPublic: isPublicPolicy(document) } };
}

function requirePolicy({ name, policy }: AccessPoint): NonNullable<AccessPoint['policy']> {
  if (policy !== undefined) return policy;
  throw new AwsError('NoSuchAccessPointPolicy', 'The specified accesspoint policy does not exist', 404, {
    fields: { AccessPointName: name },
  });
}

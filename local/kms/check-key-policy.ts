import { AwsError } from '../errors.ts';
import { checkResourcePolicy } from '../identity/check-policy.ts';

/** Evaluated, or keys of operations that are not here (grants, asymmetric keys), so that no request has them. */
export const KMS_KEYS = [
  'kms:CallerAccount',
  'kms:ViaService',
  'kms:EncryptionContext:',
  'kms:ReplicaRegion',
  'kms:GranteePrincipal',
  'kms:GrantConstraintType',
  'kms:GrantIsForAWSResource',
  'kms:GrantOperations',
  'kms:RetiringPrincipal',
  'kms:MacAlgorithm',
  'kms:MessageType',
  'kms:SigningAlgorithm',
];

/** A key policy as given; GetKeyPolicy tells it to the letter. Throws MalformedPolicyDocumentException, or 501 for a condition that is not evaluated. */
export function checkedKeyPolicy(text: string): string {
  const refusal = (message: string): AwsError => new AwsError('MalformedPolicyDocumentException', message, 400);
  checkResourcePolicy(text, refusal, { evaluated: KMS_KEYS });
  return text;
}

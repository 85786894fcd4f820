import { AwsError } from '../errors.ts';
import { checkResourcePolicy } from '../identity/check-policy.ts';
import { listOf } from '../identity/document.ts';
import { statementsOf } from './public-policy.ts';

const LARGEST_POLICY_BYTES = 20 * 1024;

/** The policy of a bucket or an access point, of which every resource must be what it is put on. Throws MalformedPolicy. */
export function readPolicy(text: string, isAbout: (resource: string) => boolean): unknown {
  if (Buffer.byteLength(text) > LARGEST_POLICY_BYTES)
    throw malformedPolicy('Policy exceeds the maximum allowed document size.');
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  checkResourcePolicy(document, malformedPolicy);
  const resources = statementsOf(document).flatMap((one) => listOf(one['Resource'] ?? one['NotResource']));
  const foreign = resources.find((resource) => !isAbout(resource));
  if (foreign !== undefined) throw malformedPolicy(`Policy has invalid resource ${foreign}`);
  return document;
}

function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicy', message, 400);
}

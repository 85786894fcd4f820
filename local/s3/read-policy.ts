import { checkResourcePolicy } from '../identity/check-policy.ts';
import {
  checkBucketDocument,
  checkBucketStatement,
  malformedPolicy,
  type PolicyHolder,
} from './check-bucket-policy.ts';
import { statementsOf } from './public-policy.ts';

const LARGEST_POLICY_BYTES = 20 * 1024;

/** The policy of a bucket or an access point. Throws MalformedPolicy, or 501 by name for a condition that is not evaluated here. */
export function readPolicy(text: string, holder: PolicyHolder): unknown {
  if (Buffer.byteLength(text) > LARGEST_POLICY_BYTES)
    throw malformedPolicy('Policy exceeds the maximum allowed document size.');
  if (!text.startsWith('{')) throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  checkBucketDocument(document);
  for (const statement of statementsOf(document)) checkBucketStatement(statement, holder);
  checkResourcePolicy(document, malformedPolicy, holder.vocabulary.keys);
  return document;
}

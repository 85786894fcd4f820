import { AwsError } from '../errors.ts';

/** The statements of a policy document, given as an object or as JSON text. Throws MalformedPolicyDocument. */
export function statementsOf(document: unknown): readonly Readonly<Record<string, unknown>>[] {
  const policy = recordOf(typeof document === 'string' ? parse(document) : document, 'document');
  const unknown = Object.keys(policy).find((name) => !['Version', 'Id', 'Statement'].includes(name));
  if (unknown !== undefined) throw malformedPolicy(`a policy has no element ${unknown}`);
  const { Statement: statements } = policy;
  return (Array.isArray(statements) ? statements : [statements]).map((statement) => recordOf(statement, 'Statement'));
}

/** A JSON object, or an error that names what is none. */
export function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw malformedPolicy(`the ${what} of a policy must be an object, found ${JSON.stringify(value)}`);
}

/** IAM's own error; the services that keep policies rename it. */
export function malformedPolicy(message: string): AwsError {
  return new AwsError('MalformedPolicyDocument', message, 400);
}

/** IAM takes one value or a list of values everywhere; numbers and booleans count as their text. */
export function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy('the policy is not valid JSON');
  }
}

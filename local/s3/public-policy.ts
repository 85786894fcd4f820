import { listOf } from '../identity/document.ts';

/**
 * Keys that make an Allow for everyone not public where they are compared with fixed values (S3 guide, "The meaning of public"), in lower case.
 */
const NARROWING_KEYS: readonly string[] = [
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:sourceip',
  'aws:userid',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
];

/** Operators that let only what they name through; the negated ones let the rest in. */
const NARROWING_OPERATOR =
  /^(?:ForAnyValue:)?(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/;

/** Whether any statement lets in whoever asks. Takes a document that was checked already. */
export function isPublicPolicy(document: unknown): boolean {
  return statementsOf(document).some(isPublic);
}

/**
 * The policy as it counts under RestrictPublicBuckets: a public one lets nobody but the owner's account in (S3 guide, "Blocking public access to
 * your Amazon S3 storage"); services still are.
 */
export function restrictedPolicy(document: unknown, accountId: string): unknown {
  if (!isPublicPolicy(document)) return document;
  const strangers = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:PrincipalAccount': accountId } },
  };
  return { Statement: [...statementsOf(document), strangers] };
}

const denials = new WeakMap<object, object>();

/** Only what a policy denies; the same document gives the same object, so that it is compiled once. */
export function denialsOf(document: unknown): unknown {
  if (!isRecord(document)) return undefined;
  const known = denials.get(document);
  if (known !== undefined) return known;
  const made = { Statement: statementsOf(document).filter((one) => one['Effect'] === 'Deny') };
  denials.set(document, made);
  return made;
}

export function statementsOf(document: unknown): Record<string, unknown>[] {
  if (!isRecord(document)) return [];
  const statement = document['Statement'];
  return (Array.isArray(statement) ? statement : [statement]).filter(isRecord);
}

function isPublic(statement: Record<string, unknown>): boolean {
  if (statement['Effect'] !== 'Allow') return false;
  const principal = statement['Principal'];
  const everyone =
    statement['NotPrincipal'] !== undefined ||
    principal === '*' ||
    (isRecord(principal) && [principal['AWS']].flat().includes('*'));
  return everyone && !isNarrowed(statement['Condition']);
}

function isNarrowed(condition: unknown): boolean {
  if (!isRecord(condition)) return false;
  return Object.entries(condition).some(
    ([operator, keys]) =>
      NARROWING_OPERATOR.test(operator) &&
      isRecord(keys) &&
      Object.entries(keys).some(
        ([key, values]) => NARROWING_KEYS.includes(key.toLowerCase()) && listOf(values).every(isFixed),
      ),
  );
}

/** An ARN may have wildcards behind its account; a range of addresses must be narrower than a /8. */
function isFixed(value: string): boolean {
  const prefix = /\/(\d+)$/.exec(value)?.[1];
  if (/^[\d.]+\/\d+$/.test(value)) return Number(prefix) >= 8;
  if (value.startsWith('arn:')) return /^arn:[^:*?]+:[^:]*:[^:]*:\d{12}:|^arn:[^:*?]+:s3:::[^*?]+/.test(value);
  return !/[*?]/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

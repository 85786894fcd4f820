import fc from 'fast-check';
import type { Encryption } from '../../src/policy/model.ts';

const bucketKey = fc.constantFrom(undefined, true, false);
const blocked = fc.constantFrom<string[] | undefined>(
  undefined,
  [],
  ['NONE'],
  ['SSE-C'],
  ['SSE-X'],
  ['SSE-C', 'SSE-X'],
);

/** Any rule that S3 could answer, with one of these keys where it has one: S3 takes a key only beside a KMS algorithm. */
export function imaginedRule(keyIds: readonly (string | undefined)[]): fc.Arbitrary<Encryption> {
  const keyId = fc.constantFrom(...keyIds);
  return fc
    .oneof(
      fc.record({
        algorithm: fc.constantFrom(undefined, 'AES256', 'AES256', 'aws:fsx', 'aws:backup'),
        bucketKey,
        blocked,
      }),
      fc.record({ algorithm: fc.constantFrom('aws:kms', 'aws:kms:dsse'), keyId, bucketKey, blocked }),
    )
    .map(withoutUndefined);
}

function withoutUndefined(read: object): Encryption {
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

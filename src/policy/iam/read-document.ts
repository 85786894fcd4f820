import type { Fact, Facts, FactName } from '../facts.ts';
import type { KeyFacts, Reason } from '../model.ts';
import { parseStatements } from './parse-statements.ts';
import type { Statement } from './statement.ts';

/** A policy that still has to be read, that could not be, or its statements. */
export type ReadDocument =
  | { kind: 'ask'; facts: readonly FactName[] }
  | { kind: 'unread'; reasons: Reason[] }
  | { kind: 'read'; statements: Statement[] };

/** The statements of a bucket's policy; none where it has no policy. */
export function readBucketPolicy(
  facts: Facts,
  { bucket, partition }: { bucket: string; partition: string },
): ReadDocument {
  return read(facts.bucketPolicy, { name: 'bucketPolicy', subject: `the policy of bucket ${bucket}`, partition });
}

/** The statements of a key's policy. */
export function readKeyPolicy(
  keyPolicy: Facts['keyPolicy'],
  { key, partition }: { key: KeyFacts; partition: string },
): ReadDocument {
  return read(keyPolicy, { name: 'keyPolicy', subject: `the policy of key ${key.arn}`, partition });
}

interface Asked {
  name: 'bucketPolicy' | 'keyPolicy';
  subject: string;
  partition: string;
}

const CODES = { bucketPolicy: 'bucket-policy-unreadable', keyPolicy: 'key-policy-unreadable' } as const;

function read(fact: Fact<string | undefined> | undefined, { name, subject, partition }: Asked): ReadDocument {
  if (fact === undefined) return { kind: 'ask', facts: [name] };
  const code = CODES[name];
  if (fact.kind === 'unread') return { kind: 'unread', reasons: [{ code, message: fact.why }] };
  if (fact.value === undefined) return { kind: 'read', statements: [] };
  const parsed = parseStatements(fact.value, partition);
  if (parsed.kind === 'read') return parsed;
  const message = `Could not understand ${subject} (${parsed.why}): look at it by hand.`;
  return { kind: 'unread', reasons: [{ code, message }] };
}

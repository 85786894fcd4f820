import type { Fact, FactName, Facts, Unreadable } from './facts.ts';
import type { KeyFacts } from './model.ts';
import { parseStatements } from '../iam/parse-statements.ts';
import { misread, unread } from './unread.ts';
import type { Statement } from '../iam/statement.ts';

/** A policy that still has to be read, that could not be, or its statements. */
export type ReadDocument =
  | { kind: 'ask'; facts: readonly FactName[] }
  | Unreadable
  | { kind: 'read'; statements: Statement[] };

/** The statements of a bucket's policy; none where it has no policy. */
export function readBucketPolicy(
  facts: Facts,
  { bucket, partition }: { bucket: string; partition: string },
): ReadDocument {
  return read(facts.bucketPolicy, { name: 'bucketPolicy', subject: `The policy of bucket ${bucket}`, partition });
}

/** The statements of a key's policy. */
export function readKeyPolicy(
  keyPolicy: Facts['keyPolicy'],
  { key, partition }: { key: KeyFacts; partition: string },
): ReadDocument {
  return read(keyPolicy, { name: 'keyPolicy', subject: `The policy of key ${key.arn}`, partition });
}

interface Asked {
  name: 'bucketPolicy' | 'keyPolicy';
  subject: string;
  partition: string;
}

function read(fact: Fact<string | undefined> | undefined, { name, subject, partition }: Asked): ReadDocument {
  if (fact === undefined) return { kind: 'ask', facts: [name] };
  if (fact.kind === 'unread') return unread(name, fact.why);
  if (fact.value === undefined) return { kind: 'read', statements: [] };
  const parsed = parseStatements(fact.value, partition);
  return parsed.kind === 'read' ? parsed : unread(name, misread(subject, parsed.why));
}

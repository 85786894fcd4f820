import type { Facts, Holds } from '../facts.ts';
import { namesAction } from '../../iam/match.ts';
import { principalMatch } from '../../iam/principal-match.ts';
import { readKeyPolicy } from '../read-document.ts';
import type { Statement } from '../../iam/statement.ts';
import type { BucketKind, BucketState, KeyFacts } from '../model.ts';
import { UNNAMED } from './policy-writers.ts';
import { underKms } from './under-kms.ts';
import type { Writer } from './writer.ts';
import { writerProblems } from './writer-problems.ts';
import { writersOf } from './writers-of.ts';

export interface BucketKeyWritersCase {
  state: BucketState;
  kind: BucketKind;
  facts: Facts;
  partition: string;
  /** The key that the bucket has already. */
  key: KeyFacts;
}

/**
 * Which writers turning only the bucket key on would stop: those that have kms:GenerateDataKey, so that they write today, and not the
 * kms:Decrypt that some need with a bucket key (CloudTrail guide, key policies; CloudFront guide, standard logs). Who writes is asked only where
 * the key policy grants a service the one without the other.
 */
export function bucketKeyWriterProblems(given: BucketKeyWritersCase): Holds {
  const { key, state, facts, partition } = given;
  const isSeen = facts.keyPolicy?.kind === 'read' || key.account === state.account;
  if (key.manager === 'AWS' || !isSeen) return { kind: 'known', holds: [] };
  const policy = readKeyPolicy(facts.keyPolicy, { key, partition });
  if (policy.kind !== 'read') return policy;
  const lacking = withoutDecrypt(policy.statements);
  if (lacking.length === 0) return { kind: 'known', holds: [] };
  const found = writersOf(given);
  if (found.kind !== 'known') return found;
  const broken = found.writers.filter(({ takes }) => takes === 'sse-s3-only').map((writer) => underKms(writer, state));
  const problems = writerProblems({
    writers: found.writers.filter((writer) => isAffected(writer, lacking)),
    key,
    ...(facts.keyPolicy === undefined ? {} : { keyPolicy: facts.keyPolicy }),
    algorithm: 'aws:kms',
    state,
    partition,
    onlyBucketKey: true,
  });
  return problems.kind === 'known' ? { kind: 'known', holds: [...broken, ...problems.holds] } : problems;
}

/** The services that a key policy lets generate data keys and may keep from decrypting; "*" where that is said of everyone. */
function withoutDecrypt(statements: readonly Statement[]): string[] {
  const granting = statements.filter((one) => one.effect === 'Allow' && namesAction(one, GENERATE) !== 'no');
  const denials = statements.filter(
    (one) => one.effect === 'Deny' && namesAction(one, DECRYPT) !== 'no' && namesAction(one, GENERATE) !== 'yes',
  );
  const names = granting.flatMap((statement) => {
    const { services, everyone, not } = statement.principals;
    const all = not ? ['*'] : [...services, ...(everyone ? ['*'] : [])];
    if (namesAction(statement, DECRYPT) !== 'yes') return all;
    return all.filter((name) => denials.some((denial) => principalMatch(denial, { kind: 'service', name }) !== 'no'));
  });
  return [...new Set(names)];
}

const GENERATE = 'kms:GenerateDataKey';
const DECRYPT = 'kms:Decrypt';

function isAffected({ service, grant }: Writer, lacking: readonly string[]): boolean {
  return service === UNNAMED || lacking.some((name) => name.includes('*') || name === (grant?.who.name ?? service));
}

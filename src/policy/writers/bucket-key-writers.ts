import { namesAction } from '../../iam/match.ts';
import { principalMatch } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import type { Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { UNNAMED } from './policy-writers.ts';
import type { Writer } from './writer.ts';
import { underKms, writerReasons } from './writer-reasons.ts';
import { sseS3Only } from './writers-of.ts';

/**
 * Which writers turning only the bucket key on would stop: those that have kms:GenerateDataKey, so that they write today, and not the
 * kms:Decrypt that some need with a bucket key (CloudTrail guide, key policies; CloudFront guide, standard logs). Who writes matters only
 * where the key policy grants a service the one without the other.
 */
export function bucketKeyWriterReasons(given: KeyChange & { writers: readonly Writer[] }): Reason[] {
  const { writers, state, safety } = given;
  const lacking = withoutDecrypt(safety.keyPolicy ?? []);
  if (lacking.length === 0) return [];
  const affected = writers.filter((writer) => isAffected(writer, lacking));
  return [
    ...sseS3Only(writers).map((writer) => underKms(writer, state)),
    ...writerReasons({ ...given, writers: affected, algorithm: 'aws:kms', onlyBucketKey: true }),
  ];
}

/** The services that a key policy lets generate data keys and may keep from decrypting; "*" where that is said of everyone. */
export function withoutDecrypt(statements: readonly Statement[]): string[] {
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

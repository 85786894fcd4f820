import type { AclGrant, LogSource } from '../facts.ts';
import type { BucketKind, BucketState } from '../model.ts';
import type { Safety } from '../safety.ts';
import { CONTEXT_KEY } from '../keys/s3-request.ts';
import { canonicalWriters, policyWriters, sseS3Writer } from './policy-writers.ts';
import { ACCESS_LOGS, principalOf, TABLE_MAINTENANCE } from './services.ts';
import type { Writer } from './writer.ts';

/** Where the writers of a bucket are seen. */
export const WRITER_FACTS = ['bucketPolicy', 'acl'] as const;

interface WrittenBucket {
  state: Pick<BucketState, 'bucket' | 'account'>;
  kind: BucketKind;
  /** aws, aws-cn or aws-us-gov. */
  partition: string;
}

/** Which AWS services write to a bucket. Known server access logs settle the matter. None delivers to directory buckets, and to table buckets only what keeps them in order. */
export function writersOf(
  { state, kind, partition }: WrittenBucket,
  sources: readonly LogSource[],
  { bucketPolicy, acl }: Pick<Safety, 'bucketPolicy' | 'acl'>,
): Writer[] {
  if (kind !== 'general-purpose') return kind === 'table' ? [tableMaintenance(state.bucket)] : [];
  if (sources.length > 0) return accessLogWriters(sources, state.bucket);
  const place = { bucket: state.bucket, account: state.account, partition };
  return merged([...policyWriters(bucketPolicy, place), ...aclWriters(acl)]);
}

/**
 * S3 Tables itself writes the files of a table anew, and makes no table under a key that its maintenance cannot use (S3 User Guide, permission
 * requirements for S3 Tables SSE-KMS encryption, which limits the statement by the encryption context).
 */
function tableMaintenance(bucket: string): Writer {
  const { service, grant } = TABLE_MAINTENANCE;
  const name = principalOf(TABLE_MAINTENANCE) ?? '';
  const ofBucket = [{ operator: 'StringLike', key: CONTEXT_KEY, values: [`${bucket}/*`] }];
  return {
    service,
    evidence: 'S3 Tables compacts the tables of every table bucket.',
    takes: 'customer-key',
    grant,
    requests: [{ principal: { kind: 'service', name }, given: ofBucket }],
    saysSource: true,
  };
}

/** Those that make SSE-S3 the standard of the bucket. */
export function sseS3Only(writers: readonly Writer[]): Writer[] {
  return writers.filter(({ takes }) => takes === 'sse-s3-only');
}

/** The writer that the sources of access logs show; none without any. */
export function accessLogWriters(sources: readonly LogSource[], bucket: string): Writer[] {
  const [first] = sources;
  if (first === undefined) return [];
  const more = sources.length === 1 ? '' : ` and ${sources.length - 1} more`;
  const evidence = `Bucket ${bucket} receives the server access logs of ${first.bucket}${more}.`;
  return [sseS3Writer(ACCESS_LOGS, evidence)];
}

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';

/** The AWS services that a bucket's ACL lets write objects (S3 guide, ACL overview). */
function aclWriters(grants: readonly AclGrant[]): Writer[] {
  const writing = grants.filter(({ permission, isOwner }) => !isOwner && /^(WRITE|FULL_CONTROL)$/.test(permission));
  return writing.flatMap(({ id, uri }) => {
    if (uri === LOG_DELIVERY) return [sseS3Writer(ACCESS_LOGS, 'The bucket ACL lets the LogDelivery group write.')];
    return id === undefined ? [] : canonicalWriters(id, `The bucket ACL lets canonical user ${id} write.`);
  });
}

/** One writer for each service; what is known of its requests adds up over the statements that let it in. */
function merged(writers: readonly Writer[]): Writer[] {
  const byName = Map.groupBy(writers, ({ service, takes }) => JSON.stringify([service, takes]));
  return [...byName.values()].map((same) =>
    same.reduce((one, other) => ({
      ...one,
      requests: [...one.requests, ...other.requests],
      saysSource: one.saysSource === true && other.saysSource === true,
    })),
  );
}

import type { Asking, Facts } from '../facts.ts';
import { nameOf } from '../iam/match.ts';
import { parseStatements } from '../iam/parse-statements.ts';
import type { Statement } from '../iam/statement.ts';
import { type BucketState, kindOf, type Reason } from '../model.ts';
import { delegationOf } from './delegation.ts';
import { policyReaders } from './policy-readers.ts';
import type { Reader } from './reader.ts';
import { misread, unread } from './unread-document.ts';

/** A bucket with its policy read. */
export interface BucketPolicy {
  state: BucketState;
  partition: string;
  statements: readonly Statement[];
  knownIds: readonly string[];
}

const WHERE = 'the bucket policy';

/** Those whom the bucket policy itself lets in. */
export function bucketPolicyReaders({ state, partition, ...policy }: BucketPolicy): Reader[] {
  const { account, region, bucket } = state;
  const objects =
    kindOf(bucket) === 'directory'
      ? `arn:${partition}:s3express:${region}:${account}:bucket/${bucket}`
      : `arn:${partition}:s3:::${bucket}/*`;
  return policyReaders({ ...policy, account, partition, objects, where: WHERE, byAccessPoint: false });
}

/**
 * Those whom access points let in, where the bucket policy leaves it to them; they are asked for only then. Access points of other
 * accounts cannot be seen, so such an account counts as a reader.
 */
export function accessPointReaders(
  bucket: BucketPolicy,
  accessPoints: Facts['accessPoints'],
): Asking<{ readers: Reader[] }> | { kind: 'unread'; reasons: Reason[] } {
  const { state, partition } = bucket;
  const delegations = bucket.statements.flatMap((statement, at) => {
    const delegation = delegationOf(statement, state.account);
    return delegation === undefined ? [] : [{ ...delegation, through: `${nameOf(statement, at)} of ${WHERE}` }];
  });
  const unseen = delegations.flatMap(({ foreign, anyAccount, through }): Reader[] => {
    const told = { reads: true, writes: true, through, byAccessPoint: true };
    const accounts = foreign.map((id): Reader => {
      return { who: { kind: 'principal', arn: `arn:${partition}:iam::${id}:root` }, ...told };
    });
    const open: Reader = { who: { kind: 'signed', conditions: ['the access points of any account'] }, ...told };
    return anyAccount ? [...accounts, open] : accounts;
  });
  if (!delegations.some(({ own }) => own)) return { kind: 'known', readers: unseen };
  if (accessPoints === undefined) return { kind: 'ask', facts: ['accessPoints'] };
  if (accessPoints.kind === 'unread') return unread('accessPoints', accessPoints.why);
  const readers = [...unseen];
  for (const { name, policy } of accessPoints.value) {
    if (policy === undefined) continue;
    const parsed = parseStatements(policy, partition);
    const what = `The policy of access point ${name} of bucket ${state.bucket}`;
    if (parsed.kind === 'malformed') return unread('accessPoints', misread(what, parsed.why));
    readers.push(...pointReaders(bucket, name, parsed.statements));
  }
  return { kind: 'known', readers };
}

function pointReaders({ state, partition, knownIds }: BucketPolicy, name: string, statements: Statement[]): Reader[] {
  const { account, region, bucket } = state;
  const service = kindOf(bucket) === 'directory' ? 's3express' : 's3';
  const point = `arn:${partition}:${service}:${region}:${account}:accesspoint/${name}`;
  const objects = kindOf(bucket) === 'directory' ? point : `${point}/object/*`;
  const where = `the policy of access point ${name}`;
  return policyReaders({ statements, knownIds, account, partition, objects, where, byAccessPoint: true });
}

import type { Facts, Finding } from '../facts.ts';
import { nameOf } from '../../iam/match.ts';
import { parseStatements } from '../../iam/parse-statements.ts';
import type { Statement } from '../../iam/statement.ts';
import { type BucketState, kindOf } from '../model.ts';
import { type Delegation, delegationOf } from './delegation.ts';
import { accessIn, policyReaders } from './policy-readers.ts';
import type { Access, Reader, Who } from './reader.ts';
import { misread, unread } from '../unread.ts';

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
  const { account } = state;
  const objects = objectsOf({ state, partition });
  return policyReaders({ ...policy, account, partition, objects, where: WHERE, byAccessPoint: false });
}

function objectsOf({ state, partition }: Pick<BucketPolicy, 'state' | 'partition'>): string {
  const { account, region, bucket } = state;
  return kindOf(bucket) === 'directory'
    ? `arn:${partition}:s3express:${region}:${account}:bucket/${bucket}`
    : `arn:${partition}:s3:::${bucket}/*`;
}

/**
 * Those whom access points let in, where the bucket policy leaves it to them; they are asked for only then. Access points of other
 * accounts cannot be seen, so such an account counts as a reader; nor can Multi-Region Access Points. None lets in for more than the
 * bucket policy leaves to it.
 */
export function accessPointReaders(
  bucket: BucketPolicy,
  accessPoints: Facts['accessPoints'],
): Finding<{ readers: Reader[] }> {
  const { state } = bucket;
  const delegations = delegationsIn(bucket);
  const unseen = delegations.flatMap((delegation) => unseenReaders(delegation, bucket.partition));
  const own = delegations.filter((delegation) => delegation.own);
  if (own.length === 0) return { kind: 'known', readers: unseen };
  if (accessPoints === undefined) return { kind: 'ask', facts: ['accessPoints'] };
  if (accessPoints.kind === 'unread') return unread('accessPoints', accessPoints.why);
  const most = { reads: own.some(({ access }) => access.reads), writes: own.some(({ access }) => access.writes) };
  const readers = [...unseen];
  for (const { name, policy } of accessPoints.value) {
    if (policy === undefined) continue;
    const parsed = parseStatements(policy, bucket.partition);
    const what = `The policy of access point ${name} of bucket ${state.bucket}`;
    if (parsed.kind === 'malformed') return unread('accessPoints', misread(what, parsed.why));
    readers.push(...pointReaders(bucket, name, parsed.statements).flatMap((reader) => within(reader, most)));
  }
  return { kind: 'known', readers };
}

/** A delegation with what it leaves to access points, and where it says so. */
interface Delegated extends Delegation {
  access: Access;
  through: string;
}

function delegationsIn(bucket: BucketPolicy): Delegated[] {
  const objects = objectsOf(bucket);
  return bucket.statements.flatMap((statement, at) => {
    const delegation = delegationOf(statement, bucket.state.account);
    const access = accessIn(statement, { objects });
    if (delegation === undefined || (!access.reads && !access.writes)) return [];
    return [{ ...delegation, access, through: `${nameOf(statement, at)} of ${WHERE}` }];
  });
}

const ANY_ACCOUNT: Who = { kind: 'signed', conditions: ['the access points of any account'] };

function unseenReaders({ foreign, anyAccount, multiRegion, access, through }: Delegated, partition: string): Reader[] {
  const whos: Who[] = [
    ...foreign.map((id): Who => ({ kind: 'principal', arn: `arn:${partition}:iam::${id}:root` })),
    ...(anyAccount ? [ANY_ACCOUNT] : []),
    ...multiRegion.map((arn): Who => ({ kind: 'elsewhere', name: `the Multi-Region Access Point ${arn}` })),
  ];
  return whos.map((who) => ({ who, ...access, through, byAccessPoint: true }));
}

function within(reader: Reader, most: Access): Reader[] {
  const access = { reads: reader.reads && most.reads, writes: reader.writes && most.writes };
  return access.reads || access.writes ? [{ ...reader, ...access }] : [];
}

function pointReaders({ state, partition, knownIds }: BucketPolicy, name: string, statements: Statement[]): Reader[] {
  const { account, region, bucket } = state;
  const service = kindOf(bucket) === 'directory' ? 's3express' : 's3';
  const point = `arn:${partition}:${service}:${region}:${account}:accesspoint/${name}`;
  const objects = kindOf(bucket) === 'directory' ? point : `${point}/object/*`;
  const where = `the policy of access point ${name}`;
  return policyReaders({ statements, knownIds, account, partition, objects, where, byAccessPoint: true });
}

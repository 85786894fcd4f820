import { statementName } from '../../iam/match.ts';
import { objectsArnOf } from '../keys/s3-request.ts';
import { kindOf } from '../model.ts';
import type { AclGrant } from '../facts.ts';
import type { KeyChange } from '../safety.ts';
import { CLOUDFRONT_LOGS } from '../writers/services.ts';
import type { Home } from './narrowing.ts';
import { type Delegation, delegationOf, type ObjectPolicy, policyReaders, verbsIn } from './policy-readers.ts';
import type { Reader, Verb, Who } from './reader.ts';

type ReadBucket = Pick<KeyChange, 'state' | 'partition' | 'safety'>;

/** Everybody who is let in; the same reader through several statements is named once, with all that it may do. */
export function readersOf(bucket: ReadBucket): Reader[] {
  const { state, safety, partition } = bucket;
  const ownIds = safety.acl.flatMap(({ isOwner, id }) => (isOwner && id !== undefined ? [id] : []));
  const home = { account: state.account, partition, knownIds: [...ownIds, CLOUDFRONT_LOGS.canonicalUser] };
  const policy = { statements: safety.bucketPolicy, objects: objectsArnOf(bucket), where: WHERE, byAccessPoint: false };
  const readers = [
    ...policyReaders({ ...home, ...policy }),
    ...aclReaders(safety.acl, home.knownIds),
    ...(safety.website === 'site' ? [WEBSITE] : []),
    ...accessPointReaders(bucket, home),
  ];
  const byWho = Map.groupBy(readers, ({ who, given, byAccessPoint }) => JSON.stringify([who, given, byAccessPoint]));
  return [...byWho.values()].map((same) =>
    same.reduce((one, other) => ({ ...one, may: [...new Set([...one.may, ...other.may])].toSorted() })),
  );
}

const WHERE = 'the bucket policy';

const WEBSITE: Reader = {
  who: { kind: 'website', names: [] },
  given: [],
  may: ['read'],
  through: 'its website endpoint',
  byAccessPoint: false,
};

const GROUP_KINDS = new Map([
  ['http://acs.amazonaws.com/groups/global/AllUsers', 'anonymous' as const],
  ['http://acs.amazonaws.com/groups/global/AuthenticatedUsers', 'signed' as const],
]);
const VERBS = new Map<string, readonly Verb[]>([
  ['READ', ['read']],
  ['WRITE', ['write']],
  ['FULL_CONTROL', ['read', 'write']],
]);

/**
 * The grantees of a bucket's access control list outside its own account (S3 User Guide, ACL overview). The READ of a bucket only lists
 * its objects; whoever lists them mostly reads them too, by lists on the objects that nobody looks at here.
 */
function aclReaders(grants: readonly AclGrant[], knownIds: readonly string[]): Reader[] {
  return grants.flatMap(({ permission, isOwner, uri = '', id }): Reader[] => {
    const may = VERBS.get(permission);
    const kind = GROUP_KINDS.get(uri);
    const isNobody = kind === undefined && (id === undefined || knownIds.includes(id));
    if (may === undefined || isOwner || isNobody) return [];
    const who: Who = kind === undefined ? { kind: 'canonical', names: [id ?? ''] } : { kind, names: [] };
    return [{ who, may, given: [], through: "the bucket's access control list", byAccessPoint: false }];
  });
}

/** True where the bucket policy leaves access to access points of the bucket's own account: only then do theirs count. */
export function leavesToAccessPoints(bucket: ReadBucket): boolean {
  return delegationsIn(bucket).some(({ own }) => own);
}

/**
 * Those whom access points let in, where the bucket policy leaves it to them. Access points of other accounts cannot be seen, so such an
 * account counts as a reader; nor can Multi-Region Access Points. None lets in for more than the bucket policy leaves to it.
 */
function accessPointReaders(bucket: ReadBucket, home: Home & Pick<ObjectPolicy, 'knownIds'>): Reader[] {
  const delegations = delegationsIn(bucket);
  const unseen = delegations.flatMap(({ whos, may, through }) =>
    whos.map((who) => ({ who, may, given: [], through, byAccessPoint: true })),
  );
  const left = new Set(delegations.flatMap(({ own, may }) => (own ? may : [])));
  const seen = bucket.safety.accessPoints.flatMap(({ name, statements }) => {
    const point = { statements, objects: objectsOfPoint(name, bucket), where: `the policy of access point ${name}` };
    return policyReaders({ ...home, ...point, byAccessPoint: true });
  });
  const open = seen.map((reader) => ({ ...reader, may: reader.may.filter((verb) => left.has(verb)) }));
  return [...unseen, ...open.filter(({ may }) => may.length > 0)];
}

/** Delegations with what they leave to access points, and where they say so. */
function delegationsIn(bucket: ReadBucket): (Delegation & Pick<Reader, 'may' | 'through'>)[] {
  const objects = objectsArnOf(bucket);
  const home = { account: bucket.state.account, partition: bucket.partition };
  return bucket.safety.bucketPolicy.flatMap((statement, at) => {
    const delegation = delegationOf(statement, home);
    const may = verbsIn(statement, { objects });
    if (delegation === undefined || may.length === 0) return [];
    return [{ ...delegation, may, through: `${statementName(statement, at)} of ${WHERE}` }];
  });
}

function objectsOfPoint(name: string, { state, partition }: ReadBucket): string {
  const isDirectory = kindOf(state.bucket) === 'directory';
  const service = isDirectory ? 's3express' : 's3';
  const point = `arn:${partition}:${service}:${state.region}:${state.account}:accesspoint/${name}`;
  return isDirectory ? point : `${point}/object/*`;
}

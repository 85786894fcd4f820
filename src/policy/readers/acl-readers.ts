import type { Grant } from '../facts.ts';
import type { Reader } from './reader.ts';

const GROUPS = 'http://acs.amazonaws.com/groups/';
const READS = ['READ', 'FULL_CONTROL'];
const WRITES = ['WRITE', 'FULL_CONTROL'];

/**
 * The grantees of a bucket's access control list outside its own account (S3 User Guide, ACL overview). The READ of a bucket only lists
 * its objects; whoever lists them mostly reads them too, by lists on the objects that nobody looks at here.
 */
export function aclReaders(grants: readonly Grant[], knownIds: readonly string[]): Reader[] {
  return grants.flatMap((grant): Reader[] => {
    const access = { reads: READS.includes(grant.permission), writes: WRITES.includes(grant.permission) };
    if (grant.isOwner || (!access.reads && !access.writes)) return [];
    const told = { ...access, through: "the bucket's access control list", byAccessPoint: false };
    if (grant.uri === `${GROUPS}global/AllUsers`) return [{ who: { kind: 'anonymous', conditions: [] }, ...told }];
    if (grant.uri === `${GROUPS}global/AuthenticatedUsers`) {
      return [{ who: { kind: 'signed', conditions: [] }, ...told }];
    }
    if (grant.id === undefined || knownIds.includes(grant.id)) return [];
    return [{ who: { kind: 'canonical', id: grant.id }, ...told }];
  });
}

/** One grant of an object's ACL (S3 API Grant). */
export interface ObjectGrant {
  /** The canonical id of an account, or the URI of a group. */
  grantee: { id: string } | { uri: string };
  permission: string;
}

export interface ObjectAcl {
  owner: string;
  grants: readonly ObjectGrant[];
}

/** The grants by the headers that give them (S3 API CopyObject, x-amz-grant-*). WRITE means nothing to an object, and has no header. */
export interface GrantHeaders {
  GrantFullControl?: string;
  GrantRead?: string;
  GrantReadACP?: string;
  GrantWriteACP?: string;
}

const HEADERS: readonly [permission: string, header: keyof GrantHeaders][] = [
  ['FULL_CONTROL', 'GrantFullControl'],
  ['READ', 'GrantRead'],
  ['READ_ACP', 'GrantReadACP'],
  ['WRITE_ACP', 'GrantWriteACP'],
];

/** Full control of the owner alone: what a new object gets without any header, also where ACLs are disabled and no header is taken. */
export function isPrivateAcl({ owner, grants }: ObjectAcl): boolean {
  const [only] = grants;
  return (
    grants.length === 1 && only?.permission === 'FULL_CONTROL' && 'id' in only.grantee && only.grantee.id === owner
  );
}

/** The headers that give a copy the same grants with the write itself: no moment passes in which it has others. */
export function grantHeaders(acl: ObjectAcl): GrantHeaders {
  if (isPrivateAcl(acl)) return {};
  return Object.fromEntries(
    HEADERS.flatMap(([permission, header]) => {
      const its = acl.grants.filter((grant) => grant.permission === permission).map(granteeText);
      return its.length === 0 ? [] : [[header, its.join(', ')]];
    }),
  );
}

function granteeText({ grantee }: ObjectGrant): string {
  return 'id' in grantee ? `id="${grantee.id}"` : `uri="${grantee.uri}"`;
}

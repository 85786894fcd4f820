export type AclPermission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';

/** One grant of an access control list; the grantee is a canonical user id or the URI of a predefined group. */
export interface AclGrant {
  readonly grantee: string;
  readonly permission: AclPermission;
}

/** An object's own list, and the account that owns it: its writer, unless the bucket's settings make it the bucket owner's. */
export interface ObjectAcl {
  readonly owner: string;
  readonly grants: readonly AclGrant[];
}

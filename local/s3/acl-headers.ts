import { AwsError } from '../errors.ts';
import type { AclGrant, AclPermission } from './access-control-list.ts';
import { GROUPS } from './acl-grants.ts';
import { invalidArgument, methodNotAllowed } from './s3-error.ts';

/** The x-amz-acl header and the five x-amz-grant-* headers of a request. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const HEADERS = {
  GrantFullControl: ['x-amz-grant-full-control', 'FULL_CONTROL'],
  GrantRead: ['x-amz-grant-read', 'READ'],
  GrantReadACP: ['x-amz-grant-read-acp', 'READ_ACP'],
  GrantWrite: ['x-amz-grant-write', 'WRITE'],
  GrantWriteACP: ['x-amz-grant-write-acp', 'WRITE_ACP'],
} as const satisfies Readonly<Record<Exclude<keyof AclInput, 'ACL'>, readonly [string, AclPermission]>>;

const GRANT_MEMBERS = ['GrantFullControl', 'GrantRead', 'GrantReadACP', 'GrantWrite', 'GrantWriteACP'] as const;

/** True where the request has any of the headers. */
export function namesAcl(input: AclInput): boolean {
  return input.ACL !== undefined || GRANT_MEMBERS.some((member) => input[member] !== undefined);
}

/** The grants of the x-amz-grant-* headers; undefined without one. Throws InvalidRequest where a canned list is named as well. */
export function headerGrants(input: AclInput): readonly AclGrant[] | undefined {
  const given = GRANT_MEMBERS.filter((member) => input[member] !== undefined);
  if (given.length === 0) return undefined;
  if (input.ACL !== undefined)
    throw new AwsError('InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed', 400);
  return given.flatMap((member) => {
    const [header, permission] = HEADERS[member];
    return readGrantees(input[member] ?? '', header).map((grantee) => ({ grantee, permission }));
  });
}

/** The s3:x-amz-acl and s3:x-amz-grant-* condition keys of a request. */
export function aclContext(input: AclInput): Record<string, string> {
  const grants = GRANT_MEMBERS.flatMap((member): [string, string][] => {
    const text = input[member];
    return text === undefined ? [] : [[`s3:${HEADERS[member][0]}`, text]];
  });
  return { ...(input.ACL === undefined ? {} : { 's3:x-amz-acl': input.ACL }), ...Object.fromEntries(grants) };
}

/** A canonical user id, or throws InvalidArgument. Every account has one here, so only its form can be wrong. */
export function checkCanonicalId(id: string): string {
  if (/^[0-9a-f]{64}$/.test(id)) return id;
  throw invalidArgument('Invalid id', 'CanonicalUser/ID', id);
}

/** The URI of a predefined group, or throws InvalidArgument. */
export function checkGroup(uri: string): string {
  if (GROUPS.includes(uri)) return uri;
  throw invalidArgument('Invalid group uri', 'Group/URI', uri);
}

/** `id="…", uri="…"`, quoted or not. Grantees by e-mail address are gone since October 2025 (API PutBucketAcl). */
function readGrantees(text: string, header: string): string[] {
  return text.split(',').map((part) => {
    const [, kind, value = ''] = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*?)"?\s*$/i.exec(part) ?? [];
    switch (kind?.toLowerCase()) {
      case 'id':
        return checkCanonicalId(value);
      case 'uri':
        return checkGroup(value);
      case 'emailaddress':
        throw methodNotAllowed();
      default:
        throw invalidArgument('Argument format not recognized', header, text);
    }
  });
}

import { AwsError } from '../errors.ts';
import type { Role } from '../world.ts';
import { checkConditionKeys } from './check-policy.ts';
import { malformedPolicy } from './document.ts';
import { compileIdentityPolicy, compileTrustPolicy, type ResourceStatement, type Statement } from './statement.ts';

export interface KnownRole {
  readonly role: Role;
  readonly statements: readonly Statement[];
  readonly trust: readonly ResourceStatement[];
  /** Undefined where the role has no permissions boundary. */
  readonly boundary: readonly Statement[] | undefined;
}

export interface Roles {
  readonly put: (role: Role) => void;
  readonly putPolicy: (arn: string, document: unknown) => void;
  readonly delete: (arn: string) => void;
  readonly get: (arn: string) => KnownRole | undefined;
  readonly arnOf: (accountId: string, name: string) => string | undefined;
}

/** The roles of every account, compiled, and the managed policies that may be their boundaries. `keys` as in IdentityOptions. */
export function createRoles(keys: readonly string[] | undefined): Roles {
  const roles = new Map<string, KnownRole>();
  const managed = new Map<string, readonly Statement[]>();
  return {
    put: (role) => {
      checkKeys([role.trust, ...role.policies], keys);
      const statements = role.policies.flatMap(compileIdentityPolicy);
      const boundary = boundaryOf(role, managed);
      roles.set(role.arn, { role, statements, trust: compileTrustPolicy(role.trust), boundary });
    },
    putPolicy: (arn, document) => {
      checkKeys([document], keys);
      managed.set(arn, compileIdentityPolicy(document));
    },
    delete: (arn) => void roles.delete(arn),
    get: (arn) => roles.get(arn),
    arnOf: (accountId, name) => {
      const found = [...roles.values()].find(({ role }) => role.name === name && role.arn.split(':')[4] === accountId);
      return found?.role.arn;
    },
  };
}

/** Throws 501 by name for a condition key that nothing here sets: a Deny on it would deny nothing. */
function checkKeys(documents: readonly unknown[], evaluated: readonly string[] | undefined): void {
  if (evaluated === undefined) return;
  for (const document of documents) checkConditionKeys(document, { evaluated }, malformedPolicy);
}

/** The words of IAM's CreateRole. */
function boundaryOf({ boundary }: Role, managed: ReadonlyMap<string, readonly Statement[]>): KnownRole['boundary'] {
  if (boundary === undefined) return undefined;
  const statements = managed.get(boundary);
  if (statements !== undefined) return statements;
  throw new AwsError('NoSuchEntity', `Scope ARN: ${boundary} does not exist or is not attachable.`, 404);
}

import type * as sdk from '@aws-sdk/client-iam';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Identity, Role } from '../world.ts';
import type { InlinePolicies } from './inline-policies.ts';

interface Named {
  readonly RoleName?: string | undefined;
}

export interface RoleDeps {
  readonly identity: Pick<Identity, 'putRole' | 'deleteRole' | 'roleNamed'>;
  readonly inline: InlinePolicies;
}

/** Roles on the wire (IAM API reference). A name is one role of the account, whatever its path. */
export function createRoleOperations(deps: RoleDeps) {
  return { ...createWholeOperations(deps), ...createPolicyOperations(deps), ...createTagOperations(deps) };
}

function finderOf({ identity }: RoleDeps): (input: Named, call: Call) => Role {
  return (input, call) => {
    const role = identity.roleNamed(call.caller.accountId, input.RoleName ?? '');
    if (role !== undefined) return role;
    throw noSuchEntity(`The role with name ${input.RoleName} cannot be found.`);
  };
}

function createWholeOperations(deps: RoleDeps) {
  const { identity, inline } = deps;
  const existing = finderOf(deps);
  return {
    CreateRole: (input: sdk.CreateRoleRequest, call: Call) => {
      const { RoleName: name = '', Path: path = '/', PermissionsBoundary: boundary } = input;
      if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw invalid(`The specified value for roleName is invalid: ${name}`);
      if (!/^\/([!-~]+\/)?$/.test(path)) throw invalid(`The specified value for path is invalid: ${path}`);
      if (identity.roleNamed(call.caller.accountId, name) !== undefined)
        throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
      const arn = `arn:aws:iam::${call.caller.accountId}:role${path}${name}`;
      const trust = parsed(input.AssumeRolePolicyDocument);
      const role = { arn, name, trust, policies: [], tags: tagsOf(input.Tags), ...(boundary && { boundary }) };
      identity.putRole(role);
      return { Role: print(role, call) };
    },
    GetRole: (input: sdk.GetRoleRequest, call: Call) => ({ Role: print(existing(input, call), call) }),
    UpdateAssumeRolePolicy: (input: sdk.UpdateAssumeRolePolicyRequest, call: Call) => {
      identity.putRole({ ...existing(input, call), trust: parsed(input.PolicyDocument) });
      return {};
    },
    DeleteRole: (input: sdk.DeleteRoleRequest, call: Call) => {
      const role = existing(input, call);
      if (inline.of(role).size > 0)
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      identity.deleteRole(role.arn);
      return {};
    },
  };
}

function createPolicyOperations(deps: RoleDeps) {
  const { inline } = deps;
  const existing = finderOf(deps);
  return {
    PutRolePolicy: (input: sdk.PutRolePolicyRequest, call: Call) => {
      const role = existing(input, call);
      inline.set(role, new Map(inline.of(role)).set(input.PolicyName ?? '', parsed(input.PolicyDocument)));
      return {};
    },
    GetRolePolicy: (input: sdk.GetRolePolicyRequest, call: Call) => {
      const document = inline.of(existing(input, call)).get(input.PolicyName ?? '');
      if (document === undefined) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      const { RoleName, PolicyName } = input;
      return { RoleName, PolicyName, PolicyDocument: encodeURIComponent(JSON.stringify(document)) };
    },
    ListRolePolicies: (input: sdk.ListRolePoliciesRequest, call: Call) => ({
      PolicyNames: [...inline.of(existing(input, call)).keys()],
      IsTruncated: false,
    }),
    DeleteRolePolicy: (input: sdk.DeleteRolePolicyRequest, call: Call) => {
      const role = existing(input, call);
      const policies = new Map(inline.of(role));
      if (!policies.delete(input.PolicyName ?? ''))
        throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
      inline.set(role, policies);
      return {};
    },
  };
}

function createTagOperations(deps: RoleDeps) {
  const existing = finderOf(deps);
  return {
    TagRole: (input: sdk.TagRoleRequest, call: Call) => {
      const role = existing(input, call);
      deps.identity.putRole({ ...role, tags: { ...role.tags, ...tagsOf(input.Tags) } });
      return {};
    },
    UntagRole: (input: sdk.UntagRoleRequest, call: Call) => {
      const role = existing(input, call);
      const left = Object.entries(role.tags ?? {}).filter(([key]) => input.TagKeys?.includes(key) !== true);
      deps.identity.putRole({ ...role, tags: Object.fromEntries(left) });
      return {};
    },
    ListRoleTags: (input: Named, call: Call) => ({ Tags: printTags(existing(input, call)), IsTruncated: false }),
  };
}

const tagsOf = (tags: readonly sdk.Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

const printTags = ({ tags = {} }: Pick<Role, 'tags'>): sdk.Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Of the role that a request is about. */
export function roleArn({ identity }: Pick<RoleDeps, 'identity'>) {
  return ({ RoleName: name = '', Path: path = '/' }: Named & { readonly Path?: string }, { caller }: Call): string =>
    identity.roleNamed(caller.accountId, name)?.arn ?? `arn:aws:iam::${caller.accountId}:role${path}${name}`;
}

function print({ arn, name, trust, tags = {} }: Role, { time }: Call): object {
  return {
    Arn: arn,
    RoleName: name,
    RoleId: roleId(name),
    Path: /:role(\/(?:.+\/)?)[^/]+$/.exec(arn)?.[1] ?? '/',
    CreateDate: time,
    AssumeRolePolicyDocument: encodeURIComponent(typeof trust === 'string' ? trust : JSON.stringify(trust)),
    ...(Object.keys(tags).length === 0 ? {} : { Tags: printTags({ tags }) }),
  };
}

function roleId(name: string): string {
  const letters = name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return `AROA${letters.slice(-17)}`;
}

function parsed(document: string | undefined): unknown {
  try {
    return JSON.parse(document ?? '');
  } catch {
    throw new AwsError('MalformedPolicyDocument', 'This policy contains invalid Json', 400);
  }
}

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
const invalid = (message: string): AwsError => new AwsError('ValidationError', message, 400);

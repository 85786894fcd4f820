import * as sdk from '@aws-sdk/client-iam';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, rightsByName, type SupportedMembers } from '../supported-members.ts';
import type { World } from '../world.ts';
import { InlinePolicies } from './inline-policies.ts';
import { createRoleOperations, roleArn } from './role-operations.ts';

/** Descriptions and the longest session are kept for nobody. */
const SUPPORTED: SupportedMembers = {
  CreateRole: [
    'RoleName',
    'Path',
    'AssumeRolePolicyDocument',
    'PermissionsBoundary',
    'Description',
    'MaxSessionDuration',
    'Tags',
  ],
  GetRole: ['RoleName'],
  UpdateAssumeRolePolicy: ['RoleName', 'PolicyDocument'],
  DeleteRole: ['RoleName'],
  TagRole: ['RoleName', 'Tags'],
  UntagRole: ['RoleName', 'TagKeys'],
  ListRoleTags: ['RoleName'],
  PutRolePolicy: ['RoleName', 'PolicyName', 'PolicyDocument'],
  GetRolePolicy: ['RoleName', 'PolicyName'],
  ListRolePolicies: ['RoleName'],
  DeleteRolePolicy: ['RoleName', 'PolicyName'],
};

/** IAM: roles with their trust and inline policies. Everything else of an account's IAM is not there. */
export function createIam({ identity }: Pick<World, 'identity'>): ServiceDefinition {
  const deps = { identity, inline: new InlinePolicies(identity) };
  return {
    id: 'iam',
    signingName: 'iam',
    protocol: 'awsQuery',
    sdk,
    operations: onlySupported('iam', createRoleOperations(deps), SUPPORTED),
    permissions: rightsByName('iam', SUPPORTED, roleArn(deps)),
  };
}

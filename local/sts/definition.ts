import * as sdk from '@aws-sdk/client-sts';
import type { Call } from '../call.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import type { World } from '../world.ts';
import { createAssumeRole } from './assume-role.ts';
import { userId } from './user-id.ts';

/** Session policies, session tags, MFA and source identities are not evaluated, so they are not taken. */
const SUPPORTED: SupportedMembers = {
  AssumeRole: ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId'],
  GetCallerIdentity: [],
};

/** STS: who am I, and sessions of roles whose trust policy names the caller. */
export function createSts({ identity }: Pick<World, 'identity'>): { service: ServiceDefinition } {
  const assumeRole = createAssumeRole(identity);
  const operations = {
    AssumeRole: assumeRole.operation,
    GetCallerIdentity: (_input: object, { caller }: Call) => ({
      UserId: userId(caller),
      Account: caller.accountId,
      Arn: caller.arn,
    }),
  };
  return {
    service: {
      id: 'sts',
      signingName: 'sts',
      protocol: 'awsQuery',
      sdk,
      operations: onlySupported('sts', operations, SUPPORTED),
      permissions: { AssumeRole: assumeRole.permissions, GetCallerIdentity: () => [] },
    },
  };
}

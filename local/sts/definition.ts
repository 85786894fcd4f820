import * as sdk from '@aws-sdk/client-sts';
import type { Call } from '../call.ts';
import type { ServiceDefinition } from '../service.ts';
import type { World } from '../world.ts';
import { createAssumeRole } from './assume-role.ts';
import { userId } from './user-id.ts';

/** STS: who am I, and sessions of roles whose trust policy names the caller. */
export function createSts({ identity }: Pick<World, 'identity'>): { service: ServiceDefinition } {
  const assumeRole = createAssumeRole(identity);
  return {
    service: {
      id: 'sts',
      signingName: 'sts',
      protocol: 'awsQuery',
      sdk,
      operations: {
        AssumeRole: assumeRole.operation,
        GetCallerIdentity: (_input: object, { caller }: Call) => ({
          UserId: userId(caller),
          Account: caller.accountId,
          Arn: caller.arn,
        }),
      },
      permissions: { AssumeRole: assumeRole.permissions, GetCallerIdentity: () => [] },
    },
  };
}

import * as sdk from '@aws-sdk/client-sts';
import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import type { World } from '../world.ts';

/** STS: who am I, and sessions of roles whose trust policy names the caller. */
export function createSts(world: Pick<World, 'identity'>): { service: ServiceDefinition } {
  const { identity } = world;
  return {
    service: {
      id: 'sts',
      signingName: 'sts',
      protocol: 'awsQuery',
      sdk,
      operations: {
        GetCallerIdentity: (_input: object, { caller }: Call) => ({
          UserId: userId(caller.accountId, caller.role),
          Account: caller.accountId,
          Arn: caller.arn,
        }),
        AssumeRole: (input: AssumeRoleRequest, call: Call) => {
          const roleArn = input.RoleArn ?? '';
          const sessionName = input.RoleSessionName ?? '';
          const lifetimeS = checkedLifetime(input.DurationSeconds ?? 3600);
          const session = identity.startSession(
            roleArn,
            sessionName,
            { arn: call.caller.arn },
            { context: trustContext(input), lifetimeS },
          );
          return {
            Credentials: {
              AccessKeyId: session.accessKeyId,
              SecretAccessKey: session.secretAccessKey,
              SessionToken: session.sessionToken,
              Expiration: session.expiration,
            },
            AssumedRoleUser: {
              AssumedRoleId: userId(session.caller.accountId, session.caller.role),
              Arn: session.caller.arn,
            },
            PackedPolicySize: 0,
          };
        },
      },
      permissions: {
        GetCallerIdentity: () => [],
        AssumeRole: (input: AssumeRoleRequest): Permission[] => {
          const role = identity.role(input.RoleArn ?? '');
          const resource = input.RoleArn ?? '';
          return [
            {
              action: 'sts:AssumeRole',
              resource,
              owner: resource.split(':')[4] ?? '',
              resourcePolicy: role?.trust ?? { Statement: [] },
              context: trustContext(input),
            },
          ];
        },
      },
    },
  };
}

function trustContext(input: AssumeRoleRequest): Record<string, string> {
  return {
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...(input.RoleSessionName === undefined ? {} : { 'sts:RoleSessionName': input.RoleSessionName }),
  };
}

/** Roles have unique ids of their own in AWS (AROA...); here the role's name stands for it. */
function userId(accountId: string, role: { name: string; sessionName: string } | undefined): string {
  return role === undefined ? accountId : `AROA${role.name.toUpperCase()}:${role.sessionName}`;
}

/** A session lasts from 15 minutes to 12 hours (STS API, AssumeRole). */
function checkedLifetime(seconds: number): number {
  if (seconds >= 900 && seconds <= 43_200) return seconds;
  throw new AwsError('ValidationError', `DurationSeconds must be from 900 to 43200, found ${seconds}`, 400);
}

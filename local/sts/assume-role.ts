import type { AssumeRoleRequest } from '@aws-sdk/client-sts';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Operation, Permission } from '../service.ts';
import type { Identity } from '../world.ts';
import { userId } from './user-id.ts';

interface AssumeRole {
  readonly operation: Operation;
  readonly permissions: (input: AssumeRoleRequest) => Permission[];
}

/** A session of a role: the trust policy must name the caller, and a caller that is a role itself must be allowed to (STS API, AssumeRole). */
export function createAssumeRole(identity: Identity): AssumeRole {
  return {
    operation: (input: AssumeRoleRequest, call: Call) => assumeRole(identity, input, call),
    permissions: (input) => {
      const resource = input.RoleArn ?? '';
      // A role that does not exist trusts nobody: AWS answers AccessDenied for both.
      const resourcePolicy = identity.role(resource)?.trust ?? { Statement: [] };
      const owner = resource.split(':')[4] ?? '';
      return [{ action: 'sts:AssumeRole', resource, owner, resourcePolicy, context: trustContext(input) }];
    },
  };
}

function assumeRole(identity: Identity, input: AssumeRoleRequest, { caller }: Call): object {
  const lifetimeS = checkedLifetime(input.DurationSeconds ?? 3600, caller.role !== undefined);
  const terms = { context: trustContext(input), lifetimeS };
  const session = identity.startSession(input.RoleArn ?? '', input.RoleSessionName ?? '', { arn: caller.arn }, terms);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiration,
    },
    AssumedRoleUser: { AssumedRoleId: userId(session.caller), Arn: session.caller.arn },
    PackedPolicySize: 0,
  };
}

function trustContext(input: AssumeRoleRequest): Record<string, string> {
  return {
    ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
    ...(input.RoleSessionName === undefined ? {} : { 'sts:RoleSessionName': input.RoleSessionName }),
  };
}

/** A session lasts from 15 minutes to 12 hours; one that a role's session asks for, at most an hour (IAM User Guide, "Role chaining"). */
function checkedLifetime(seconds: number, isChained: boolean): number {
  if (isChained && seconds > 3600)
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
      400,
    );
  if (seconds >= 900 && seconds <= 43_200) return seconds;
  throw new AwsError('ValidationError', `DurationSeconds must be from 900 to 43200, found ${seconds}`, 400);
}

import { randomUUID } from 'node:crypto';
import type { Call, Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { S3 } from './store.ts';

export interface ServiceActor {
  readonly caller: Caller;
  readonly region: string;
  /** The service that acts as the caller, for example s3.amazonaws.com under a replication role. */
  readonly service: string;
}

/** A call that nobody sent: what a service does in S3 by itself, in the name of an account or a role. */
export function serviceCall(s3: S3, { caller, region, service }: ServiceActor): Call {
  return {
    service: 's3',
    operation: 'PutObject',
    region,
    caller,
    requestId: randomUUID(),
    time: s3.world.now(),
    sourceIp: service,
    userAgent: service,
  };
}

export function isAuthorized(s3: S3, call: Call, permissions: readonly Permission[]): boolean {
  try {
    s3.world.identity.authorize(call, permissions);
    return true;
  } catch (cause) {
    if (cause instanceof AwsError && cause.status === 403) return false;
    throw cause;
  }
}

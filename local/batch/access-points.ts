import type { CreateAccessPointRequest } from '@aws-sdk/client-s3-control';
import type { Call } from '../call.ts';
import {
  createAccessPoint,
  deleteAccessPoint,
  getAccessPoint,
  listAccessPoints,
} from '../s3/access-point-operations.ts';
import {
  deleteAccessPointPolicy,
  getAccessPointPolicy,
  getAccessPointPolicyStatus,
  putAccessPointPolicy,
} from '../s3/access-point-policy.ts';
import { accessPointArn } from '../s3/access-point.ts';
import type { S3 } from '../s3/store.ts';
import type { ServiceDefinition } from '../service.ts';
import { checkAccount } from './permissions.ts';

const OPERATIONS = {
  CreateAccessPoint: createAccessPoint,
  GetAccessPoint: getAccessPoint,
  ListAccessPoints: listAccessPoints,
  DeleteAccessPoint: deleteAccessPoint,
  PutAccessPointPolicy: putAccessPointPolicy,
  GetAccessPointPolicy: getAccessPointPolicy,
  DeleteAccessPointPolicy: deleteAccessPointPolicy,
  GetAccessPointPolicyStatus: getAccessPointPolicyStatus,
} satisfies Readonly<Record<string, (s3: S3, input: never, call: Call) => unknown>>;

interface AccessPointInput {
  readonly AccountId?: string | undefined;
  readonly Name?: string | undefined;
}

/** The operations on access points, which S3 Control has and S3 acts upon. */
export function accessPointOperations(s3: S3): ServiceDefinition['operations'] {
  return Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, run]) => [
      name,
      (input: never, call: Call): unknown => run(s3, input, call),
    ]),
  );
}

/** Each operation is an action of its own name on the access point; a list is on no resource (Service Authorization Reference). */
export function accessPointPermissions(s3: S3): ServiceDefinition['permissions'] {
  const table = Object.keys(OPERATIONS).map((operation) => [
    operation,
    (input: AccessPointInput, call: Call) => {
      checkAccount(input, call);
      const { accountId } = call.caller;
      const arn = accessPointArn({ name: input.Name ?? '', accountId, region: call.region });
      const point = s3.store.accessPoints.byArn(arn);
      const context =
        point === undefined ? {} : { 's3:DataAccessPointArn': arn, 's3:DataAccessPointAccount': accountId };
      return [{ action: `s3:${operation}`, resource: arn, context }];
    },
  ]);
  return {
    ...Object.fromEntries(table),
    CreateAccessPoint: (input: CreateAccessPointRequest, call: Call) => {
      checkAccount(input, call);
      const { accountId } = call.caller;
      const resource = accessPointArn({ name: input.Name ?? '', accountId, region: call.region });
      const origin = input.VpcConfiguration === undefined ? 'Internet' : 'VPC';
      return [{ action: 's3:CreateAccessPoint', resource, context: { 's3:AccessPointNetworkOrigin': origin } }];
    },
    ListAccessPoints: (input: AccessPointInput, call: Call) => {
      checkAccount(input, call);
      return [{ action: 's3:ListAccessPoints', resource: '*' }];
    },
  };
}

import type { Call } from '../call.ts';
import type { Permission } from '../service.ts';
import type { AccessPoint } from './access-point.ts';
import type { Bucket } from './bucket.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';

/** The access point that stands in place of a bucket in a request; undefined where there is a bucket of that name. */
function accessPointNamed(s3: Pick<S3, 'store'>, name: string | undefined, region?: string): AccessPoint | undefined {
  if (name === undefined || s3.store.find(name) !== undefined) return undefined;
  return s3.store.accessPoints.find(name, region);
}

/**
 * The permissions of a request that names an access point: its policy must let the caller in, and the bucket's must as well, by itself or
 * because it leaves it to access points by s3:DataAccessPointAccount or s3:DataAccessPointArn (S3 guide, "Configuring IAM policies for using
 * access points"). Identity policies name the access point. Without one the permissions stay as they are.
 */
export function throughAccessPoint(
  s3: S3,
  name: string | undefined,
  permissions: readonly Permission[],
  call: Call,
): Permission[] {
  const point = accessPointNamed(s3, name, call.region);
  const bucket = point === undefined ? undefined : s3.store.find(point.bucket);
  if (point === undefined || bucket === undefined) return [...permissions];
  if (point.vpcId !== undefined)
    throw accessDenied(`The access point ${point.arn} lets in only requests from ${point.vpcId}`);
  const keys = {
    's3:DataAccessPointAccount': point.accountId,
    's3:DataAccessPointArn': point.arn,
    's3:AccessPointNetworkOrigin': 'Internet',
  };
  return permissions.flatMap((permission) => {
    const context = { ...permission.context, ...keys };
    const resource = resourceAt(point, bucket, permission.resource);
    const atPoint = {
      action: permission.action,
      resource,
      owner: point.accountId,
      resourcePolicy: point.policy?.document,
      context,
    };
    return [atPoint, { ...permission, context, identityResource: resource }];
  });
}

/** arn:aws:s3:::bucket/key is ARN/object/key at the access point. */
function resourceAt(point: AccessPoint, bucket: Bucket, resource: string): string {
  return resource === bucket.arn ? point.arn : `${point.arn}/object/${resource.slice(bucket.arn.length + 1)}`;
}

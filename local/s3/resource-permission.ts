import type { Permission } from '../service.ts';
import type { Bucket } from './bucket.ts';

export interface ObjectName {
  readonly Key?: string | undefined;
  readonly VersionId?: string | undefined;
}

/** An action on a bucket: its owner and its policy have a say. */
export function onBucket(bucket: Bucket, action: string, context: Record<string, string> = {}): Permission {
  return { action, resource: bucket.arn, owner: bucket.accountId, resourcePolicy: bucket.policy?.document, context };
}

/** An action on an object or one version of it. */
export function onObject(
  bucket: Bucket,
  input: ObjectName,
  action: string,
  context: Record<string, string> = {},
): Permission {
  const version = input.VersionId === undefined ? {} : { 's3:VersionId': input.VersionId };
  return { ...onBucket(bucket, action, { ...version, ...context }), resource: `${bucket.arn}/${input.Key ?? ''}` };
}

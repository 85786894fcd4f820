import type { Call } from '../call.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { entryOf } from '../entry-of.ts';
import { throughAccessPoint } from './access-point-gate.ts';
import { accessDenied } from './s3-error.ts';
import type { S3 } from './store.ts';

/** What S3 does for nobody without credentials, whatever a policy says (S3 API, Copying objects and Multipart upload). */
const SIGNED_ONLY: Readonly<Record<string, string>> = {
  CopyObject: 'Anonymous users cannot copy objects. Please authenticate.',
  UploadPartCopy: 'Anonymous users cannot copy objects. Please authenticate.',
  CreateMultipartUpload: 'Anonymous users cannot initiate multipart uploads. Please authenticate.',
};

/** Each of these asks for the permissions on its source and on its target in its own way. */
const ASKS_ITSELF: readonly string[] = ['CopyObject', 'UploadPartCopy'];

type Permissions = ServiceDefinition['permissions'];

/** Puts before every operation what does not depend on it: anonymous callers, and the policy of an access point that the request goes through. */
export function gated(s3: S3, permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).map(([operation, permissionsOf]) => [
      operation,
      (input: never, call: Call): Permission[] => {
        const message = entryOf(SIGNED_ONLY, operation);
        if (message !== undefined && call.caller.isAnonymous === true) throw accessDenied(message);
        const asked = permissionsOf(input, call);
        return ASKS_ITSELF.includes(operation) ? asked : throughAccessPoint(s3, bucketOf(input), asked, call);
      },
    ]),
  );
}

function bucketOf(input: { Bucket?: string | undefined }): string | undefined {
  return input.Bucket;
}

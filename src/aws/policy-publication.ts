import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../errors.ts';
import type { PolicyPin, PolicyVersion } from './ledger-item.ts';
import { update } from './ledger-update.ts';
import { createPolicyPin, PIN_KEY } from './policy-pin.ts';

export type PolicyPublication = ReturnType<typeof createPolicyPublication>;

/** What an operator's machine needs to publish a policy; the functions only read. */
export function createPolicyPublication({
  s3,
  dynamoDb,
  table,
}: {
  s3: S3Client;
  dynamoDb: DynamoDBClient;
  table: string;
}) {
  return {
    /** PutObject into the versioned policy bucket; returns the version that was made. Throws ResealError where the bucket keeps none. */
    async upload({ bucket, key, json }: { bucket: string; key: string; json: string }): Promise<string> {
      const output = await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: json,
          ContentType: 'application/json',
          ServerSideEncryption: 'AES256',
        }),
      );
      if (output.VersionId !== undefined) return output.VersionId;
      throw new ResealError(
        'invalid-policy',
        `bucket ${bucket} has no versioning, so a policy cannot be pinned in it; use the stack's PolicyBucket`,
        { bucket },
      );
    },

    /** Makes the version the policy in force and remembers the one before, from the next look-up of each function on (at most a minute). */
    async pin(version: PolicyVersion): Promise<void> {
      const before = await createPolicyPin(dynamoDb, table)();
      const { previous: _, ...previous } = before ?? { previous: undefined };
      const pin: PolicyPin = 'sha256' in previous ? { ...version, previous } : version;
      await update(dynamoDb, { table, key: PIN_KEY, set: { ...pin } });
    },
  };
}

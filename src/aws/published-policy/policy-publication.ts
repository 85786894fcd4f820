import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ResealError } from '../../errors.ts';
import type { PolicyPin, PolicyVersion } from '../ledger/ledger-item.ts';
import { update } from '../ledger/ledger-update.ts';
import { createPolicyPin, PIN_KEY } from './policy-pin.ts';
import { messageOf, nameOf } from '../sdk/service-error.ts';

export type PolicyPublication = ReturnType<typeof createPolicyPublication>;

/** What an operator's machine publishes with. */
export interface Publisher {
  s3: S3Client;
  dynamoDb: DynamoDBClient;
  table: string;
}

/** What an operator's machine needs to publish a policy; the functions only read. Throws ResealError not-published. */
export function createPolicyPublication({ s3, dynamoDb, table }: Publisher) {
  return {
    /** PutObject into the versioned policy bucket; returns the version that was made. */
    async upload({ bucket, key, json }: { bucket: string; key: string; json: string }): Promise<string> {
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: json,
        ContentType: 'application/json',
        ServerSideEncryption: 'AES256',
      });
      const output = await orNotPublished(
        s3.send(put),
        `s3://${bucket}/${key} could not be written; expected --bucket to be the stack's output PolicyBucketName`,
      );
      if (output.VersionId !== undefined) return output.VersionId;
      throw new ResealError(
        'not-published',
        `bucket ${bucket} has no versioning, so a policy cannot be pinned in it; use the stack's PolicyBucket`,
        { bucket },
      );
    },

    /** Makes the version the policy in force and remembers the one before, from the next look-up of each function on (at most a minute). */
    async pin(version: PolicyVersion): Promise<void> {
      const hint = `table ${table} could not be used; expected --table to be the stack's output LedgerTableName. The policy is uploaded and not in force`;
      const before = await orNotPublished(createPolicyPin(dynamoDb, table)(), hint);
      const { previous: _, ...previous } = before ?? { previous: undefined };
      const pin: PolicyPin = 'sha256' in previous ? { ...version, previous } : version;
      await orNotPublished(update(dynamoDb, { table, key: PIN_KEY, set: { ...pin } }), hint);
    },
  };
}

async function orNotPublished<T>(call: Promise<T>, what: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new ResealError('not-published', `${what}: ${nameOf(error)}: ${messageOf(error)}`, { cause: error });
  }
}

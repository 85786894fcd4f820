import {
  type EncryptionConfiguration,
  GetTableBucketCommand,
  GetTableBucketEncryptionCommand,
  ListTablesCommand,
  ListTagsForResourceCommand,
  PutTableBucketEncryptionCommand,
  type S3TablesClient,
  type SSEAlgorithm,
} from '@aws-sdk/client-s3tables';
import type { Fact, Tag } from '../../policy/facts.ts';
import type { Encryption } from '../../policy/model.ts';
import { present } from '../../present.ts';
import { readFact } from '../sdk/read-fact.ts';
import { failureOf } from '../sdk/service-error.ts';
import { type BucketEncryption, type EncryptionReading, notRead, oddEncryption } from './bucket-encryption.ts';
import type { OwnedBucket } from './owned-bucket.ts';

interface Clients {
  s3Tables: () => S3TablesClient;
  /** Tries a call once. */
  s3TablesOnce: () => S3TablesClient;
}

/** The default encryption of table buckets, which is that of the tables that will be made in them. */
export function createTableEncryption({ s3Tables, s3TablesOnce }: Clients): BucketEncryption {
  return {
    /** GetTableBucketEncryption. */
    async read({ bucket }) {
      try {
        const asked = new GetTableBucketEncryptionCommand({ tableBucketARN: bucket });
        return fromSdk((await s3Tables().send(asked)).encryptionConfiguration);
      } catch (error) {
        return failureOf(error) === 'not-found' ? unset(s3Tables(), bucket) : notRead(error);
      }
    },

    /** PutTableBucketEncryption. Throws the SDK's error. */
    async write({ bucket, rule }) {
      const encryptionConfiguration = toTableEncryption(rule);
      await s3TablesOnce().send(
        new PutTableBucketEncryptionCommand({ tableBucketARN: bucket, encryptionConfiguration }),
      );
    },
  };
}

/** Whether it is the bucket that was not found, or only an encryption that somebody has set: without one its tables are under SSE-S3. */
async function unset(s3Tables: S3TablesClient, bucket: string): Promise<EncryptionReading> {
  try {
    await s3Tables.send(new GetTableBucketCommand({ tableBucketARN: bucket }));
    return { kind: 'read', rule: { algorithm: 'AES256' } };
  } catch (error) {
    return failureOf(error) === 'not-found' ? { kind: 'gone' } : notRead(error);
  }
}

const MEMBERS = ['sseAlgorithm', 'kmsKeyArn'];

function fromSdk(found: EncryptionConfiguration | undefined): EncryptionReading {
  const unknown = Object.keys(found ?? {}).filter((member) => !MEMBERS.includes(member));
  if (unknown.length > 0)
    return oddEncryption(`an encryption as this version knows it, found ${unknown.join(', ')} in it`);
  if (found?.sseAlgorithm === undefined) return oddEncryption('an encryption with sseAlgorithm, found none');
  return { kind: 'read', rule: { algorithm: found.sseAlgorithm, ...present({ keyId: found.kmsKeyArn }) } };
}

/** Our rule as S3 Tables takes it: it has no Bucket Key and refuses no encryption type. */
export function toTableEncryption({ algorithm, keyId }: Encryption): EncryptionConfiguration {
  // The SDK types an open set of strings as a closed one; the value was read from S3 Tables or checked by the policy.
  return { sseAlgorithm: algorithm as SSEAlgorithm, ...present({ kmsKeyArn: keyId }) };
}

/** How many tables a bucket holds: of more than a page that there are more. */
export interface TableCount {
  count: number;
  isMore: boolean;
}

/** What a verdict, or the word about what stays as it is, may ask of a table bucket beside its encryption. */
export function createTableFacts(s3Tables: () => S3TablesClient) {
  return {
    /** ListTagsForResource. */
    tags({ bucket }: OwnedBucket): Promise<Fact<Tag[]>> {
      const asked = { what: `The tags of bucket ${bucket}`, action: 's3tables:ListTagsForResource' };
      return readFact(asked, async (odd) => {
        const { tags } = await s3Tables().send(new ListTagsForResourceCommand({ resourceArn: bucket }));
        if (tags === undefined) throw odd('it has no tags');
        return Object.entries(tags).map(([key, value]) => ({ key, value }));
      });
    },

    /** GetTableBucket, ISO 8601. */
    createdAt(bucket: string): Promise<Fact<string>> {
      const asked = { what: `The creation date of bucket ${bucket}`, action: 's3tables:GetTableBucket' };
      return readFact(asked, async (odd) => {
        const { createdAt } = await s3Tables().send(new GetTableBucketCommand({ tableBucketARN: bucket }));
        if (createdAt === undefined) throw odd('it has none');
        return createdAt.toISOString();
      });
    },

    /** The first page of ListTables. */
    tables({ bucket }: OwnedBucket): Promise<Fact<TableCount>> {
      const asked = { what: `The tables of bucket ${bucket}`, action: 's3tables:ListTables' };
      return readFact(asked, async (odd) => {
        const { tables, continuationToken } = await s3Tables().send(new ListTablesCommand({ tableBucketARN: bucket }));
        if (tables === undefined) throw odd('it is no list of tables');
        return { count: tables.length, isMore: continuationToken !== undefined };
      });
    },
  };
}

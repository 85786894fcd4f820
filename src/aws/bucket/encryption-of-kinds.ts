import type { S3Client } from '@aws-sdk/client-s3';
import type { S3TablesClient } from '@aws-sdk/client-s3tables';
import type { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { type BucketKind, type Encryption, kindOf } from '../../policy/model.ts';
import { type BucketEncryption, createBucketEncryption, toSdkEncryption } from './bucket-encryption.ts';
import { createTableEncryption, toTableEncryption } from './table-bucket.ts';
import { createVectorEncryption } from './vector-bucket.ts';

/** Those whose name ends in Once try a call once: what a write may not do twice unseen. */
interface Clients {
  s3: () => S3Client;
  s3Once: () => S3Client;
  s3Tables: () => S3TablesClient;
  s3TablesOnce: () => S3TablesClient;
  s3Vectors: () => S3VectorsClient;
}

/** The default encryption of the buckets of one account and Region, of every kind. */
export function createEncryption(clients: Clients): BucketEncryption {
  const s3 = createBucketEncryption(clients.s3(), clients.s3Once());
  const byKind: Record<BucketKind, BucketEncryption> = {
    'general-purpose': s3,
    directory: s3,
    table: createTableEncryption(clients),
    vector: createVectorEncryption(clients.s3Vectors),
  };
  return {
    read: (owned) => byKind[kindOf(owned.bucket)].read(owned),
    write: (owned) => byKind[kindOf(owned.bucket)].write(owned),
  };
}

/** One rule as the call takes it that writes it to this bucket. */
export function asSdkRule(rule: Encryption, bucket: string): object {
  return kindOf(bucket) === 'table' ? toTableEncryption(rule) : toSdkEncryption(rule);
}

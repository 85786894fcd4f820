import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import type { S3TablesClient } from '@aws-sdk/client-s3tables';
import type { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { kindOf } from '../../policy/model.ts';
import { createKeyPolicy } from '../key/keys.ts';
import { createAccessPoints } from './access-points.ts';
import {
  createBucketAcl,
  createBucketPolicy,
  createBucketTags,
  createBucketWebsite,
  createBucketReplication,
} from './bucket-facts.ts';
import { createBucketCreated } from './own-buckets.ts';
import { createBucketLogging } from './bucket-logging.ts';
import type { OwnedBucket } from './owned-bucket.ts';
import { createTableFacts } from './table-bucket.ts';
import { createVectorFacts } from './vector-bucket.ts';

interface Clients {
  s3: () => S3Client;
  kms: () => KMSClient;
  s3Control: () => S3ControlClient;
  s3Tables: () => S3TablesClient;
  s3Vectors: () => S3VectorsClient;
}

export type FactSources = ReturnType<typeof createFactSources>;

/**
 * The readers of every fact that a verdict may ask for, in one account and Region. None throws where a service fails: what cannot be
 * read is a value.
 */
export function createFactSources(clients: Clients, now: () => Date = () => new Date()) {
  const s3 = clients.s3();
  const ofBucket = { tags: createBucketTags(s3), createdAt: createBucketCreated(s3) };
  const ofTable = createTableFacts(clients.s3Tables);
  const byKind = {
    'general-purpose': ofBucket,
    directory: ofBucket,
    table: ofTable,
    vector: createVectorFacts(clients.s3Vectors),
  };
  return {
    tags: (owned: OwnedBucket) => byKind[kindOf(owned.bucket)].tags(owned),
    createdAt: (bucket: string) => byKind[kindOf(bucket)].createdAt(bucket),
    tables: (owned: OwnedBucket) => ofTable.tables(owned),
    bucketPolicy: createBucketPolicy(s3),
    acl: createBucketAcl(s3),
    keyPolicy: createKeyPolicy(clients.kms(), now),
    logging: createBucketLogging(s3),
    replication: createBucketReplication(s3),
    website: createBucketWebsite(s3),
    accessPoints: createAccessPoints(clients.s3Control()),
  };
}

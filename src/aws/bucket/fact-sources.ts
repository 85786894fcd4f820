import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import { createKeyPolicy } from '../key/keys.ts';
import { createAccessPoints } from './access-points.ts';
import {
  createBucketAcl,
  createBucketPolicy,
  createBucketTags,
  createBucketWebsite,
  createBucketReplication,
} from './bucket-facts.ts';
import { createBucketCreated } from './bucket-list.ts';
import { createBucketLogging } from './bucket-logging.ts';

interface Clients {
  s3: () => S3Client;
  kms: () => KMSClient;
  s3Control: () => S3ControlClient;
}

export type FactSources = ReturnType<typeof createFactSources>;

/**
 * The readers of every fact that a verdict may ask for, in one account and Region. None throws where a service fails: what cannot be
 * read is a value.
 */
export function createFactSources(clients: Clients, now: () => Date = () => new Date()) {
  const s3 = clients.s3();
  return {
    tags: createBucketTags(s3),
    createdAt: createBucketCreated(s3),
    bucketPolicy: createBucketPolicy(s3),
    acl: createBucketAcl(s3),
    keyPolicy: createKeyPolicy(clients.kms(), now),
    logging: createBucketLogging(s3),
    replication: createBucketReplication(s3),
    website: createBucketWebsite(s3),
    accessPoints: createAccessPoints(clients.s3Control()),
  };
}

import { createAccessPoints } from '../aws/bucket/access-points.ts';
import { createBucketAcl } from '../aws/bucket/bucket-acl.ts';
import { createBucketCreated } from '../aws/bucket/bucket-created.ts';
import { createBucketPolicy } from '../aws/bucket/bucket-policy.ts';
import { createBucketReplication } from '../aws/bucket/bucket-replication.ts';
import { createBucketTags } from '../aws/bucket/bucket-tags.ts';
import { createBucketWebsite } from '../aws/bucket/bucket-website.ts';
import { createKeyPolicy } from '../aws/key/key-policy.ts';
import type { FactReaders } from '../remediation/deps.ts';
import type { Clients } from './clients.ts';

/** The readers of every fact that a verdict may ask for, in one account and Region. */
export function createFactReaders(clients: Clients): FactReaders {
  const s3 = clients.s3();
  return {
    tags: createBucketTags(s3),
    createdAt: createBucketCreated(s3),
    bucketPolicy: createBucketPolicy(s3),
    acl: createBucketAcl(s3),
    keyPolicy: createKeyPolicy(clients.kms()),
    replication: createBucketReplication(s3),
    website: createBucketWebsite(s3),
    accessPoints: createAccessPoints(clients.s3Control()),
  };
}

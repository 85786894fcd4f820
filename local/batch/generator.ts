import { randomUUID } from 'node:crypto';
import type { S3JobManifestGenerator } from '@aws-sdk/client-s3-control';
import { AwsError } from '../errors.ts';
import type { Bucket } from '../s3/bucket.ts';
import type { StoredObject } from '../s3/stored-object.ts';
import type { CallAs } from '../world.ts';
import { bucketOfArn } from './bad-request.ts';
import { type Batch, breathe, callOf } from './batch.ts';
import { objectFilter } from './filter.ts';
import type { Task } from './job.ts';

/** The documented reason (User Guide "Troubleshooting replication"); a job that ends with it had nothing to do. */
const NOTHING_FOUND = 'Manifest generation found no keys matching the filter criteria.';
const KEYS_PER_SLICE = 5000;

/**
 * The list that S3 generates from a bucket: the current object of each key that matches, without version ids. Whether AWS lists
 * noncurrent versions as well is unconfirmed (aws-facts 12.3), so the settings may say so.
 */
export async function generateTasks(batch: Batch, generator: S3JobManifestGenerator, as: CallAs): Promise<Task[]> {
  const bucket = openSource(batch, generator, as);
  const isWanted = objectFilter(generator.Filter ?? {});
  const tasks: Task[] = [];
  let seen = 0;
  // A snapshot: keys come and go between two slices.
  const rows = Array.from(bucket.keys.from(''));
  for (const row of rows) {
    for (const version of batch.settings.generatesVersions ? row.versions : row.versions.slice(0, 1))
      if (version.kind === 'object' && isWanted(version)) tasks.push(taskOf(batch, bucket, version));
    seen += 1;
    if (seen % KEYS_PER_SLICE === 0) await breathe();
  }
  if (tasks.length === 0) throw new AwsError('ManifestGenerationFailed', NOTHING_FOUND, 400);
  return tasks;
}

function taskOf({ settings }: Batch, bucket: Bucket, { key, versionId }: StoredObject): Task {
  const task = { bucket: bucket.name, key };
  return settings.generatesVersions && bucket.versioning !== undefined ? { ...task, versionId } : task;
}

/** The role needs s3:PutInventoryConfiguration on the source, which must be in the job's Region and of the expected owner. */
function openSource(batch: Batch, generator: S3JobManifestGenerator, as: CallAs): Bucket {
  const name = bucketOfArn(generator.SourceBucket, 'SourceBucket');
  const call = callOf(batch, as, 'PutBucketInventoryConfiguration', randomUUID());
  const bucket = batch.store.locate({ Bucket: name, ExpectedBucketOwner: generator.ExpectedBucketOwner }, call);
  batch.world.identity.authorize(call, [
    {
      action: 's3:PutInventoryConfiguration',
      resource: bucket.arn,
      owner: bucket.accountId,
      resourcePolicy: bucket.policy?.document,
    },
  ]);
  return bucket;
}

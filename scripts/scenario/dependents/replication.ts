import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { contentOf } from '../contents.ts';
import { createBucket, setDefault } from '../make-bucket.ts';
import { putAll } from '../put-objects.ts';
import { assertSame, type Dependent } from './dependent.ts';

/** A rule that copies every new object to another bucket, and says nothing of SSE-KMS, so that such objects would be left out. */
export const replication: Dependent = {
  does: 'replication',

  async arrange({ bucket, place, owner: { s3 }, wanted, stage }) {
    const replicas = replicasOf(bucket);
    await createBucket(s3, replicas, place.region);
    await setDefault(s3, replicas, wanted);
    for (const Bucket of [bucket, replicas]) {
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
    }
    const role = stage.makeRole({
      account: place.account,
      name: `replicate-${bucket}`,
      service: 's3.amazonaws.com',
      statements: [
        allow(['s3:GetObjectVersionForReplication', 's3:GetObjectVersionTagging'], bucket),
        allow(['s3:ReplicateObject', 's3:ReplicateTags'], replicas),
      ],
    });
    const rule = {
      ID: 'second-copy',
      Status: 'Enabled' as const,
      Priority: 1,
      Filter: {},
      DeleteMarkerReplication: { Status: 'Disabled' as const },
      Destination: { Bucket: `arn:aws:s3:::${replicas}` },
    };
    await s3.send(
      new PutBucketReplicationCommand({ Bucket: bucket, ReplicationConfiguration: { Role: role, Rules: [rule] } }),
    );
  },

  async use({ bucket, owner: { s3 }, stage }, round) {
    const key = `replicated/${round}.txt`;
    const written = await putAll(s3, bucket, [key]);
    await stage.idle();
    // A replica has the version id of its source, so an older one cannot be taken for it.
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    const replica = await s3.send(new GetObjectCommand({ Bucket: replicasOf(bucket), Key: key, VersionId }));
    assertSame(`the replica of ${key}`, await replica.Body?.transformToString(), contentOf(bucket, key));
    return written;
  },
};

function replicasOf(bucket: string): string {
  return `${bucket}-replicas`;
}

function allow(actions: string[], bucket: string): object {
  return { Effect: 'Allow', Action: actions, Resource: `arn:aws:s3:::${bucket}/*` };
}

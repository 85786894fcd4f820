import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetBucketAclCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
} from '@aws-sdk/client-s3';
import { startLocal } from '../../../local/start-local.ts';
import { connect } from '../../../scripts/scenario/endpoint.ts';
import { createBucket, setDefault } from '../../../scripts/scenario/make-bucket.ts';
import { readDefault } from '../../../scripts/scenario/read-bucket.ts';
import { disturb } from '../../../scripts/scenario/under-watch.ts';

const place = { account: '111111111111', region: 'us-east-1' };

test('a flapping bucket loses its encryption each time it comes back, and once more', async () => {
  await using local = await startLocal();
  const { s3 } = connect(local.endpoint, place);
  const keyArn = local.world.keys.create({ accountId: place.account, region: place.region }).arn;
  const wanted = { algorithm: 'aws:kms', keyArn, bucketKey: true } as const;
  await createBucket(s3, 'flapping', place.region);
  await setDefault(s3, 'flapping', wanted);
  const seen: unknown[] = [];
  const play = { kind: 'flapping', bucket: 'flapping', place, expected: 'hold' } as const;
  const restored = async (times: number) => {
    seen.push([times, await readDefault(s3, 'flapping', wanted)]);
    await setDefault(s3, 'flapping', wanted);
  };
  const written = await disturb(
    { play, s3, objects: 2, comebacks: 3, restored, held: async () => assert.fail() },
    async () => {
      seen.push(await readDefault(s3, 'flapping', wanted));
    },
  );
  assert.deepEqual(seen, [[1, 'SSE-S3'], [2, 'SSE-S3'], [3, 'SSE-S3'], 'SSE-S3']);
  assert.deepEqual(
    [...written.values()].map(({ algorithm }) => algorithm),
    ['AES256', 'AES256'],
  );
});

test('a bucket is tagged as a secret', async () => {
  await using local = await startLocal();
  const { s3 } = connect(local.endpoint, place);
  await createBucket(s3, 'tagged', place.region);
  const play = { kind: 'tagged', bucket: 'tagged', place, expected: 'repair' } as const;
  const nobody = async () => assert.fail();
  await disturb({ play, s3, objects: 2, comebacks: 0, restored: nobody, held: nobody }, async () => {});
  const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket: 'tagged' }));
  assert.deepEqual(TagSet, [{ Key: 'data', Value: 'secret' }]);
});

for (const [kind, saying] of [
  ['later-acl-logs', 'lets logging.s3.amazonaws.com write'],
  ['later-load-balancer-logs', 'lets logdelivery.elasticloadbalancing.amazonaws.com write'],
  ['later-access-logs', 'receives the server access logs of later-source'],
] as const) {
  test(`${kind} makes a bucket a log target and waits for its hold`, async () => {
    await using local = await startLocal();
    const { s3 } = connect(local.endpoint, place);
    await createBucket(s3, 'later', place.region);
    const said: string[] = [];
    const held = async (words: string) => {
      said.push(words);
    };
    const play = { kind, bucket: 'later', place, expected: 'hold' } as const;
    await disturb({ play, s3, objects: 2, comebacks: 0, restored: async () => assert.fail(), held }, async () => {});
    assert.deepEqual(said, [saying]);
    if (kind === 'later-acl-logs') {
      const { Grants } = await s3.send(new GetBucketAclCommand({ Bucket: 'later' }));
      assert.deepEqual(Grants?.map(({ Permission }) => Permission).toSorted(), ['READ_ACP', 'WRITE']);
      return;
    }
    const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket: 'later' }));
    assert.match(Policy, /s3:PutObject/);
    if (kind === 'later-load-balancer-logs') return;
    const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand({ Bucket: 'later-source' }));
    assert.equal(LoggingEnabled?.TargetBucket, 'later');
  });
}

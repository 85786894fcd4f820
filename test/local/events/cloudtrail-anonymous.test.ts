import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { ACCOUNT, makeBucket, openS3 } from '../s3/open-s3.ts';

test('a write without credentials is told to the owner of the bucket alone', async () => {
  await using opened = await openS3();
  await makeBucket(opened.s3, 'data');
  const nobody = opened.clients({ anonymous: true }).s3;
  const tagging = new PutBucketTaggingCommand({ Bucket: 'data', Tagging: { TagSet: [] } });
  await expectSdkError(nobody.send(tagging), 403, 'AccessDenied');
  const answer = await fetch(`${opened.aws.endpoint}/_local/events`);
  const told: unknown = await answer.json();
  const events = Object(told).events.filter((event: { detailType: string }) => event.detailType !== '');
  assert.deepEqual(
    events.map(({ account, region }: { account: string; region: string }) => [account, region]),
    [
      [ACCOUNT, 'eu-west-1'],
      [ACCOUNT, 'eu-west-1'],
    ],
  );
});

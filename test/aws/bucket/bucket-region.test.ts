import assert from 'node:assert/strict';
import { test } from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { createBucketRegion } from '../../../src/aws/bucket/bucket-region.ts';
import { createClients } from '../../local/clients.ts';
import { type Answer, answering, timeout } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const LOGS = { bucket: 'logs', account: ACCOUNT };
const head = (status: number, region?: string): Answer => ({
  status,
  ...(region === undefined ? {} : { headers: { 'x-amz-bucket-region': region } }),
});

test('the Region is what S3 says in its header, whatever the status', async () => {
  const answers = [head(200, 'eu-west-1'), ...[301, 400, 403].map((status) => head(status, 'us-west-2'))];
  const regions = await Promise.all(answers.map((answer) => createBucketRegion(new S3Client(answering(answer)))(LOGS)));
  assert.deepEqual(regions, ['eu-west-1', 'us-west-2', 'us-west-2', 'us-west-2']);
});

test('no header, no bucket and no answer leave the Region unknown', async () => {
  const answers = [head(200), head(403), head(404), timeout()];
  const regions = await Promise.all(answers.map((answer) => createBucketRegion(new S3Client(answering(answer)))(LOGS)));
  assert.deepEqual(regions, [undefined, undefined, undefined, undefined]);
});

test('the owner is proven with the Region', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3).onAnyCommand().resolves({});
  await createBucketRegion(s3)(LOGS);
  assert.deepEqual(
    mock.calls().map((call) => call.args[0].input),
    [{ Bucket: 'logs', ExpectedBucketOwner: ACCOUNT }],
  );
});

test('the embedded S3 names the Region from wherever it is asked', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  const owned = { bucket: await local.bucket('at-home'), account: ACCOUNT };
  const regions = [await createBucketRegion(local.clients.s3)(owned), await createBucketRegion(american.s3)(owned)];
  assert.deepEqual(regions, [REGION, REGION]);
});

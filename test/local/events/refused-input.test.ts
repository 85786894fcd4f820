import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../../../local/world.ts';
import { startLocal } from '../../../local/start-local.ts';
import { send } from '../protocol/raw-request.ts';

test('a write whose body cannot be read is told to CloudTrail with its bucket and error', async () => {
  await using aws = await startLocal();
  const outcomes: Outcome[] = [];
  aws.onOutcome((outcome) => outcomes.push(outcome));
  const answer = await send({ port: aws.port, method: 'PUT', target: '/data?encryption', body: 'garbage<' });
  assert.equal(answer.status, 400);
  assert.deepEqual(
    outcomes.map(({ call, input, error }) => [call.operation, input, error?.code]),
    [['PutBucketEncryption', { Bucket: 'data' }, 'MalformedXML']],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocal } from '../../../local/start-local.ts';
import { send } from './raw-request.ts';

test('a request signed by Signature Version 2 is refused by that name, in the query and in the header', async () => {
  await using aws = await startLocal();
  const unsigned = { port: aws.port, signedFor: null };
  const answers = [
    await send({ ...unsigned, target: '/data/a?AWSAccessKeyId=111111111111&Signature=x&Expires=1' }),
    await send({ ...unsigned, target: '/data/a', headers: { authorization: 'AWS 111111111111:x' } }),
  ];
  for (const { status, body } of answers) {
    assert.equal(status, 400);
    assert.match(body.toString(), /<Code>InvalidRequest<\/Code><Message>.*Signature Version 2.*AWS4-HMAC-SHA256/);
  }
});

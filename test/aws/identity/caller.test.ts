import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STSClient } from '@aws-sdk/client-sts';
import { createCaller } from '../../../src/aws/identity/caller.ts';
import { type ApiAnswer, answering, PROXY_PAGE, timeout } from '../canned-answers.ts';

const ask = (answer: ApiAnswer) => createCaller(new STSClient(answering(answer)))();
const told = (members: string): ApiAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult>${members}</GetCallerIdentityResult></GetCallerIdentityResponse>`,
});
const ARN = '<Arn>arn:aws:iam::111122223333:user/eva</Arn>';
const ACCOUNT = '<Account>111122223333</Account>';

test('whose credentials these are is told by STS', async () => {
  assert.deepEqual(await ask(told(`${ARN}${ACCOUNT}`)), {
    arn: 'arn:aws:iam::111122223333:user/eva',
    account: '111122223333',
  });
});

test('half an answer, or another page, tells nothing', async () => {
  const message = 'STS GetCallerIdentity answered without Arn or Account: is a proxy in between?';
  for (const members of ['', ARN, ACCOUNT]) {
    await assert.rejects(ask(told(members)), { code: 'unreadable', message });
  }
  await assert.rejects(ask(PROXY_PAGE), { code: 'unreadable' });
});

test('an STS that does not answer is named, with what to do', async () => {
  const cause = timeout();
  await assert.rejects(ask(cause), {
    code: 'unreadable',
    cause,
    message:
      'STS did not say whose credentials these are: TimeoutError: a request has exceeded the configured 5000 ms requestTimeout.; check the network, and that this shell has AWS credentials',
  });
});

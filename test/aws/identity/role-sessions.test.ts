import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { createRoleSessions } from '../../../src/aws/identity/role-sessions.ts';
import { ResealError } from '../../../src/errors.ts';

const START = Date.parse('2026-11-02T10:00:00Z');
const place = (account: string) => ({ account, region: 'eu-west-1' });
const ONE = place('111111111111');

function opened() {
  const clock = { ms: START };
  const sts = new STSClient({ region: 'eu-west-1' });
  const mock = mockClient(sts);
  mock.on(AssumeRoleCommand).callsFake(async () => ({
    Credentials: {
      AccessKeyId: `ASIA${mock.calls().length}`,
      SecretAccessKey: 's',
      SessionToken: 't',
      Expiration: new Date(clock.ms + 3_600_000),
    },
  }));
  const sessionIn = createRoleSessions(sts, 'arn:aws:iam::{account}:role/r', () => new Date(clock.ms));
  return {
    clock,
    mock,
    sessionIn,
    asked: () => mock.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input.RoleArn),
  };
}

test('a session is asked for once for each account, however many want it at once', async () => {
  const { sessionIn, asked } = opened();
  const sessions = await Promise.all([...Array(20)].map(() => sessionIn(ONE)));
  assert.equal(new Set(sessions.map(({ accessKeyId }) => accessKeyId)).size, 1);
  await sessionIn(place('222222222222'));
  assert.deepEqual(asked(), ['arn:aws:iam::111111111111:role/r', 'arn:aws:iam::222222222222:role/r']);
});

test('a session is replaced before the SDK holds it for ended, 5 minutes before its end', async () => {
  const { clock, sessionIn, asked } = opened();
  await sessionIn(ONE);
  clock.ms = START + 49 * 60_000;
  await sessionIn(ONE);
  assert.equal(asked().length, 1);
  clock.ms = START + 50 * 60_000;
  const { expiration } = await sessionIn(ONE);
  assert.deepEqual([asked().length, expiration.toISOString()], [2, '2026-11-02T11:50:00.000Z']);
});

test('an account that lets nobody in is named, is not asked again for a moment, and then is', async () => {
  const { clock, mock, sessionIn } = opened();
  mock.on(AssumeRoleCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const refused = {
    code: 'account-unreachable',
    retryable: true,
    message:
      'account 111111111111 cannot be reached, because role arn:aws:iam::111111111111:role/r could not be assumed (AccessDenied: no): deploy infra/member/roles.yml there for this hub, and see that no policy of the organization denies it',
  };
  for (const _ of [1, 2, 3]) await assert.rejects(sessionIn(ONE), refused);
  assert.equal(mock.calls().length, 1);
  clock.ms += 20_000;
  mock.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(clock.ms) },
  });
  assert.equal((await sessionIn(ONE)).accessKeyId, 'a');
});

test('an answer without credentials is no session', async () => {
  const { mock, sessionIn } = opened();
  mock.on(AssumeRoleCommand).resolves({});
  await assert.rejects(sessionIn(ONE), { code: 'account-unreachable', message: /is there a proxy/ });
});

test('that the time of a story was over says nothing of the account', async () => {
  const { mock, sessionIn } = opened();
  mock.on(AssumeRoleCommand).rejectsOnce(new ResealError('out-of-time', 'over', { retryable: true }));
  await assert.rejects(sessionIn(ONE), { code: 'out-of-time' });
  mock.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(START) },
  });
  assert.equal((await sessionIn(ONE)).accessKeyId, 'a');
});

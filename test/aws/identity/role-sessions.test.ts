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
  const { sessionIn, end } = createRoleSessions(sts, 'arn:aws:iam::{account}:role/r', () => new Date(clock.ms));
  return {
    clock,
    mock,
    sessionIn,
    end,
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

test('a session that AWS has refused is given to nobody any more', async () => {
  const { clock, sessionIn, end, asked } = opened();
  const first = await sessionIn(ONE);
  end(ONE);
  clock.ms += 1;
  const [second, third] = await Promise.all([sessionIn(ONE), sessionIn(ONE)]);
  assert.notEqual(second.accessKeyId, first.accessKeyId);
  assert.equal(third.accessKeyId, second.accessKeyId);
  clock.ms += 1;
  await sessionIn(ONE);
  assert.equal(asked().length, 2);
});

test('an account that lets nobody in is named, is not asked again for a moment, and then is', async () => {
  const { clock, mock, sessionIn } = opened();
  mock
    .on(AssumeRoleCommand)
    .rejects(Object.assign(new Error('no'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }));
  const refused = {
    code: 'account-unreachable',
    retryable: true,
    message:
      'account 111111111111 cannot be reached, because role arn:aws:iam::111111111111:role/r could not be assumed (AccessDenied: no): deploy infra/member/roles.yml there for this hub and its OrganizationId, and see that the account is open, belongs to the organization, and that no policy of it denies this',
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

const KINDS: [name: string, httpStatusCode: number, todo: RegExp][] = [
  [
    'AccessDenied',
    403,
    /: deploy infra\/member\/roles\.yml there for this hub and its OrganizationId, and see that the account is open, /,
  ],
  [
    'RegionDisabledException',
    403,
    /: STS is turned off in the hub's Region: turn it on in the account settings of IAM$/,
  ],
  [
    'ExpiredToken',
    400,
    /did not take the function's own credentials, which says nothing of the account: it is tried again$/,
  ],
  [
    'Throttling',
    400,
    /: STS did not answer, or did not take the function's own credentials, which says nothing of the account/,
  ],
  ['TimeoutError', 0, /: STS did not answer/],
];

for (const [name, httpStatusCode, todo] of KINDS) {
  test(`a session that is not given for ${name} is named, with what to do about it`, async () => {
    const { mock, sessionIn } = opened();
    mock.on(AssumeRoleCommand).rejects(Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } }));
    await assert.rejects(sessionIn(ONE), { code: 'account-unreachable', retryable: true, message: todo });
  });
}

test('the sessions of a thousand accounts are kept, and of more those that were asked for the longest ago go', async () => {
  const { sessionIn, asked } = opened();
  const accounts = Array.from({ length: 1_001 }, (_, at) => place(String(100_000_000_000 + at)));
  for (const each of accounts.slice(0, 1_000)) await sessionIn(each);
  for (const each of accounts.slice(0, 1_000)) await sessionIn(each);
  assert.equal(asked().length, 1_000);
  for (const each of [accounts[1_000], accounts[0], accounts[999]]) await sessionIn(each ?? assert.fail());
  assert.equal(asked().length, 1_002);
});

test('the account calls a session as it was asked to', async () => {
  const { mock } = opened();
  const { sessionIn: named } = createRoleSessions(
    new STSClient({ region: 'eu-west-1' }),
    'arn:aws:iam::{account}:role/r',
    () => new Date(START),
    'reseal-eve',
  );
  const sts = mockClient(STSClient);
  sts.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(START) },
  });
  await named(ONE);
  assert.equal(sts.commandCalls(AssumeRoleCommand)[0]?.args[0].input.RoleSessionName, 'reseal-eve');
  sts.restore();
  mock.restore();
});

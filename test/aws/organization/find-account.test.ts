import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  ListParentsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { mockClient } from 'aws-sdk-client-mock';
import { createFindAccount, createFindNeighbour } from '../../../src/aws/organization/find-account.ts';
import { ResealError } from '../../../src/errors.ts';
import { createClients } from '../../local/clients.ts';
import { openAws } from '../fixture.ts';

const ID = '222222222222';
const ARN = `arn:aws:organizations::999999999999:account/o-a1b2c3d4e5/${ID}`;

function mocked(now = () => new Date(0)) {
  const client = new OrganizationsClient({ region: 'us-east-1' });
  return { mock: mockClient(client), find: createFindAccount(client, 'o-a1b2c3d4e5', now) };
}

const named = (name: string) => Object.assign(new Error('said AWS'), { name });

test('an account of the embedded organization is found by its hub, with State or with Status', async () => {
  await using local = await openAws();
  const { organization } = local.aws;
  organization.found('999999999999');
  organization.createAccount('111111111111');
  organization.createAccount(ID, organization.createUnit('below', organization.createUnit('above')));
  await using _ = createClients(local.aws);
  const client = new OrganizationsClient(local.aws.clientConfig({ account: '111111111111', region: 'eu-west-1' }));
  const find = createFindAccount(client, organization.id, () => new Date());
  const denied = await find(ID);
  assert.match(
    denied.kind === 'unread' ? denied.why : '',
    /AccessDeniedException: .*make the hub's account a delegated/,
  );
  organization.registerDelegate('111111111111', 'storage-lens.s3.amazonaws.com');
  for (const answersWith of ['State', 'Status'] as const) {
    organization.answersWith = answersWith;
    assert.deepEqual(await find(ID), {
      kind: 'member',
      name: `account-${ID}`,
      state: 'ACTIVE',
      ouPath: 'o-reseallocal/r-root/ou-root-00000001/ou-root-00000002/',
    });
  }
  assert.deepEqual(await find('333333333333'), { kind: 'outside' });
  const wrong = await createFindAccount(client, 'o-another00000', () => new Date())(ID);
  assert.match(
    wrong.kind === 'unread' ? wrong.why : '',
    /OrganizationId o-another00000, .* in organization o-reseallocal/,
  );
  client.destroy();
});

test('where the answer has no path the units are asked for one by one, up to the root', async () => {
  const { mock, find } = mocked();
  mock.on(DescribeAccountCommand).resolves({ Account: { Id: ID, Arn: ARN, Status: 'SUSPENDED' } });
  mock
    .on(ListParentsCommand, { ChildId: ID })
    .resolves({ Parents: [{ Id: 'ou-ab12-1', Type: 'ORGANIZATIONAL_UNIT' }] });
  mock.on(ListParentsCommand, { ChildId: 'ou-ab12-1' }).resolves({ Parents: [{ Id: 'r-ab12', Type: 'ROOT' }] });
  assert.deepEqual(await find(ID), {
    kind: 'member',
    state: 'SUSPENDED',
    ouPath: 'o-a1b2c3d4e5/r-ab12/ou-ab12-1/',
  });
});

test('a path is taken with or without the account at its end', async () => {
  for (const path of ['o-a1b2c3d4e5/r-ab12', 'o-a1b2c3d4e5/r-ab12/', `o-a1b2c3d4e5/r-ab12/${ID}/`]) {
    const { mock, find } = mocked();
    mock.on(DescribeAccountCommand).resolves({ Account: { Id: ID, Arn: ARN, Paths: [path] } });
    assert.deepEqual(await find(ID), { kind: 'member', ouPath: 'o-a1b2c3d4e5/r-ab12/' }, path);
  }
});

test('an account that is not found says whether it is outside, or the hub is wrong', async () => {
  const rows: [own: object | Error, said: RegExp][] = [
    [{ Organization: { Id: 'o-a1b2c3d4e5' } }, /^outside$/],
    [{ Organization: { Id: 'o-z9' } }, /its account is in organization o-z9/],
    [named('AWSOrganizationsNotInUseException'), /its account is in no organization/],
    [named('AccessDeniedException'), /^outside$/],
  ];
  for (const [own, said] of rows) {
    const { mock, find } = mocked();
    mock.on(DescribeAccountCommand).rejects(named('AccountNotFoundException'));
    if (own instanceof Error) mock.on(DescribeOrganizationCommand).rejects(own);
    else mock.on(DescribeOrganizationCommand).resolves(own);
    const found = await find(ID);
    assert.match(found.kind === 'unread' ? found.why : found.kind, said);
  }
});

test('whatever else goes wrong is told and never thrown, but for the end of the time', async () => {
  for (const error of [named('TooManyRequestsException'), new TypeError('broken')]) {
    const { mock, find } = mocked();
    mock.on(DescribeAccountCommand).rejects(error);
    mock.on(DescribeOrganizationCommand).resolves({ Organization: { Id: 'o-a1b2c3d4e5' } });
    const found = await find(ID);
    assert.match(found.kind === 'unread' ? found.why : '', /did not say where account 222222222222 is \(\w+: /);
  }
  const { mock, find } = mocked();
  mock.on(DescribeAccountCommand).rejects(new ResealError('out-of-time', 'over', { retryable: true }));
  await assert.rejects(find(ID), { code: 'out-of-time' });
});

test('where AWS Organizations does not answer, one account waits for it and the others do not, for a moment', async () => {
  let ms = 0;
  const { mock, find } = mocked(() => new Date(ms));
  mock.on(DescribeAccountCommand).rejects(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
  for (const account of [ID, '333333333333', '444444444444']) {
    const found = await find(account);
    assert.equal(
      found.kind === 'unread' && found.why,
      `AWS Organizations did not say where account ${account} is (TimeoutError: no answer)`,
    );
  }
  assert.equal(mock.calls().length, 1);
  ms = 20_000;
  mock.on(DescribeAccountCommand).resolves({ Account: { Id: ID, Arn: ARN, Paths: ['o-a1b2c3d4e5/r-ab12/'] } });
  assert.equal((await find(ID)).kind, 'member');
});

test('whoever was not told its organization asks for that once, and is told where it is of none', async () => {
  const client = new OrganizationsClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock.on(DescribeOrganizationCommand).resolves({ Organization: { Id: 'o-a1b2c3d4e5' } });
  mock.on(DescribeAccountCommand).resolves({ Account: { Id: ID, Arn: ARN, Paths: ['o-a1b2c3d4e5/r-ab12/'] } });
  const find = createFindNeighbour(client, () => new Date(0));
  for (let n = 0; n < 2; n += 1) assert.deepEqual(await find(ID), { kind: 'member', ouPath: 'o-a1b2c3d4e5/r-ab12/' });
  assert.equal(mock.commandCalls(DescribeOrganizationCommand).length, 1);
  mock.on(DescribeOrganizationCommand).rejects(named('AWSOrganizationsNotInUseException'));
  const alone = await createFindNeighbour(client, () => new Date(0))(ID);
  assert.match(alone.kind === 'unread' ? alone.why : '', /these credentials are of no organization/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListParentsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { mockClient } from 'aws-sdk-client-mock';
import { createOuPath, organizationOf, saidPath } from '../../../src/aws/organization/ou-path.ts';

const ORGANIZATION = 'o-a1b2c3d4e5';

test('a path that AWS says is taken without the account at its end, and asks nobody', async () => {
  const client = new OrganizationsClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const Paths = ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/222222222222/'];
  assert.equal(await createOuPath(client)({ Paths }, ORGANIZATION), 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/');
  assert.equal(mock.calls().length, 0);
  assert.equal(saidPath({ Paths: ['o-other/r-ab12/'] }, ORGANIZATION), undefined);
});

test('units without a root end in an error', async () => {
  const client = new OrganizationsClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock.on(ListParentsCommand).resolves({ Parents: [{ Id: 'ou-ab12-1', Type: 'ORGANIZATIONAL_UNIT' }] });
  await assert.rejects(createOuPath(client)({ Id: '222222222222' }, ORGANIZATION), /a root within 12 steps/);
  mock.on(ListParentsCommand).resolves({});
  await assert.rejects(createOuPath(client)({ Id: '222222222222' }, ORGANIZATION), /one parent/);
});

test('the organization of an account stands in its ARN', () => {
  const Arn = 'arn:aws:organizations::999999999999:account/o-a1b2c3d4e5/222222222222';
  assert.equal(organizationOf({ Arn }), ORGANIZATION);
  assert.equal(organizationOf({}), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLocal } from '../../../local/start-local.ts';
import { send } from '../protocol/raw-request.ts';

test('the organization is shown, and changed by what people do in the console', async () => {
  await using aws = await startLocal();
  const post = async (body: object) => {
    const about = { port: aws.port, method: 'POST', target: '/_local/organization', signedFor: null };
    const answer = await send({ ...about, body: JSON.stringify(body) });
    return { status: answer.status, body: JSON.parse(answer.body.toString()) };
  };
  await post({ do: 'found', with: ['111111111111'] });
  const { body } = await post({ do: 'createUnit', with: ['workloads'] });
  assert.equal(body.result, 'ou-root-00000001');
  await post({ do: 'createAccount', with: ['222222222222', body.result] });
  await post({ do: 'setState', with: ['222222222222', 'SUSPENDED'] });
  const shown = await send({ port: aws.port, target: '/_local/organization', signedFor: null });
  assert.deepEqual(JSON.parse(shown.body.toString()), {
    id: 'o-reseallocal',
    root: 'r-root',
    managementAccount: '111111111111',
    accounts: [
      { id: '111111111111', state: 'ACTIVE', path: 'o-reseallocal/r-root/' },
      { id: '222222222222', state: 'SUSPENDED', path: 'o-reseallocal/r-root/ou-root-00000001/' },
    ],
  });
  assert.deepEqual(await post({ do: 'removeAccount', with: ['111111111111'] }), {
    status: 400,
    body: { error: 'MasterCannotLeaveOrganizationException: MasterCannotLeaveOrganizationException for 111111111111' },
  });
  assert.equal((await post({ do: 'dissolve' })).status, 400);
});

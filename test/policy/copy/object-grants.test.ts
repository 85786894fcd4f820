import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grantHeaders, isPrivateAcl, type ObjectGrant } from '../../../src/policy/copy/object-grants.ts';

const full: ObjectGrant = { grantee: { id: 'owner' }, permission: 'FULL_CONTROL' };
const ALL = 'http://acs.amazonaws.com/groups/global/AllUsers';

test('full control of the owner alone needs no header', () => {
  assert.deepEqual(grantHeaders({ owner: 'owner', grants: [full] }), {});
  assert.equal(isPrivateAcl({ owner: 'owner', grants: [full] }), true);
  for (const grants of [[], [full, full], [{ ...full, permission: 'READ' }], [{ ...full, grantee: { id: 'other' } }]])
    assert.equal(isPrivateAcl({ owner: 'owner', grants }), false);
});

test('every other grant has its header, each grantee once', () => {
  const grants = [
    full,
    { grantee: { id: 'b' }, permission: 'READ' },
    { grantee: { uri: ALL }, permission: 'READ' },
    { grantee: { id: 'b' }, permission: 'READ_ACP' },
    { grantee: { id: 'c' }, permission: 'WRITE_ACP' },
    { grantee: { id: 'c' }, permission: 'WRITE' },
  ];
  assert.deepEqual(grantHeaders({ owner: 'owner', grants }), {
    GrantFullControl: 'id="owner"',
    GrantRead: `id="b", uri="${ALL}"`,
    GrantReadACP: 'id="b"',
    GrantWriteACP: 'id="c"',
  });
});

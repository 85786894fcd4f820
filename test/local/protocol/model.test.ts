import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as kms from '@aws-sdk/client-kms';
import { mount } from '../../../local/protocol/mount.ts';
import { readModel } from '../../../local/protocol/model.ts';
import { createRouteTable } from '../../../local/protocol/route-table.ts';

test('the start fails clearly where the SDK exports no schemas of the pinned shape', () => {
  assert.throws(
    () => readModel({ KMSClient: class {}, CreateKey$: { kind: 'operation' } }),
    /exports no operation schema \[9, .*pin the version of package.json/,
  );
  const changed = [9, 'com.amazonaws.kms', 'CreateKey', 0, 15, 'unit'];
  const noHttp = readModel({ made: [9, 'com.amazonaws.s3', 'CreateBucket', 0, 'unit', 'unit'] });
  assert.throws(() => createRouteTable(noHttp.operations.values()), /no operation has an http trait/);
  assert.throws(() => readModel({ changed }), /the input of com.amazonaws.kms#CreateKey is no structure schema/);
});

test('a service may only emulate what its model has, and must say what each operation needs', () => {
  const service = { id: 'kms', signingName: 'kms', protocol: 'awsJson1.1', sdk: kms } as const;
  assert.throws(() => mount({ ...service, operations: { MakeTea: () => 1 }, permissions: {} }), {
    message: 'kms emulates MakeTea, which com.amazonaws.kms does not have',
  });
  assert.throws(() => mount({ ...service, operations: { ListKeys: () => 1 }, permissions: {} }), {
    message: 'kms emulates ListKeys without an entry in its permissions',
  });
});

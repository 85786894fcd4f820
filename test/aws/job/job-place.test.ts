import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { createJobPlace } from '../../../src/aws/job/job-place.ts';
import { type ApiAnswer, answering } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';

const ROLES = {
  'update-encryption': `arn:aws:iam::${ACCOUNT}:role/batch`,
  copy: `arn:aws:iam::${ACCOUNT}:role/absent`,
};
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'batchoperations.s3.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});

const DENIED: ApiAnswer = { status: 403, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' };

test('says what its roles trust, and whether its reports bucket keeps every object; once for all who ask within minutes', async () => {
  await using fixture = await openAws();
  const { iam, s3 } = fixture.clients;
  await iam.send(new CreateRoleCommand({ RoleName: 'batch', AssumeRolePolicyDocument: TRUST }));
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(
    new CreateBucketCommand({ Bucket: 'reports', CreateBucketConfiguration, ObjectLockEnabledForBucket: true }),
  );
  let nowMs = 0;
  const at = { account: ACCOUNT, roles: ROLES, reportsBucket: async () => 'reports' };
  const place = createJobPlace({ iam: () => iam, s3: () => s3 }, at, () => new Date(nowMs));
  const found = await place(['update-encryption', 'copy']);
  assert.deepEqual(
    found.roles.map(({ method, trust }) => [method, trust.kind === 'read' && trust.value]),
    [
      ['update-encryption', TRUST],
      ['copy', undefined],
    ],
  );
  assert.deepEqual(found.reports, { bucket: 'reports', lock: { kind: 'read', value: 'none' } });

  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
  const locked = { Bucket: 'reports', ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } } as const;
  await s3.send(new PutObjectLockConfigurationCommand(locked));
  assert.deepEqual((await place([])).reports?.lock, { kind: 'read', value: 'none' });
  nowMs = 300_000;
  assert.deepEqual((await place([])).reports?.lock, { kind: 'read', value: 'retention' });
});

test('a place without a reports bucket has none', async () => {
  await using fixture = await openAws();
  const { iam, s3 } = fixture.clients;
  const at = { account: ACCOUNT, roles: ROLES, reportsBucket: async () => undefined };
  const place = createJobPlace({ iam: () => iam, s3: () => s3 }, at, () => new Date());
  assert.deepEqual(await place([]), { roles: [], reports: undefined });
});

test('what cannot be read is a value', async () => {
  const iam = new IAMClient(answering(DENIED));
  const s3 = new S3Client(answering(DENIED));
  const at = { account: ACCOUNT, roles: ROLES, reportsBucket: async () => 'reports' };
  const place = await createJobPlace({ iam: () => iam, s3: () => s3 }, at, () => new Date())(['copy']);
  assert.deepEqual([place.roles[0]?.trust.kind, place.reports?.lock.kind], ['unread', 'unread']);
});

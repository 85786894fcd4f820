import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CreateBucketCommand, DeleteBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { createClients } from '../clients.ts';
import { MANAGEMENT, MEMBER, openOrganization, sessionOf } from './open-organization.ts';

const PROTECT = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Reports',
      Effect: 'Deny',
      Action: ['s3:DeleteBucket', 's3:PutBucketPolicy'],
      Resource: 'arn:aws:s3:::reseal-reports-*',
      Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/stacksets-exec-*' } },
    },
  ],
};

describe('a service control policy', () => {
  test('binds everybody in a member account, its administrator too, except whom it spares', async () => {
    await using aws = await openOrganization();
    aws.organization.attachPolicy(aws.organization.root.id, PROTECT);
    await using member = createClients(aws, { account: MEMBER });
    const bucket = { Bucket: 'reseal-reports-1' };
    await member.s3.send(new CreateBucketCommand(bucket));
    await assert.rejects(member.s3.send(new DeleteBucketCommand(bucket)), {
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${MEMBER}:root is not authorized to perform: s3:DeleteBucket on resource: arn:aws:s3:::reseal-reports-1 with an explicit deny in a service control policy`,
    });
    const credentials = sessionOf(aws, { account: MEMBER, name: 'stacksets-exec-0123' });
    await using spared = createClients(aws, { account: MEMBER, credentials });
    await spared.s3.send(new DeleteBucketCommand(bucket));
  });

  test('does not bind the management account, nor who acts from outside of the organization', async () => {
    await using aws = await openOrganization();
    aws.organization.attachPolicy(aws.organization.root.id, PROTECT);
    for (const account of [MANAGEMENT, '999999999999']) {
      await using clients = createClients(aws, { account });
      const bucket = { Bucket: `reseal-reports-${account}` };
      await clients.s3.send(new CreateBucketCommand(bucket));
      await assert.doesNotReject(clients.s3.send(new DeleteBucketCommand(bucket)), account);
    }
  });

  test('of a unit binds the accounts below it, also once they move there', async () => {
    await using aws = await openOrganization();
    const { organization } = aws;
    const unit = organization.createUnit('locked', organization.createUnit('all'));
    organization.attachPolicy(unit, {
      Statement: [{ Effect: 'Deny', NotAction: ['s3:CreateBucket'], Resource: '*' }],
    });
    await using member = createClients(aws, { account: MEMBER });
    const bucket = { Bucket: 'data' };
    await member.s3.send(new CreateBucketCommand(bucket));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    const put = () => member.s3.send(new PutBucketVersioningCommand({ ...bucket, VersioningConfiguration }));
    await assert.doesNotReject(put());
    organization.moveAccount(MEMBER, unit);
    await assert.rejects(put(), { name: 'AccessDenied' });
    await assert.doesNotReject(member.s3.send(new CreateBucketCommand({ Bucket: 'more' })));
    organization.removeAccount(MEMBER);
    await assert.doesNotReject(put());
  });

  test('that cannot be evaluated is refused by name', async () => {
    await using aws = await openOrganization();
    const attach = (statement: object) => () =>
      aws.organization.attachPolicy(MEMBER, {
        Statement: [{ Effect: 'Deny', Action: '*', Resource: '*', ...statement }],
      });
    assert.throws(attach({ Condition: { StringEquals: { 'aws:RequestTag/x': 'y' } } }), { name: 'NotImplemented' });
    const variable = {
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '${aws:PrincipalArn}' },
    };
    assert.throws(() => aws.organization.attachPolicy(MEMBER, variable), { name: 'NotImplemented' });
    assert.throws(attach({ Principal: '*' }), { name: 'MalformedPolicyDocument' });
    assert.throws(attach({ Sid: 'x'.repeat(5200) }), { name: 'ConstraintViolationException' });
  });
});

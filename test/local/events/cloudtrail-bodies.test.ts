import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { canonicalIdOf } from '../../../local/identity/canonical-id.ts';
import { startLocal } from '../../../local/start-local.ts';
import type { BusEvent } from '../../../local/world.ts';
import { createClients } from '../clients.ts';
import { expectSdkError } from '../s3/expect-sdk-error.ts';

const xmlns = 'http://s3.amazonaws.com/doc/2006-03-01/';
const NAMED = { Bucket: 'data' };

/** The request parameters of the events that the calls publish, failed ones too, without the two that every event has. */
async function parametersOf(calls: (clients: ReturnType<typeof createClients>) => Promise<void>): Promise<unknown[]> {
  await using aws = await startLocal();
  await using clients = createClients(aws);
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' as const };
  await clients.s3.send(new CreateBucketCommand({ ...NAMED, CreateBucketConfiguration }));
  const events: BusEvent[] = [];
  const publish = aws.bus.publish.bind(aws.bus);
  aws.bus.publish = (event) => {
    events.push(event);
    publish(event);
  };
  await calls(clients);
  return events.map(({ detail }) => {
    const { bucketName, Host, ...rest } = Object(detail['requestParameters']);
    assert.deepEqual([bucketName, Host], ['data', 's3.eu-west-1.amazonaws.com']);
    return [detail['eventName'], detail['errorCode'], rest];
  });
}

describe('CloudTrail shows as their XML', () => {
  test('the tags of a bucket: one as a value, several as a list', async () => {
    const one = { Key: 'team', Value: 'blue' };
    const two = { Key: 'reseal-exempt-until', Value: '2027-01-01' };
    const told = await parametersOf(async ({ s3 }) => {
      for (const TagSet of [[one], [one, two]])
        await s3.send(new PutBucketTaggingCommand({ ...NAMED, Tagging: { TagSet } }));
    });
    assert.deepEqual(told, [
      ['PutBucketTagging', undefined, { tagging: '', Tagging: { xmlns, TagSet: { Tag: one } } }],
      ['PutBucketTagging', undefined, { tagging: '', Tagging: { xmlns, TagSet: { Tag: [one, two] } } }],
    ]);
  });

  test('the logging and the replication of a bucket, refused ones too', async () => {
    const LoggingEnabled = { TargetBucket: 'nowhere', TargetPrefix: 'p/' };
    const tag = { Key: 'k', Value: 'v' };
    const rule = {
      ID: 'all',
      Status: 'Enabled' as const,
      Priority: 1,
      Filter: { And: { Prefix: 'a', Tags: [tag], Not: { Or: { Prefixes: ['b', 'c'], Tags: [tag] } } } },
      DeleteMarkerReplication: { Status: 'Disabled' as const },
      Destination: { Bucket: 'arn:aws:s3:::nowhere' },
    };
    const Role = 'arn:aws:iam::111111111111:role/replicator';
    const told = await parametersOf(async ({ s3 }) => {
      const logging = new PutBucketLoggingCommand({ ...NAMED, BucketLoggingStatus: { LoggingEnabled } });
      await expectSdkError(s3.send(logging), 400, 'InvalidTargetBucketForLogging');
      await s3.send(new PutBucketVersioningCommand({ ...NAMED, VersioningConfiguration: { Status: 'Enabled' } }));
      const ReplicationConfiguration = { Role, Rules: [rule] };
      await expectSdkError(
        s3.send(new PutBucketReplicationCommand({ ...NAMED, ReplicationConfiguration })),
        400,
        'InvalidRequest',
      );
    });
    const Filter = { And: { Prefix: 'a', Tag: tag, Not: { Or: { Prefix: ['b', 'c'], Tag: tag } } } };
    assert.deepEqual(
      [told[0], told[2]],
      [
        [
          'PutBucketLogging',
          'InvalidTargetBucketForLogging',
          { logging: '', BucketLoggingStatus: { xmlns, LoggingEnabled } },
        ],
        [
          'PutBucketReplication',
          'InvalidRequest',
          { replication: '', ReplicationConfiguration: { xmlns, Role, Rule: { ...rule, Filter } } },
        ],
      ],
    );
  });

  test('the policy and the access control list of a bucket', async () => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' };
    const Policy = JSON.stringify({ Statement: [statement] });
    const URI = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
    const Owner = { ID: canonicalIdOf('111111111111') };
    const told = await parametersOf(async ({ s3 }) => {
      await s3.send(new PutBucketPolicyCommand({ ...NAMED, Policy }));
      await s3.send(new DeleteBucketPolicyCommand(NAMED));
      const Rules = [{ ObjectOwnership: 'BucketOwnerPreferred' as const }];
      await s3.send(new PutBucketOwnershipControlsCommand({ ...NAMED, OwnershipControls: { Rules } }));
      await s3.send(new PutBucketAclCommand({ ...NAMED, ACL: 'private' }));
      const Grants = (['WRITE', 'READ_ACP'] as const).map((Permission) => ({
        Grantee: { Type: 'Group' as const, URI },
        Permission,
      }));
      await s3.send(new PutBucketAclCommand({ ...NAMED, AccessControlPolicy: { Owner, Grants } }));
    });
    const grant = (Permission: string) => ({ Grantee: { 'xsi:type': 'Group', URI }, Permission });
    const AccessControlList = { Grant: [grant('WRITE'), grant('READ_ACP')] };
    assert.deepEqual(
      told.filter((each) => !JSON.stringify(each).includes('Ownership')),
      [
        ['PutBucketPolicy', undefined, { policy: '', bucketPolicy: { Statement: [statement] } }],
        ['DeleteBucketPolicy', undefined, { policy: '' }],
        ['PutBucketAcl', undefined, { acl: '', 'x-amz-acl': 'private' }],
        ['PutBucketAcl', undefined, { acl: '', AccessControlPolicy: { xmlns, AccessControlList, Owner } }],
      ],
    );
  });
});

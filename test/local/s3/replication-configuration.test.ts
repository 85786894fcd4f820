import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3';
import { expectSdkError } from './expect-sdk-error.ts';
import { openReplication, putReplication, ROLE, ruleTo, ruleUnderKms, ruleWithKey } from './open-replication.ts';
import { allow, makeBucket, roleOf } from './open-s3.ts';

const FROM = { Bucket: 'from' };
const RELATED = ruleUnderKms({ UseSourceMultiRegionKey: { Status: 'Enabled' } });
const OLD: ReplicationRule = { ID: 'old', Prefix: '', Status: 'Enabled', Destination: { Bucket: 'arn:aws:s3:::dest' } };

describe('PutBucketReplication', () => {
  test('stores both schemas as they were put, names rules that have no id, and is deleted', async () => {
    await using opened = await openReplication();
    const get = async () =>
      (await opened.s3.send(new GetBucketReplicationCommand(FROM))).ReplicationConfiguration?.Rules;
    await expectSdkError(get(), 404, 'ReplicationConfigurationNotFoundError');
    await opened.s3.send(putReplication(OLD));
    assert.deepEqual(await get(), [OLD]);
    const { ID: _, ...unnamed } = ruleTo({}, { Filter: { Prefix: 'a/' } });
    await opened.s3.send(putReplication(unnamed));
    assert.deepEqual(await get(), [{ ...unnamed, ID: 'rule-1' }]);
    await opened.s3.send(new DeleteBucketReplicationCommand(FROM));
    await expectSdkError(get(), 404, 'ReplicationConfigurationNotFoundError');
  });

  test('stores filters with exclusions, and the related key of the destination as replica key', async () => {
    await using opened = await openReplication();
    const Tag = { Key: 'k', Value: 'v' };
    const rules = [
      ruleTo({}, { ID: 'a', Priority: 1, Filter: { Not: { Prefix: 'tmp/' } } }),
      ruleTo({}, { ID: 'b', Priority: 2, Filter: { Not: { Tag } } }),
      ruleTo({}, { ID: 'c', Priority: 3, Filter: { Not: { Or: { Prefixes: ['x/', 'y/'], Tags: [Tag] } } } }),
      ruleTo({}, { ID: 'd', Priority: 4, Filter: { And: { Prefix: 'z/', Tags: [Tag], Not: { Prefix: 'z/tmp' } } } }),
      { ...RELATED, ID: 'e', Priority: 5 },
    ];
    await opened.s3.send(putReplication(...rules));
    const got = await opened.s3.send(new GetBucketReplicationCommand(FROM));
    assert.deepEqual(got.ReplicationConfiguration?.Rules, rules);
  });

  test('needs versioning at both ends, and a destination that is there and another one', async () => {
    await using opened = await openReplication();
    await makeBucket(opened.s3, 'plain');
    const to = (name: string) => opened.s3.send(putReplication(ruleTo({ Bucket: `arn:aws:s3:::${name}` })));
    for (const name of ['plain', 'nowhere', 'from', 'dest/prefix'])
      await expectSdkError(to(name), 400, 'InvalidRequest');
    const VersioningConfiguration = { Status: 'Suspended' as const };
    await opened.s3.send(new PutBucketVersioningCommand({ ...FROM, VersioningConfiguration }));
    await expectSdkError(to('dest'), 400, 'InvalidRequest');
  });

  test('needs a role that is there and that S3 can assume', async () => {
    await using opened = await openReplication();
    const { identity } = opened.aws.world;
    identity.putRole(roleOf('other', []));
    for (const role of ['nobody', 'other']) {
      const ReplicationConfiguration = { Role: ROLE.replace('replicator', role), Rules: [ruleTo()] };
      const put = new PutBucketReplicationCommand({ ...FROM, ReplicationConfiguration });
      await expectSdkError(opened.s3.send(put), 400, 'InvalidRequest');
    }
  });

  test('wants of its caller the permission to put it and to pass the role', async () => {
    await using opened = await openReplication();
    const put = allow('s3:PutReplicationConfiguration', 'arn:aws:s3:::from');
    const pass = allow('iam:PassRole', ROLE);
    for (const [name, statement] of [
      ['put', put],
      ['pass', pass],
    ] as const)
      await expectSdkError(opened.asRole(name, [statement]).send(putReplication(ruleTo())), 403, 'AccessDenied');
    await opened.asRole('both', [put, pass]).send(putReplication(ruleTo()));
    const read = opened.asRole('read', [allow('s3:GetReplicationConfiguration', 'arn:aws:s3:::from')]);
    await read.send(new GetBucketReplicationCommand(FROM));
    await expectSdkError(read.send(new DeleteBucketReplicationCommand(FROM)), 403, 'AccessDenied');
  });

  test('refuses rules that contradict themselves or each other', async () => {
    await using opened = await openReplication();
    const key = 'arn:aws:kms:eu-west-1:111111111111:key/k';
    const { Priority: _p, ...withoutPriority } = ruleTo();
    const { DeleteMarkerReplication: _m, ...withoutMarkers } = ruleTo();
    const { SourceSelectionCriteria: _s, ...keyOnly } = ruleWithKey(key);
    const wrong: [ReplicationRule[], string][] = [
      [[], 'MalformedXML'],
      [[withoutPriority], 'InvalidRequest'],
      [[withoutMarkers], 'InvalidRequest'],
      [[{ ...OLD, Priority: 1 }], 'InvalidRequest'],
      [[ruleTo({}, { Prefix: 'a' })], 'MalformedXML'],
      [[keyOnly], 'InvalidRequest'],
      [[{ ...ruleWithKey(key), Destination: { Bucket: 'arn:aws:s3:::dest' } }], 'InvalidRequest'],
      [[ruleTo(), ruleTo({}, { Priority: 2 })], 'InvalidRequest'],
      [[ruleTo(), ruleTo({}, { ID: 'second' })], 'InvalidRequest'],
      [[ruleTo(), OLD], 'InvalidRequest'],
      [[ruleUnderKms({})], 'InvalidRequest'],
      [[ruleUnderKms({ UseSourceMultiRegionKey: { Status: 'Disabled' } })], 'InvalidRequest'],
      [
        [{ ...OLD, SourceSelectionCriteria: RELATED.SourceSelectionCriteria, Destination: RELATED.Destination }],
        'InvalidRequest',
      ],
      [[{ ...RELATED, Prefix: 'a' }], 'MalformedXML'],
      [[ruleTo({}, { Prefix: 'a', Filter: { Not: { Prefix: 'b' } } })], 'MalformedXML'],
      [[ruleTo({}, { Filter: { Prefix: 'a', Not: { Prefix: 'b' } } })], 'MalformedXML'],
      [[ruleTo({}, { Filter: { Not: {} } })], 'MalformedXML'],
      [[ruleTo({}, { Filter: { Not: { Or: {} } } })], 'MalformedXML'],
      [
        [ruleTo({}, { Filter: { And: { Prefix: 'a', Not: { Prefix: 'b', Or: { Prefixes: ['c'] } } } } })],
        'MalformedXML',
      ],
      [[ruleTo({ Account: '222222222222' })], 'InvalidRequest'],
    ];
    for (const [rules, code] of wrong) await expectSdkError(opened.s3.send(putReplication(...rules)), 400, code);
  });

  test('refuses by name what is not emulated', async () => {
    await using opened = await openReplication();
    const enabled = { Status: 'Enabled' as const };
    const rules = [
      ruleTo({}, { DeleteMarkerReplication: enabled }),
      ruleTo({}, { ExistingObjectReplication: enabled }),
      ruleTo({}, { SourceSelectionCriteria: { ReplicaModifications: enabled } }),
    ];
    for (const rule of rules) await expectSdkError(opened.s3.send(putReplication(rule)), 501, 'NotImplemented');
  });
});

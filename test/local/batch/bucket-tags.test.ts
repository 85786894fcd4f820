import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GetBucketTaggingCommand, PutBucketTaggingCommand, type Tag } from '@aws-sdk/client-s3';
import {
  ListTagsForResourceCommand,
  type S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-s3-control';
import type { BusEvent } from '../../../local/world.ts';
import { expectSdkError } from '../s3/expect-sdk-error.ts';
import { ACCOUNT, allow, makeBucket, openS3, OTHER_ACCOUNT, REGION, roleOf, type OpenedS3 } from '../s3/open-s3.ts';

const ON_DATA = { AccountId: ACCOUNT, ResourceArn: 'arn:aws:s3:::data' };
const TEAM = { Key: 'team', Value: 'blue' };

interface Tagged extends OpenedS3 {
  readonly control: S3ControlClient;
  readonly events: BusEvent[];
}

/** The bucket `data` with one tag; events are kept from then on. */
async function openTagged(): Promise<Tagged> {
  const opened = await openS3();
  await makeBucket(opened.s3, 'data');
  await opened.s3.send(new PutBucketTaggingCommand({ Bucket: 'data', Tagging: { TagSet: [TEAM] } }));
  const events: BusEvent[] = [];
  const publish = opened.aws.bus.publish.bind(opened.aws.bus);
  opened.aws.bus.publish = (event) => {
    events.push(event);
    publish(event);
  };
  return { ...opened, control: opened.clients({ account: ACCOUNT, region: REGION }).s3Control, events };
}

const tag = (control: S3ControlClient, Tags: Tag[], on: object = {}) =>
  control.send(new TagResourceCommand({ ...ON_DATA, Tags, ...on }));

describe('tags by ARN', () => {
  test('are added to the others of the bucket, change a value, and are read by both interfaces', async () => {
    await using opened = await openTagged();
    const { control } = opened;
    const stage = { Key: 'stage', Value: 'test' };
    const answer = await tag(control, [stage]);
    assert.equal(answer.$metadata.httpStatusCode, 204);
    const changed = { Key: 'team', Value: 'red' };
    await tag(control, [changed]);
    const { Tags } = await control.send(new ListTagsForResourceCommand(ON_DATA));
    const { TagSet } = await opened.s3.send(new GetBucketTaggingCommand({ Bucket: 'data' }));
    assert.deepEqual(
      [Tags, TagSet],
      [
        [stage, changed],
        [stage, changed],
      ],
    );
  });

  test('are taken away by key; without the last one there is no tag set', async () => {
    await using opened = await openTagged();
    const untag = (TagKeys: string[]) => opened.control.send(new UntagResourceCommand({ ...ON_DATA, TagKeys }));
    await untag(['other']);
    await opened.s3.send(new GetBucketTaggingCommand({ Bucket: 'data' }));
    await untag(['team', 'other']);
    await expectSdkError(opened.s3.send(new GetBucketTaggingCommand({ Bucket: 'data' })), 404, 'NoSuchTagSet');
    const { Tags } = await opened.control.send(new ListTagsForResourceCommand(ON_DATA));
    assert.deepEqual(Tags ?? [], []);
  });

  test('are at most 50, and checked as those of PutBucketTagging', async () => {
    await using opened = await openTagged();
    const many = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }));
    await expectSdkError(tag(opened.control, many), 400, 'BadRequest');
    await expectSdkError(tag(opened.control, [{ Key: 'aws:x', Value: '' }]), 400, 'InvalidTag');
  });

  test('are refused for what is no bucket of this account and Region', async () => {
    await using opened = await openTagged();
    const { control } = opened;
    const on = (ResourceArn: string) => tag(control, [TEAM], { ResourceArn });
    await expectSdkError(on('arn:aws:s3:::nowhere'), 404, 'NoSuchBucket');
    await expectSdkError(on('arn:aws:sqs:eu-west-1:111111111111:data'), 400, 'InvalidRequest');
    await expectSdkError(on('arn:aws:s3:::data/key'), 400, 'InvalidRequest');
    await expectSdkError(on(`arn:aws:s3:eu-west-1:${ACCOUNT}:access-grants/default`), 501, 'NotImplemented');
    await expectSdkError(on(`arn:aws:s3express:eu-west-1:${ACCOUNT}:bucket/d--euw1-az1--x-s3`), 501, 'NotImplemented');
    await expectSdkError(tag(control, [TEAM], { AccountId: OTHER_ACCOUNT }), 403, 'AccessDenied');
  });

  test('need the action of their own name on the bucket', async () => {
    await using opened = await openTagged();
    const { identity } = opened.aws.world;
    const roles = [
      roleOf('old', [allow('s3:PutBucketTagging')]),
      roleOf('new', [allow('s3:TagResource', 'arn:aws:s3:::data')]),
    ];
    const [old, may] = roles.map((role) => {
      identity.putRole(role);
      const credentials = identity.startSession(role.arn, 'test', { service: 'lambda.amazonaws.com' });
      return opened.clients({ region: REGION, credentials }).s3Control;
    });
    assert.ok(old !== undefined && may !== undefined);
    await expectSdkError(tag(old, [TEAM]), 403, 'AccessDenied');
    await tag(may, [TEAM]);
  });

  test('reach the bus as events of S3 with the ARN of the bucket, refused calls too', async () => {
    await using opened = await openTagged();
    const { control, events } = opened;
    await tag(control, [TEAM]);
    await control.send(new UntagResourceCommand({ ...ON_DATA, TagKeys: ['team'] }));
    await control.send(new ListTagsForResourceCommand(ON_DATA));
    await expectSdkError(tag(control, [{ Key: 'aws:x', Value: '' }]), 400, 'InvalidTag');
    await expectSdkError(tag(control, [TEAM], { ResourceArn: 'arn:aws:sqs:eu-west-1:1:data' }), 400, 'InvalidRequest');
    const Host = `${ACCOUNT}.s3-control.eu-west-1.amazonaws.com`;
    const resourceArn = ON_DATA.ResourceArn;
    assert.deepEqual(
      events.map(({ source, account, detail }) => [
        source,
        account,
        detail['eventSource'],
        detail['eventName'],
        detail['errorCode'],
        detail['requestParameters'],
        detail['resources'],
      ]),
      [
        ['TagResource', undefined, { Host, resourceArn, tags: [{ key: 'team', value: 'blue' }] }],
        ['UntagResource', undefined, { Host, resourceArn, tagKeys: ['team'] }],
        ['TagResource', 'InvalidTag', { Host, resourceArn, tags: [{ key: 'aws:x', value: '' }] }],
      ].map((each) => [
        'aws.s3',
        ACCOUNT,
        's3.amazonaws.com',
        ...each,
        [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: resourceArn }],
      ]),
    );
  });
});

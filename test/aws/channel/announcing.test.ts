import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { BatchImportFindingsCommand, InvalidAccessException, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { createEventBus } from '../../../src/aws/channel/event-bus.ts';
import { ResealError } from '../../../src/errors.ts';
import { createFindings } from '../../../src/aws/channel/findings.ts';
import { createTopic } from '../../../src/aws/channel/topic.ts';
import { hubOf } from '../../../src/ledger/announced-item.ts';
import { findingOf } from '../../../src/announcements/finding.ts';
import { heldImage, imageOf } from '../../announcements/ledger-images.ts';
import { answering, jsonError } from '../canned-answers.ts';
import { REGION } from '../fixture.ts';

const EVENT = {
  detailType: 'Reseal Bucket Held',
  bucket: 'orders',
  account: '111111111111',
  region: 'eu-west-1',
  at: '2026-11-02T10:16:30.000Z',
  detail: { kind: 'bucket-held' },
};

describe('the event bus', () => {
  const client = new EventBridgeClient({ region: REGION });
  const bus = createEventBus(client, 'aws');

  it('gets an event of our own on the default bus', async () => {
    const mock = mockClient(client)
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
    await bus.put(EVENT);
    assert.deepEqual(
      mock.calls().map((call) => call.args[0].input),
      [
        {
          Entries: [
            {
              Source: 'reseal',
              DetailType: 'Reseal Bucket Held',
              Detail: '{"kind":"bucket-held"}',
              Resources: ['arn:aws:s3:::orders'],
              Time: new Date('2026-11-02T10:16:30.000Z'),
            },
          ],
        },
      ],
    );
  });

  it('that takes the call and not the event is an error that can be retried', async () => {
    mockClient(client)
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Too many.' }] });
    await assert.rejects(bus.put(EVENT), {
      code: 'announcement-refused',
      retryable: true,
      message: 'EventBridge refused the event "Reseal Bucket Held" of bucket orders: ThrottlingException: Too many.',
    });
  });

  it('that counts a failure without naming it has not taken the event', async () => {
    mockClient(client).on(PutEventsCommand).resolves({ FailedEntryCount: 1 });
    await assert.rejects(bus.put(EVENT), { code: 'announcement-refused', retryable: true, bucket: 'orders' });
  });

  it('is told the ARN of a directory bucket by its Region and account', async () => {
    const mock = mockClient(client).on(PutEventsCommand).resolves({});
    await bus.put({ ...EVENT, bucket: 'fast--euw1-az1--x-s3' });
    assert.deepEqual(
      mock.commandCalls(PutEventsCommand).flatMap((call) => call.args[0].input.Entries?.[0]?.Resources),
      ['arn:aws:s3express:eu-west-1:111111111111:bucket/fast--euw1-az1--x-s3'],
    );
  });
});

describe('the topic', () => {
  it('gets a letter with attributes to filter by', async () => {
    const client = new SNSClient({ region: REGION });
    const mock = mockClient(client).on(PublishCommand).resolves({});
    const arn = 'arn:aws:sns:eu-west-1:111111111111:people';
    await createTopic(client, arn).publish({ subject: 'Reseal: orders held', text: 'Why' }, { kind: 'bucket-held' });
    assert.deepEqual(
      mock.calls().map((call) => call.args[0].input),
      [
        {
          TopicArn: arn,
          Subject: 'Reseal: orders held',
          Message: 'Why',
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'bucket-held' } },
        },
      ],
    );
  });
});

describe('Security Hub', () => {
  const held = findingOf(heldImage());
  const resolved = findingOf(imageOf({ assessedAt: '2026-11-03T10:00:00.000Z' }));
  const CREATED = '2026-11-02T10:16:30.000Z';

  function openHub() {
    const client = new SecurityHubClient({ region: REGION });
    const clock = { now: new Date('2026-11-02T10:17:00.000Z') };
    return {
      mock: mockClient(client),
      clock,
      hub: createFindings(() => client, { partition: 'aws', now: () => clock.now }),
    };
  }

  it('gets one about a table bucket as of another type, because ASFF has none for it', async () => {
    assert.ok(held);
    const { mock, hub } = openHub();
    mock.on(BatchImportFindingsCommand).resolves({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
    const bucket = 'arn:aws:s3tables:eu-west-1:111111111111:bucket/lake';
    await hub.send({ ...held, bucket }, CREATED);
    const [sent] = mock.commandCalls(BatchImportFindingsCommand).flatMap((call) => call.args[0].input.Findings);
    assert.deepEqual(sent?.Resources, [{ Type: 'Other', Id: bucket, Region: 'eu-west-1' }]);
    assert.equal(sent?.Id, `${bucket}/reseal/default-encryption`);
  });

  it('gets a finding with everything that ASFF requires, and the same one is resolved later', async () => {
    assert.ok(held && resolved);
    const { mock, hub } = openHub();
    mock.on(BatchImportFindingsCommand).resolves({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
    assert.equal(await hub.send(held, CREATED), 'taken');
    assert.equal(await hub.send(resolved, CREATED), 'taken');
    const [opened, closed] = mock
      .commandCalls(BatchImportFindingsCommand)
      .flatMap((call) => call.args[0].input.Findings);
    const common = {
      SchemaVersion: '2018-10-08',
      Id: 'arn:aws:s3:::orders/reseal/default-encryption',
      ProductArn: 'arn:aws:securityhub:eu-west-1:111111111111:product/111111111111/default',
      ProductName: 'Reseal',
      GeneratorId: 'reseal/default-encryption',
      AwsAccountId: '111111111111',
      CreatedAt: CREATED,
      Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::orders', Region: 'eu-west-1' }],
    };
    const types = ['Software and Configuration Checks/AWS Security Best Practices'];
    assert.deepEqual(opened, {
      ...common,
      UpdatedAt: CREATED,
      Title: held.title,
      Description: held.description,
      FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: types },
      Remediation: { Recommendation: { Text: held.recommendation } },
      Compliance: { Status: 'FAILED' },
      RecordState: 'ACTIVE',
    });
    assert.deepEqual(closed, {
      ...common,
      UpdatedAt: '2026-11-03T10:00:00.000Z',
      Title: 'S3 bucket orders: default encryption: compliant again',
      Description: 'Its default encryption is at least as strong as the standard.',
      FindingProviderFields: { Severity: { Label: 'INFORMATIONAL' }, Types: types },
      Remediation: { Recommendation: { Text: 'Nothing: this is for your information.' } },
      Compliance: { Status: 'PASSED' },
      RecordState: 'ARCHIVED',
    });
  });

  it('that does not take a finding is an error that names it', async () => {
    assert.ok(held);
    const { mock, hub } = openHub();
    const Id = 'arn:aws:s3:::orders/reseal/default-encryption';
    mock.on(BatchImportFindingsCommand).resolves({
      FailedCount: 1,
      SuccessCount: 0,
      FailedFindings: [{ Id, ErrorCode: 'InvalidInput', ErrorMessage: 'CreatedAt is in the future' }],
    });
    await assert.rejects(hub.send(held, CREATED), {
      code: 'announcement-refused',
      retryable: true,
      message: `Security Hub refused finding ${Id}: InvalidInput: CreatedAt is in the future`,
    });
  });

  it('that counts a failure without naming it, or names one without counting, has not taken the finding', async () => {
    assert.ok(held);
    const refused: [object, string][] = [
      [{ FailedCount: 1 }, 'undefined: undefined'],
      [{ FailedFindings: [{ ErrorCode: 'InvalidInput', ErrorMessage: 'No.' }] }, 'InvalidInput: No.'],
    ];
    for (const [answer, why] of refused) {
      const { mock, hub } = openHub();
      mock.on(BatchImportFindingsCommand).resolves(answer);
      const message = `Security Hub refused finding arn:aws:s3:::orders/reseal/default-encryption: ${why}`;
      await assert.rejects(hub.send(held, CREATED), { code: 'announcement-refused', bucket: 'orders', message });
    }
    const { mock, hub } = openHub();
    mock.on(BatchImportFindingsCommand).resolves({});
    assert.equal(await hub.send(held, CREATED), 'taken');
  });

  it('that the account has not enabled is no error, and is asked again after an hour', async () => {
    assert.ok(held);
    const { mock, clock, hub } = openHub();
    const notEnabled = new InvalidAccessException({ message: 'not subscribed', $metadata: { httpStatusCode: 401 } });
    mock.on(BatchImportFindingsCommand).rejects(notEnabled);
    assert.equal(await hub.send(held, CREATED), 'not-enabled');
    clock.now = new Date('2026-11-02T11:16:59.000Z');
    assert.equal(await hub.send(held, CREATED), 'not-enabled');
    assert.equal(mock.calls().length, 1);
    mock.on(BatchImportFindingsCommand).resolves({ FailedCount: 0, SuccessCount: 1 });
    clock.now = new Date('2026-11-02T11:17:00.000Z');
    assert.equal(await hub.send(held, CREATED), 'taken');
  });

  it('of an account that cannot be reached takes nothing, and is not asked again for an hour', async () => {
    assert.ok(held);
    let asked = 0;
    const clock = { now: new Date(CREATED) };
    const unreachable = new ResealError('account-unreachable', 'no way in', { retryable: true });
    const credentials = () => {
      asked += 1;
      return Promise.reject(unreachable);
    };
    const client = new SecurityHubClient({ region: REGION, credentials });
    const hub = createFindings(() => client, { partition: 'aws', now: () => clock.now });
    const channel = hubOf(held);
    assert.equal(hub.isUnreachable(channel), false);
    const sent = [await hub.send(held, CREATED), await hub.send(held, CREATED)];
    assert.deepEqual([sent, asked, hub.isUnreachable(channel)], [['unreachable', 'unreachable'], 1, true]);
    clock.now = new Date(clock.now.getTime() + 3_600_000);
    assert.equal(hub.isUnreachable(channel), false);
    assert.deepEqual([await hub.send(held, CREATED), asked], ['unreachable', 2]);
  });

  it('that denies the call is an error, whatever the words', async () => {
    assert.ok(held);
    const client = new SecurityHubClient(answering(jsonError(403, 'AccessDeniedException')));
    const hub = createFindings(() => client, { partition: 'aws', now: () => new Date(CREATED) });
    await assert.rejects(hub.send(held, CREATED), { name: 'AccessDeniedException' });
  });
});

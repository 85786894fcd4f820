import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { policyDocument } from './grants.ts';
import { getAtt, ownPropertiesOf, propertiesOf, resourcesOf } from './packaged-template.ts';

const ASSESS_TIMEOUT_SECONDS = 60;
const TRACK_TIMEOUT_SECONDS = 120;
const SWEEP_TIMEOUT_SECONDS = 900;
const REENCRYPT_TIMEOUT_SECONDS = 900;
const DAY_SECONDS = 86_400;

const TLS_ONLY = {
  Effect: 'Deny',
  Principal: '*',
  Action: ['sqs:*'],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

const queuePolicy = z.object({ Queues: z.array(z.object({ Ref: z.string() })), PolicyDocument: policyDocument });

describe('queues', () => {
  it('wait, retry and give up as the flow needs it', () => {
    const working = (deadLetters: string, timeout = ASSESS_TIMEOUT_SECONDS) => ({
      VisibilityTimeout: 6 * timeout,
      RedrivePolicy: { deadLetterTargetArn: getAtt(deadLetters), maxReceiveCount: 5 },
    });
    const pieces = {
      ...working('ObjectDeadLetters', REENCRYPT_TIMEOUT_SECONDS),
      MessageRetentionPeriod: 4 * DAY_SECONDS,
    };
    assert.deepEqual(
      Object.fromEntries(
        ['AssessQueue', 'SweepQueue', 'MembershipQueue', 'JobQueue', 'ObjectQueue', 'InlineQueue'].map((id) => [
          id,
          ownPropertiesOf(id),
        ]),
      ),
      {
        AssessQueue: {
          ...working('AssessDeadLetters'),
          DelaySeconds: { Ref: 'SettleSeconds' },
          MessageRetentionPeriod: 4 * DAY_SECONDS,
        },
        SweepQueue: {
          ...working('SweepDeadLetters'),
          DelaySeconds: { Ref: 'SettleSeconds' },
          MessageRetentionPeriod: 14 * DAY_SECONDS,
        },
        MembershipQueue: {
          ...working('SweepRunDeadLetters', SWEEP_TIMEOUT_SECONDS),
          MessageRetentionPeriod: 4 * DAY_SECONDS,
        },
        JobQueue: { ...working('JobDeadLetters', TRACK_TIMEOUT_SECONDS), MessageRetentionPeriod: 4 * DAY_SECONDS },
        ObjectQueue: pieces,
        InlineQueue: pieces,
      },
    );
  });

  it('of dead letters keep them for the longest time that SQS allows', () => {
    const deadLetters = resourcesOf('AWS::SQS::Queue').filter(([id]) => id.endsWith('DeadLetters'));
    assert.equal(deadLetters.length, 7);
    for (const [id] of deadLetters) {
      assert.deepEqual(ownPropertiesOf(id), { MessageRetentionPeriod: 14 * DAY_SECONDS }, id);
    }
  });

  it('are closed to requests without TLS, all of them', () => {
    const closed = resourcesOf('AWS::SQS::QueuePolicy').flatMap(([id]) => {
      const { Queues, PolicyDocument } = queuePolicy.parse(propertiesOf(id));
      const { Resource: _, ...deny } = PolicyDocument.Statement.at(-1) ?? {};
      assert.deepEqual(deny, TLS_ONLY, id);
      return Queues.map(({ Ref }) => Ref);
    });
    assert.deepEqual(
      closed.sort(),
      resourcesOf('AWS::SQS::Queue')
        .map(([id]) => id)
        .sort(),
    );
  });

  it('take messages from nobody else but our functions, and deny nothing but that', () => {
    const denied = resourcesOf('AWS::SQS::QueuePolicy').flatMap(([id]) => {
      const { Queues, PolicyDocument } = queuePolicy.parse(propertiesOf(id));
      const [deny, ...others] = PolicyDocument.Statement.filter(
        ({ Effect, Action }) => Effect === 'Deny' && Action.join() !== 'sqs:*',
      );
      assert.deepEqual([deny?.Principal, deny?.Action, others], ['*', ['sqs:SendMessage'], []], id);
      return Queues.map(({ Ref }) => [Ref, deny?.Condition]);
    });
    const butService = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
    const but = (...roles: string[]) => ({
      ...butService,
      ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => getAtt(role)) },
    });
    const functions = but(
      'HubAssessBucketRole',
      'HubTrackJobRole',
      'HubReencryptObjectRole',
      'HubSweepRole',
      'HubAnnounceChangeRole',
    );
    const pieces = but('HubTrackJobRole', 'HubReencryptObjectRole', 'HubSweepRole');
    assert.deepEqual(Object.fromEntries(denied), {
      AssessQueue: butService,
      JobQueue: but('HubTrackJobRole', 'HubSweepRole', 'HubAssessBucketRole', 'HubReencryptObjectRole'),
      ObjectQueue: pieces,
      InlineQueue: pieces,
      WriteQueue: but('HubSweepRole'),
      SweepQueue: but('HubSweepRole', 'HubAssessBucketRole'),
      MembershipQueue: but('HubSweepRole', 'HubAssessBucketRole'),
      RuleDeadLetters: butService,
      AssessDeadLetters: functions,
      SweepDeadLetters: functions,
      JobDeadLetters: functions,
      ObjectDeadLetters: functions,
      SweepRunDeadLetters: functions,
      AnnounceDeadLetters: functions,
    });
  });

  it('take messages from EventBridge only for the rules that are theirs', () => {
    const allowed = resourcesOf('AWS::SQS::QueuePolicy').flatMap(([id]) => {
      const { PolicyDocument } = queuePolicy.parse(propertiesOf(id));
      return PolicyDocument.Statement.filter(({ Effect }) => Effect === 'Allow');
    });
    const forRules = (queue: string, rules: unknown) => ({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['sqs:SendMessage'],
      Resource: getAtt(queue),
      Condition: { ArnEquals: { 'aws:SourceArn': rules } },
    });
    assert.deepEqual(allowed, [
      forRules('AssessQueue', getAtt('EncryptionRule')),
      forRules('WriteQueue', getAtt('WritesRule')),
      forRules('JobQueue', [getAtt('JobRule'), getAtt('OpenJobsRule')]),
      forRules('RuleDeadLetters', [
        ...['EncryptionRule', 'JobRule', 'MembershipRule', 'OpenJobsRule', 'OwedNewsRule', 'SweepRule'].map((rule) =>
          getAtt(rule),
        ),
        { 'Fn::If': ['WatchesWrites', getAtt('WritesRule'), { Ref: 'AWS::NoValue' }] },
      ]),
      forRules('MembershipQueue', getAtt('MembershipRule')),
    ]);
  });
});

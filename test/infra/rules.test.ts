import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memberTemplate } from './member-template.ts';
import { getAtt, packaged, propertiesOf, resourcesOf } from './packaged-template.ts';

const DAY_SECONDS = 86_400;

const BY_ACCOUNT = { SqsParameters: { MessageGroupId: '$.account' } };

const OF_MANAGEMENT = [
  {
    source: ['aws.organizations'],
    'detail-type': ['AWS Service Event via CloudTrail', 'AWS API Call via CloudTrail'],
    detail: {
      eventName: [
        'CreateAccountResult',
        'AcceptHandshake',
        'AccountJoinedOrganization',
        'MoveAccount',
        'CloseAccount',
        'CloseAccountResult',
        'RemoveAccountFromOrganization',
        'AccountDepartedOrganization',
      ],
      errorCode: [{ exists: false }],
    },
  },
  {
    source: ['aws.controltower'],
    'detail-type': ['AWS Service Event via CloudTrail'],
    detail: { eventName: ['CreateManagedAccount', 'UpdateManagedAccount'] },
  },
];

const REGIONS = {
  source: ['aws.account'],
  'detail-type': ['Region Opt-In Status Change'],
  detail: { status: ['ENABLED', 'DISABLED'] },
};

function target(id: string, arn: unknown, retry: { ageSeconds: number; attempts: number }) {
  return {
    Id: id,
    Arn: arn,
    RetryPolicy: { MaximumEventAgeInSeconds: retry.ageSeconds, MaximumRetryAttempts: retry.attempts },
    DeadLetterConfig: { Arn: getAtt('RuleDeadLetters') },
  };
}

describe('rules', () => {
  it('send calls that create a bucket or touch its default encryption, its tags or who may write to AssessQueue, whoever made them', () => {
    const { Description: _, ...rule } = propertiesOf('EncryptionRule');
    assert.deepEqual(rule, {
      EventBusName: { Ref: 'HubBus' },
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3', 'aws.s3express'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventName: [
            'CreateBucket',
            'PutBucketEncryption',
            'DeleteBucketEncryption',
            'PutBucketTagging',
            'DeleteBucketTagging',
            'PutBucketPolicy',
            'DeleteBucketPolicy',
            'PutBucketAcl',
            'PutBucketLogging',
            'TagResource',
            'UntagResource',
            'DeleteBucket',
          ],
          errorCode: [{ exists: false }],
        },
      },
      Targets: [
        { ...target('AssessQueue', getAtt('AssessQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 }), ...BY_ACCOUNT },
      ],
    });
  });

  it('send jobs that ended, or wait for a person, to JobQueue', () => {
    const { Description: _, ...rule } = propertiesOf('JobRule');
    assert.deepEqual(rule, {
      EventBusName: { Ref: 'HubBus' },
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['AWS Service Event via CloudTrail'],
        detail: {
          eventName: ['JobStatusChanged'],
          serviceEventDetails: { status: ['Complete', 'Failed', 'Cancelled', 'Suspended', 'Ready'] },
        },
      },
      Targets: [
        { ...target('JobQueue', getAtt('JobQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 }), ...BY_ACCOUNT },
      ],
    });
  });

  it('send what became of an account to MembershipQueue', () => {
    const { Description: _, ...rule } = propertiesOf('MembershipRule');
    assert.deepEqual(rule, {
      EventBusName: { Ref: 'HubBus' },
      State: 'ENABLED',
      EventPattern: { $or: [...OF_MANAGEMENT, REGIONS] },
      Targets: [
        {
          ...target('MembershipQueue', getAtt('MembershipQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 }),
          ...BY_ACCOUNT,
        },
      ],
    });
  });

  it('of the management account forward what becomes of accounts, and nothing else, to the bus of the hub alone', () => {
    const { Resources, Parameters } = memberTemplate('management');
    const { Description: _, ...rule } = Resources['ManagementRule']?.Properties ?? {};
    assert.deepEqual(Object.keys(Resources), ['ManagementRule']);
    assert.deepEqual(Object.keys(Parameters), ['HubAccountId', 'HubRegion', 'HubBusName', 'RolePath', 'RolePrefix']);
    const { HubBusName, RolePath, RolePrefix } = memberTemplate('region').Parameters;
    assert.deepEqual({ ...Parameters, HubBusName, RolePath, RolePrefix }, Parameters);
    const bus = 'arn:${AWS::Partition}:events:${HubRegion}:${HubAccountId}:event-bus/${HubBusName}';
    const role = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role${RolePath}${RolePrefix}reseal-forward';
    assert.deepEqual(rule, {
      State: 'ENABLED',
      EventPattern: { $or: OF_MANAGEMENT },
      Targets: [
        {
          Id: 'hub',
          Arn: { 'Fn::Sub': bus },
          RoleArn: { 'Fn::Sub': role },
          RetryPolicy: { MaximumEventAgeInSeconds: DAY_SECONDS, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it('name the account to every queue that takes events of members, so that none delays the others', () => {
    const onBus = resourcesOf('AWS::Events::Rule').filter(([, { Properties }]) => 'EventBusName' in Properties);
    assert.equal(onBus.length, 4);
    for (const [id, { Properties }] of onBus)
      for (const each of [Properties['Targets']].flat()) assert.deepEqual({ ...Object(each), ...BY_ACCOUNT }, each, id);
  });

  it('forward and count, where that is asked for, the writes that may be below a standard, and nothing else of data events', () => {
    const [forward, rule] = ['ForwardWritesRule', 'WritesRule'].map((id) => propertiesOf(id));
    assert.deepEqual(forward?.['EventPattern'], rule?.['EventPattern']);
    assert.deepEqual(forward?.['Targets'], propertiesOf('ForwardRule')['Targets']);
    assert.deepEqual(rule?.['Targets'], [
      { ...target('WriteQueue', getAtt('WriteQueue'), { ageSeconds: DAY_SECONDS, attempts: 185 }), ...BY_ACCOUNT },
    ]);
    const watching = Object.entries(packaged.Resources).filter(([, each]) => each.Condition === 'WatchesWrites');
    assert.deepEqual(watching.map(([id]) => id).toSorted(), [
      'ForwardWritesRule',
      'WriteQueue',
      'WriteQueueMapping',
      'WriteQueuePolicy',
      'WritesRule',
    ]);
  });

  it('of a member forward what those of the hub wait for, and nothing else, to the bus of the hub alone', () => {
    const { EventPattern, Targets, State, EventBusName, Name } = propertiesOf('ForwardRule');
    assert.deepEqual(Name, { 'Fn::Sub': '${RolePrefix}reseal-forward' });
    const awaited = ['EncryptionRule', 'JobRule'].map((id) => propertiesOf(id)['EventPattern']);
    assert.deepEqual([EventPattern, State, EventBusName], [{ $or: [...awaited, REGIONS] }, 'ENABLED', undefined]);
    const bus = (region: string, account: string) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:events:\${${region}}:\${${account}}:event-bus/\${HubBusName}`,
    });
    const role = 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role${RolePath}${RolePrefix}reseal-forward';
    assert.deepEqual(Targets, [
      {
        Id: 'hub',
        Arn: { 'Fn::If': ['IsOwnHub', bus('AWS::Region', 'AWS::AccountId'), bus('HubRegion', 'HubAccountId')] },
        RoleArn: { 'Fn::Sub': role },
        RetryPolicy: { MaximumEventAgeInSeconds: DAY_SECONDS, MaximumRetryAttempts: 185 },
      },
    ]);
  });

  it("are on a bus that takes events from the organization's forward roles, or from those of its own account alone", () => {
    assert.deepEqual(propertiesOf('HubBus')['Name'], { Ref: 'HubBusName' });
    assert.deepEqual(propertiesOf('HubBusPolicy'), {
      EventBusName: { Ref: 'HubBus' },
      StatementId: 'forward-roles',
      Statement: {
        Effect: 'Allow',
        Principal: {
          'Fn::If': [
            'HasOrganization',
            '*',
            { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
          ],
        },
        Action: 'events:PutEvents',
        Resource: getAtt('HubBus'),
        Condition: {
          ArnLike: {
            'aws:PrincipalArn': {
              'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role${RolePath}${RolePrefix}reseal-forward',
            },
          },
          StringEquals: {
            'Fn::If': ['HasOrganization', { 'aws:PrincipalOrgID': { Ref: 'OrganizationId' } }, { Ref: 'AWS::NoValue' }],
          },
        },
      },
    });
  });

  it('ask for all open jobs four times a day', () => {
    const { Description: _, ...rule } = propertiesOf('OpenJobsRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: 'rate(6 hours)',
      Targets: [target('JobQueue', getAtt('JobQueue'), { ageSeconds: 3600, attempts: 10 })],
    });
  });

  it('ask every five minutes for what a channel has not taken', () => {
    const { Description: _, ...rule } = propertiesOf('OwedNewsRule');
    const announce = getAtt('AnnounceDashchangeLambdaFunction');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [target('announce-change', announce, { ageSeconds: 300, attempts: 1 })],
    });
    assert.deepEqual(propertiesOf('OwedNewsRulePermission'), {
      Action: 'lambda:InvokeFunction',
      FunctionName: announce,
      Principal: 'events.amazonaws.com',
      SourceArn: getAtt('OwedNewsRule'),
    });
  });

  it('start the sweep by schedule', () => {
    const { Description: _, ...rule } = propertiesOf('SweepRule');
    assert.deepEqual(rule, {
      State: 'ENABLED',
      ScheduleExpression: { Ref: 'SweepSchedule' },
      Targets: [target('sweep', getAtt('SweepLambdaFunction'), { ageSeconds: 3600, attempts: 10 })],
    });
    assert.deepEqual(propertiesOf('SweepRulePermission'), {
      Action: 'lambda:InvokeFunction',
      FunctionName: getAtt('SweepLambdaFunction'),
      Principal: 'events.amazonaws.com',
      SourceArn: getAtt('SweepRule'),
    });
  });
});

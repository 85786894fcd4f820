import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packaged } from './packaged-template.ts';
import { VERSION } from '../../src/runtime/version.ts';

const RESOURCES = {
  'AWS::CloudWatch::Alarm': [
    'DeadLettersAlarm',
    'FailuresAlarm',
    'PolicyUnreadableAlarm',
    'SweepOverdueAlarm',
    'TooOldAlarm',
  ],
  'AWS::DynamoDB::Table': ['LedgerTable'],
  'AWS::Events::EventBus': ['HubBus'],
  'AWS::Events::EventBusPolicy': ['HubBusPolicy'],
  'AWS::Events::Rule': [
    'EncryptionRule',
    'ForwardRule',
    'ForwardWritesRule',
    'JobRule',
    'MembershipRule',
    'OpenJobsRule',
    'OwedNewsRule',
    'SweepRule',
    'WritesRule',
  ],
  'AWS::IAM::Role': [
    'AnnounceChangeRole',
    'AssessBucketRole',
    'BatchRole',
    'CopyBatchRole',
    'ForwardRole',
    'HubAnnounceChangeRole',
    'HubAssessBucketRole',
    'HubReencryptObjectRole',
    'HubSweepRole',
    'HubTrackJobRole',
    'ReaderRole',
    'ReencryptObjectRole',
    'SweepRole',
    'TrackJobRole',
  ],
  'AWS::Lambda::EventInvokeConfig': ['SweepInvokeConfig'],
  'AWS::Lambda::EventSourceMapping': [
    'AssessQueueMapping',
    'InlineQueueMapping',
    'JobQueueMapping',
    'LedgerStreamMapping',
    'MembershipQueueMapping',
    'ObjectQueueMapping',
    'SweepQueueMapping',
    'WriteQueueMapping',
  ],
  'AWS::Lambda::Function': [
    'AnnounceDashchangeLambdaFunction',
    'AssessDashbucketLambdaFunction',
    'ReencryptDashobjectLambdaFunction',
    'SweepLambdaFunction',
    'TrackDashjobLambdaFunction',
  ],
  'AWS::Lambda::Permission': ['OwedNewsRulePermission', 'SweepRulePermission'],
  'AWS::Logs::LogGroup': [
    'AnnounceDashchangeLogGroup',
    'AssessDashbucketLogGroup',
    'ReencryptDashobjectLogGroup',
    'SweepLogGroup',
    'TrackDashjobLogGroup',
  ],
  'AWS::S3::Bucket': ['PolicyBucket', 'ReportsBucket', 'ServerlessDeploymentBucket'],
  'AWS::S3::BucketPolicy': ['PolicyBucketPolicy', 'ReportsBucketPolicy', 'ServerlessDeploymentBucketPolicy'],
  'AWS::SQS::Queue': [
    'AnnounceDeadLetters',
    'AssessDeadLetters',
    'AssessQueue',
    'InlineQueue',
    'JobDeadLetters',
    'JobQueue',
    'MembershipQueue',
    'ObjectDeadLetters',
    'ObjectQueue',
    'RuleDeadLetters',
    'SweepDeadLetters',
    'SweepQueue',
    'SweepRunDeadLetters',
    'WriteQueue',
  ],
  'AWS::SQS::QueuePolicy': [
    'AssessQueuePolicy',
    'FunctionDeadLettersPolicy',
    'JobQueuePolicy',
    'MembershipQueuePolicy',
    'ReencryptQueuesPolicy',
    'RuleDeadLettersPolicy',
    'SweepQueuePolicy',
    'WriteQueuePolicy',
  ],
};

test('the stack is exactly these resources', () => {
  const found: Record<string, string[]> = {};
  for (const [id, { Type }] of Object.entries(packaged.Resources)) (found[Type] ??= []).push(id);
  for (const ids of Object.values(found)) ids.sort();
  assert.deepEqual(found, RESOURCES);
});

test('nothing in the template is bound to one account or Region', () => {
  const text = JSON.stringify(packaged);
  // Two Regions have no namespaces for the buckets of an account.
  const { HasOwnNamespace } = packaged.Conditions;
  const without = text.replace(JSON.stringify(HasOwnNamespace), '');
  assert.deepEqual(without.match(/\b[a-z]{2}(-[a-z]+)+-\d\b/g) ?? [], [], 'Regions');
  assert.deepEqual(text.match(/(?<![\d])\d{12}(?![\d])/g) ?? [], [], 'account ids');
});

test('the outputs name what an operator needs', () => {
  const values = Object.fromEntries(Object.entries(packaged.Outputs).map(([id, { Value }]) => [id, Value]));
  assert.deepEqual(values, {
    AnnounceChangeRoleArn: { 'Fn::GetAtt': ['HubAnnounceChangeRole', 'Arn'] },
    AssessBucketRoleArn: { 'Fn::GetAtt': ['AssessBucketRole', 'Arn'] },
    BatchRoleArn: { 'Fn::GetAtt': ['BatchRole', 'Arn'] },
    CopyBatchRoleArn: { 'Fn::GetAtt': ['CopyBatchRole', 'Arn'] },
    LedgerTableName: { Ref: 'LedgerTable' },
    PolicyBucketName: { Ref: 'PolicyBucket' },
    ReencryptObjectRoleArn: { 'Fn::GetAtt': ['ReencryptObjectRole', 'Arn'] },
    ReportsBucketName: { Ref: 'ReportsBucket' },
    ServerlessDeploymentBucketName: { Ref: 'ServerlessDeploymentBucket' },
    SweepFunctionName: { Ref: 'SweepLambdaFunction' },
    Version: VERSION,
  });
});

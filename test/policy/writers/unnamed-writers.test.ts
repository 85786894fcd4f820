import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { policyWriters } from '../../../src/policy/writers/policy-writers.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT } from '../literals.ts';

const PLACE = { bucket: 'logs', account: ACCOUNT, partition: 'aws' };
const UNNAMED = ['an AWS service that the bucket policy does not name', 'unknown'];

function writersBy(condition: object): string[][] {
  const statement = {
    Sid: 'W',
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
  };
  const writers = policyWriters(statementsOf({ Statement: { ...statement, Condition: condition } }), PLACE);
  return writers.map(({ service, takes, grant }) => [service, takes, ...(grant === undefined ? [] : [grant.who.name])]);
}

const byArn = (...arns: string[]) => ({
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': arns },
});
const BALANCER = `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:loadbalancer/*`;
const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:*`;

describe('everybody under a condition that only AWS services meet is a service', () => {
  const rows: [name: string, condition: object, writers: string[][]][] = [
    ['a load balancer', byArn(BALANCER), [['Application or Classic Load Balancer logs', 'sse-s3-only']]],
    ['vended logs', byArn(LOGS), [['vended logs', 'customer-key', 'delivery.logs.amazonaws.com']]],
    [
      'an export',
      byArn(`arn:aws:logs:eu-west-1:${ACCOUNT}:log-group:*`),
      [['CloudWatch Logs exports', 'customer-key', 'logs.eu-west-1.amazonaws.com']],
    ],
    [
      'a trail',
      byArn(`arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/all`),
      [['CloudTrail logs', 'customer-key', 'cloudtrail.amazonaws.com']],
    ],
    [
      'Storage Lens',
      byArn(`arn:aws:s3:eu-west-1:${ACCOUNT}:storage-lens/all`),
      [['S3 Storage Lens exports', 'customer-key', 'storage-lens.s3.amazonaws.com']],
    ],
    ['a bucket, whose access logs and whose Inventory cannot be told apart', byArn('arn:aws:s3:::app'), [UNNAMED]],
    [
      'two of them',
      byArn(BALANCER, LOGS),
      [
        ['Application or Classic Load Balancer logs', 'sse-s3-only'],
        ['vended logs', 'customer-key', 'delivery.logs.amazonaws.com'],
      ],
    ],
    ['an account alone', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }, [UNNAMED]],
    ['a service that is new', byArn(`arn:aws:new:eu-west-1:${ACCOUNT}:thing/1`), [UNNAMED]],
    ['whatever is an AWS service', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, [UNNAMED]],
    ['CloudFront, which is judged with the readers', byArn(`arn:aws:cloudfront::${ACCOUNT}:distribution/E1`), []],
    ['people too, because IfExists lets them pass', { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } }, []],
    [
      'nobody, because no service has an account',
      { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:PrincipalAccount': ACCOUNT } },
      [],
    ],
  ];
  for (const [name, condition, writers] of rows) {
    test(name, () => {
      assert.deepEqual(writersBy(condition), writers);
    });
  }
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalWriters, policyWriters, UNNAMED } from '../../../src/policy/writers/policy-writers.ts';
import { CLOUDFRONT_LOGS } from '../../../src/policy/writers/services.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT } from '../literals.ts';

const PLACE = { bucket: 'logs', account: ACCOUNT, partition: 'aws' };
const TRAIL = { Service: 'cloudtrail.amazonaws.com' };
const DELIVERY = { Service: 'delivery.logs.amazonaws.com' };
const DELIVERER = { kind: 'service', name: DELIVERY.Service } as const;
const folder = (name: string) => `arn:aws:s3:::logs/AWSLogs/${ACCOUNT}/${name}/*`;

function writers(over: object, place = PLACE) {
  const statement = {
    Sid: 'W',
    Effect: 'Allow',
    Principal: TRAIL,
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
  };
  return policyWriters(statementsOf({ Statement: { ...statement, ...over } }, place.partition), place);
}

describe('the services that a bucket policy lets write', () => {
  const rows: [name: string, over: object, services: string[]][] = [
    ['one that is named', {}, ['CloudTrail logs']],
    ['in every spelling of the action', { Action: 'S3:Put*' }, ['CloudTrail logs']],
    ['not one that reads', { Action: 's3:GetObject' }, []],
    ['not one that writes elsewhere', { Resource: 'arn:aws:s3:::other/*' }, []],
    ['not one that only asks for the ACL of the bucket', { Resource: 'arn:aws:s3:::logs' }, []],
    ['not one that is denied', { Effect: 'Deny' }, []],
    ['not by NotPrincipal', { Principal: undefined, NotPrincipal: TRAIL }, []],
    [
      'delivery, by its folders, each once',
      { Principal: DELIVERY, Resource: [folder('vpcflowlogs'), folder('VpcFlowLogs')] },
      ['VPC flow logs'],
    ],
    [
      'delivery under a folder and beside it',
      { Principal: DELIVERY, Resource: [folder('WAFLogs'), 'arn:aws:s3:::logs/vpc/*'] },
      ['AWS WAF logs', 'vended logs'],
    ],
    ['delivery without a folder', { Principal: DELIVERY }, ['vended logs']],
    ['one that nobody knows, by its name', { Principal: { Service: 'new.amazonaws.com' } }, ['new.amazonaws.com']],
    ['not CloudFront, which is judged with the readers', { Principal: { Service: 'cloudfront.amazonaws.com' } }, []],
    [
      'everybody under a service name',
      { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalServiceName': TRAIL.Service } } },
      ['CloudTrail logs'],
    ],
    [
      'an account that stands for one',
      { Principal: { AWS: '127311923021' } },
      ['Application or Classic Load Balancer logs'],
    ],
    [
      'not everybody but a service',
      { Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalServiceName': TRAIL.Service } } },
      [],
    ],
    [
      'not a role of another account under the folder of load balancers',
      { Principal: { AWS: 'arn:aws:iam::444455556666:role/shipper' }, Resource: folder('elasticloadbalancing') },
      [],
    ],
    [
      'not one that no source can be',
      {
        Principal: { Service: 'new.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '444455556666' },
          ArnLike: { 'aws:SourceArn': `arn:aws:new:*:${ACCOUNT}:*` },
        },
      },
      [],
    ],
    [
      'not the own account under that folder',
      { Principal: { AWS: ACCOUNT }, Resource: folder('elasticloadbalancing') },
      [],
    ],
    ['not another account', { Principal: { AWS: '444455556666' } }, []],
    [
      'the canonical user of CloudFront',
      { Principal: { CanonicalUser: CLOUDFRONT_LOGS.canonicalUser } },
      ['CloudFront standard logs'],
    ],
  ];
  for (const [name, over, services] of rows) {
    test(name, () => {
      const found = writers(over);
      assert.deepEqual(
        found.map(({ service }) => service),
        services,
      );
      assert.ok(
        found.every(({ takes, requests }) => requests.length > 0 === (takes !== 'sse-s3-only')),
        'and whoever may come under a key asks for it somehow',
      );
    });
  }
});

test('where it was seen is told with its statement and at most three folders', () => {
  const names = ['a', 'b', 'c', 'd'];
  const [writer] = writers({ Resource: names.map(folder) });
  const told = names
    .slice(0, 3)
    .map((name) => `AWSLogs/${ACCOUNT}/${name}`)
    .join(', ');
  assert.equal(writer?.evidence, `The bucket policy lets cloudtrail.amazonaws.com write (statement W, under ${told}).`);
});

test('a trail sends its own ARN as the encryption context, and no other service does', () => {
  const arn = `arn:aws:cloudtrail:eu-west-1:${ACCOUNT}:trail/all`;
  const Condition = { StringEquals: { 'aws:SourceArn': arn } };
  const key = 'kms:encryptioncontext:aws:cloudtrail:arn';
  assert.deepEqual(
    writers({ Condition })[0]?.requests.map(({ context }) => context?.[key]),
    [[arn]],
  );
  assert.deepEqual(
    writers({ Condition, Principal: DELIVERY })[0]?.requests.map(({ context }) => context?.[key]),
    [undefined],
  );
});

describe('of a service that nobody knows', () => {
  const of = (Condition: object) =>
    writers({ Principal: { Service: 'new.amazonaws.com' }, Condition })[0]?.requests.map(({ context }) => context);
  const arn = `arn:aws:new:eu-west-1:${ACCOUNT}:thing/*`;
  const account = { 'aws:sourceaccount': ACCOUNT };

  test('is known what conditions demand', () => {
    assert.deepEqual(of({ StringLike: { 'aws:SourceAccount': ACCOUNT } }), [account]);
    assert.deepEqual(of({ StringLike: { 'aws:SourceArn': arn } }), [{ 'aws:sourcearn': [arn] }]);
  });

  test('is known nothing else', () => {
    assert.deepEqual(of({}), [{}]);
    assert.deepEqual(of({ StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } }), [{}]);
  });
});

test('any other canonical user is no writer', () => {
  assert.deepEqual(canonicalWriters('a'.repeat(64), 'Seen.'), []);
  const [writer] = canonicalWriters(CLOUDFRONT_LOGS.canonicalUser, 'Seen.');
  assert.deepEqual([writer?.evidence, writer?.requests], ['Seen.', [{ principal: DELIVERER }]]);
});

test('where nothing says from which resource a service writes, it is one of its own in the partition of the bucket and any account', () => {
  const lens = { Principal: { Service: 'storage-lens.s3.amazonaws.com' }, Resource: 'arn:aws-cn:s3:::logs/*' };
  const [writer] = writers(lens, { ...PLACE, partition: 'aws-cn' });
  assert.deepEqual(
    writer?.requests.map(({ context }) => context),
    [{ 'aws:sourcearn': ['arn:aws-cn:s3:*:*:storage-lens/*'] }],
  );
  assert.equal(writer?.saysSource, false);
});

const OPEN = [UNNAMED, 'unknown'];

function writersUnder(Condition: object): string[][] {
  return writers({ Principal: '*', Condition }).map(({ service, takes, requests }) => [
    service,
    takes,
    ...new Set(requests.map(({ principal }) => principal.name)),
  ]);
}

const byArn = (...arns: string[]) => ({
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': arns },
});
const BALANCER = `arn:aws:elasticloadbalancing:eu-west-1:${ACCOUNT}:loadbalancer/*`;
const LOGS = `arn:aws:logs:eu-west-1:${ACCOUNT}:*`;

describe('everybody under a condition that only AWS services meet is a service', () => {
  const rows: [name: string, condition: object, found: string[][]][] = [
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
    ['a bucket, whose access logs and whose Inventory cannot be told apart', byArn('arn:aws:s3:::app'), [OPEN]],
    [
      'two of them',
      byArn(BALANCER, LOGS),
      [
        ['Application or Classic Load Balancer logs', 'sse-s3-only'],
        ['vended logs', 'customer-key', 'delivery.logs.amazonaws.com'],
      ],
    ],
    ['an account alone', { StringEquals: { 'aws:SourceAccount': ACCOUNT } }, [OPEN]],
    ['a service that is new', byArn(`arn:aws:new:eu-west-1:${ACCOUNT}:thing/1`), [OPEN]],
    ['whatever is an AWS service', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, [OPEN]],
    ['CloudFront, which is judged with the readers', byArn(`arn:aws:cloudfront::${ACCOUNT}:distribution/E1`), []],
    ['people too, because IfExists lets them pass', { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } }, []],
    [
      'nobody, because no service has an account',
      { StringEquals: { 'aws:SourceAccount': ACCOUNT, 'aws:PrincipalAccount': ACCOUNT } },
      [],
    ],
  ];
  for (const [name, condition, found] of rows) {
    test(name, () => {
      assert.deepEqual(writersUnder(condition), found);
    });
  }
});

test('a service that no name shows is called by that', () => {
  assert.equal(UNNAMED, 'an AWS service that the bucket policy does not name');
});

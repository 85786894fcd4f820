import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AclGrant, LogSource } from '../../../src/policy/facts.ts';
import type { Writer } from '../../../src/policy/writers/writer.ts';
import { writersOf } from '../../../src/policy/writers/writers-of.ts';
import { ACCOUNT } from '../literals.ts';
import { policyOf, statementsOf } from '../../iam/documents.ts';

const OBJECTS = 'arn:aws:s3:::logs/*';
const OWNER: AclGrant = { id: 'owner', permission: 'FULL_CONTROL', isOwner: true };
const CLOUDFRONT_ID = 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0';

interface Told {
  policy?: string;
  acl?: AclGrant[];
  logSources?: LogSource[];
}

function writersIn(
  { policy, acl = [OWNER], logSources = [] }: Told,
  { bucket = 'logs', partition = 'aws' } = {},
): Writer[] {
  const bucketPolicy = policy === undefined ? [] : statementsOf(JSON.parse(policy), partition);
  const state = { bucket, account: ACCOUNT };
  return writersOf({ state, kind: 'general-purpose', partition }, logSources, { bucketPolicy, acl });
}

function allow(principal: unknown, more: object = {}): object {
  return { Sid: 'Write', Effect: 'Allow', Principal: principal, Action: 's3:PutObject', Resource: OBJECTS, ...more };
}

function short({ service, takes, requests }: Writer): string[] {
  return [service, takes, ...requests.map(({ principal }) => principal.name)];
}

test('server access logs that are known to come settle it, whatever policy and ACL say', () => {
  const logSources = ['app-1', 'app-2'].map((bucket) => ({ bucket, prefix: '' }));
  const policy = policyOf(allow({ Service: 'cloudtrail.amazonaws.com' }));
  assert.deepEqual(writersIn({ logSources, policy }), [
    {
      service: 'S3 server access logs',
      evidence: 'Bucket logs receives the server access logs of app-1 and 1 more.',
      takes: 'sse-s3-only',
      requests: [],
    },
  ]);
});

test('S3 Tables maintains a table bucket by itself, and nobody writes to a vector bucket', () => {
  const bucket = `arn:aws:s3tables:eu-west-1:${ACCOUNT}:bucket/lake`;
  const nobody = { bucketPolicy: [], acl: [] };
  const written = (kind: 'table' | 'vector') =>
    writersOf({ state: { bucket, account: ACCOUNT }, kind, partition: 'aws' }, [], nobody);
  assert.deepEqual(written('table').map(short), [
    ['S3 Tables maintenance', 'customer-key', 'maintenance.s3tables.amazonaws.com'],
  ]);
  assert.deepEqual(written('vector'), []);
});

test('nobody delivers to a directory bucket', () => {
  const state = { bucket: 'fast--euw1-az1--x-s3', account: ACCOUNT };
  const bucketPolicy = statementsOf({ Statement: allow({ Service: 'cloudtrail.amazonaws.com' }) });
  assert.deepEqual(writersOf({ state, kind: 'directory', partition: 'aws' }, [], { bucketPolicy, acl: [] }), []);
});

describe('each writer by its principal', () => {
  const DELIVERY = 'delivery.logs.amazonaws.com';
  const rows: [principal: unknown, writer: string[], resource?: string][] = [
    [{ Service: 'logging.s3.amazonaws.com' }, ['S3 server access logs', 'sse-s3-only']],
    [
      { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      ['Application or Classic Load Balancer logs', 'sse-s3-only'],
    ],
    [{ Service: 'logdelivery.elb.amazonaws.com' }, ['Application or Classic Load Balancer logs', 'sse-s3-only']],
    [{ AWS: '127311923021' }, ['Application or Classic Load Balancer logs', 'sse-s3-only']],
    [{ AWS: 'arn:aws-us-gov:iam::048591011584:root' }, ['Application or Classic Load Balancer logs', 'sse-s3-only']],
    [{ AWS: 'arn:aws-cn:iam::638102146993:root' }, ['Application or Classic Load Balancer logs', 'sse-s3-only']],
    [{ Service: 'redshift.amazonaws.com' }, ['Redshift audit logs', 'sse-s3-only']],
    [{ Service: 'redshift.ap-east-1.amazonaws.com' }, ['Redshift audit logs', 'sse-s3-only']],
    [{ AWS: 'arn:aws:iam::193672423079:user/logs' }, ['Redshift audit logs', 'sse-s3-only']],
    [
      { Service: DELIVERY },
      ['Network Load Balancer access logs', 'customer-key', DELIVERY],
      'AWSLogs/1/elasticloadbalancing/*',
    ],
    [{ Service: DELIVERY }, ['VPC flow logs', 'customer-key', DELIVERY], 'p/AWSLogs/111122223333/vpcflowlogs/*'],
    [{ Service: DELIVERY }, ['Route 53 Resolver query logs', 'customer-key', DELIVERY], 'AWSLogs/*/vpcdnsquerylogs/*'],
    [{ Service: DELIVERY }, ['AWS WAF logs', 'customer-key', DELIVERY], 'AWSLogs/111122223333/WAFLogs/*'],
    [
      { Service: DELIVERY },
      ['CloudFront standard logs (v2)', 'customer-key', DELIVERY],
      'AWSLogs/111122223333/CloudFront/*',
    ],
    [{ Service: DELIVERY }, ['vended logs', 'customer-key', DELIVERY]],
    // A folder that nobody knows, although JavaScript knows its name.
    [{ Service: DELIVERY }, ['vended logs', 'customer-key', DELIVERY], 'AWSLogs/111122223333/constructor/*'],
    [{ Service: DELIVERY }, ['vended logs', 'customer-key', DELIVERY], 'AWSLogs/111122223333/__proto__/*'],
    [{ CanonicalUser: CLOUDFRONT_ID }, ['CloudFront standard logs', 'customer-key', DELIVERY]],
    [{ Service: 'cloudtrail.amazonaws.com' }, ['CloudTrail logs', 'customer-key', 'cloudtrail.amazonaws.com']],
    [{ Service: 'config.amazonaws.com' }, ['AWS Config snapshots and history', 'customer-key', 'config.amazonaws.com']],
    [{ Service: 'ses.amazonaws.com' }, ['SES incoming mail', 'customer-key', 'ses.amazonaws.com']],
    [{ Service: 's3.amazonaws.com' }, ['S3 Inventory reports', 'customer-key', 's3.amazonaws.com']],
    [
      { Service: 'storage-lens.s3.amazonaws.com' },
      ['S3 Storage Lens exports', 'customer-key', 'storage-lens.s3.amazonaws.com'],
    ],
    [
      { Service: 'logs.eu-west-1.amazonaws.com' },
      ['CloudWatch Logs exports', 'customer-key', 'logs.eu-west-1.amazonaws.com'],
    ],
    [{ Service: 'logs.amazonaws.com' }, ['CloudWatch Logs exports', 'customer-key', 'logs.amazonaws.com']],
    [
      { Service: 'logs.cn-north-1.amazonaws.com.cn' },
      ['CloudWatch Logs exports', 'customer-key', 'logs.cn-north-1.amazonaws.com.cn'],
    ],
    [
      { Service: 'acm-pca.amazonaws.com' },
      ['Private CA audit reports and CRLs', 'customer-key', 'acm-pca.amazonaws.com'],
    ],
    [{ Service: 'ssm.amazonaws.com' }, ['SSM inventory (ssm resource data sync)', 'customer-key', 'ssm.amazonaws.com']],
    [
      { Service: 'workspaces-web.amazonaws.com' },
      ['WorkSpaces Secure Browser logs', 'customer-key', 'workspaces-web.amazonaws.com'],
    ],
    [{ Service: 'new.amazonaws.com' }, ['new.amazonaws.com', 'unknown', 'new.amazonaws.com']],
    [{ Service: 'foo.eu-west-1.amazonaws.com' }, ['foo.amazonaws.com', 'unknown', 'foo.eu-west-1.amazonaws.com']],
    [
      { Service: ['billingreports.amazonaws.com'] },
      ['Data Exports and Cost and Usage Reports', 'unknown', 'billingreports.amazonaws.com'],
    ],
    [{ AWS: '086441151436' }, ['CloudTrail logs', 'customer-key', 'cloudtrail.amazonaws.com']],
    [{ AWS: 'arn:aws:iam::113285607260:root' }, ['CloudTrail logs', 'customer-key', 'cloudtrail.amazonaws.com']],
  ];
  for (const [principal, writer, path = '*'] of rows) {
    test(`${JSON.stringify(principal)} on ${path}`, () => {
      const policy = policyOf(allow(principal, { Resource: [`arn:aws:s3:::logs/${path}`] }));
      assert.deepEqual(writersIn({ policy }).map(short), [writer]);
    });
  }

  test('by the name that AWS WAF demands of its buckets', () => {
    const policy = policyOf(allow({ Service: DELIVERY }, { Resource: 'arn:aws:s3:::aws-waf-logs-1/*' }));
    const writers = writersIn({ policy }, { bucket: 'aws-waf-logs-1' });
    assert.deepEqual(writers.map(short), [['AWS WAF logs', 'customer-key', DELIVERY]]);
  });

  test('by a condition under "Principal": "*"', () => {
    const condition = { StringEquals: { 'aws:PrincipalServiceName': 'logging.s3.amazonaws.com' } };
    const policy = policyOf(allow('*', { Condition: condition }));
    assert.deepEqual(writersIn({ policy }).map(short), [['S3 server access logs', 'sse-s3-only']]);
  });

  test('by the ACL', () => {
    const acl: AclGrant[] = [
      OWNER,
      { uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery', permission: 'WRITE', isOwner: false },
      { uri: 'http://acs.amazonaws.com/groups/s3/LogDelivery', permission: 'READ_ACP', isOwner: false },
      { id: CLOUDFRONT_ID, permission: 'FULL_CONTROL', isOwner: false },
    ];
    assert.deepEqual(writersIn({ acl }).map(short), [
      ['S3 server access logs', 'sse-s3-only'],
      ['CloudFront standard logs', 'customer-key', DELIVERY],
    ]);
  });

  test('the evidence names the statement and the folder', () => {
    const policy = policyOf(
      allow({ Service: DELIVERY }, { Resource: 'arn:aws:s3:::logs/AWSLogs/111122223333/vpcflowlogs/*' }),
    );
    assert.deepEqual(
      writersIn({ policy }).map(({ evidence }) => evidence),
      [`The bucket policy lets ${DELIVERY} write (statement Write, under AWSLogs/111122223333/vpcflowlogs).`],
    );
  });
});

describe('who is no writer', () => {
  const service = { Service: 'logging.s3.amazonaws.com' };
  const rows: [name: string, statement: object][] = [
    ['a service that is denied', allow(service, { Effect: 'Deny' })],
    ['a service that may only read', allow(service, { Action: ['s3:GetBucketAcl', 's3:GetObject'] })],
    ['a service that may all but write', allow(service, { Action: undefined, NotAction: 's3:put*' })],
    ['a service that may write to another bucket', allow(service, { Resource: 'arn:aws:s3:::other/*' })],
    ['a service that may act on the bucket itself', allow(service, { Action: 's3:*', Resource: 'arn:aws:s3:::logs' })],
    ['a role of the own account', allow({ AWS: `arn:aws:iam::${ACCOUNT}:role/app` })],
    ['another account, which is judged with the readers', allow({ AWS: '444455556666' })],
    ['CloudFront, which is judged with the readers', allow({ Service: 'cloudfront.amazonaws.com' })],
    ['anyone, who is judged with the readers', allow('*')],
  ];
  for (const [name, statement] of rows) {
    test(name, () => {
      assert.deepEqual(writersIn({ policy: policyOf(statement) }), []);
    });
  }
});

describe('every way to say "may write" counts', () => {
  const rows: object[] = [
    { Action: '*' },
    { Action: ['s3:Get*', 'S3:PUT*'] },
    { Action: undefined, NotAction: 's3:DeleteObject' },
    { Resource: '*' },
    { Resource: 'arn:aws:s3:::log?/AWSLogs/*' },
    { Resource: undefined, NotResource: 'arn:aws:s3:::other/*' },
  ];
  for (const more of rows) {
    test(JSON.stringify(more), () => {
      const policy = policyOf(allow({ Service: 'redshift.amazonaws.com' }, more));
      assert.deepEqual(writersIn({ policy }).map(short), [['Redshift audit logs', 'sse-s3-only']]);
    });
  }
});

describe('what is known of a service that writes for several accounts', () => {
  const service = { Service: 'config.amazonaws.com' };
  const contexts = (more: object) =>
    writersIn({ policy: policyOf(allow(service, more)) }).flatMap(({ requests }) =>
      requests.map(({ context }) => context),
    );

  test('the accounts that the statement demands', () => {
    const more = { Condition: { StringEquals: { 'AWS:SourceAccount': ['111122223333', '444455556666'] } } };
    assert.deepEqual(contexts(more), [
      { 'aws:sourceaccount': '111122223333' },
      { 'aws:sourceaccount': '444455556666' },
    ]);
  });

  test('the accounts of the folders', () => {
    assert.deepEqual(contexts({ Resource: 'arn:aws:s3:::logs/AWSLogs/444455556666/Config/*' }), [
      { 'aws:sourceaccount': '444455556666' },
    ]);
  });

  test('the accounts of the source ARNs, each with its own', () => {
    const arns = ['arn:aws:config:eu-west-1:444455556666:*', 'arn:aws:config:*:777788889999:*'];
    assert.deepEqual(contexts({ Condition: { ArnLike: { 'aws:SourceArn': arns } } }), [
      { 'aws:sourceaccount': '444455556666', 'aws:sourcearn': [arns[0]] },
      { 'aws:sourceaccount': '777788889999', 'aws:sourcearn': [arns[1]] },
    ]);
  });

  test('no account where only an organization is demanded', () => {
    assert.deepEqual(contexts({ Condition: { StringEquals: { 'aws:SourceOrgID': 'o-a' } } }), [
      { 'aws:sourceorgid': 'o-a' },
    ]);
  });

  test('any account where nothing is said', () => {
    assert.deepEqual(contexts({}), [{}]);
  });
});

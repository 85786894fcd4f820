import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Delegation, delegationOf } from '../../../src/policy/readers/policy-readers.ts';
import type { Who } from '../../../src/policy/readers/reader.ts';
import { statementsOf } from '../../iam/documents.ts';
import { allow, DISTRIBUTION, heldFor, OBJECTS, PARTNER, type Told, when } from './question.ts';

const OWN = '111122223333';
const OTHERS = { AWS: `arn:aws:iam::${PARTNER}:role/reports` };
const deny = (more: object) => ({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: OBJECTS, ...more });

/** What the bucket policy says, and for which readers a bucket under a key of its own account is held. */
const CASES: Record<string, [Told['policy'], string[]]> = {
  'no policy': [undefined, []],
  'an empty policy': [[], []],
  'a principal of the own account': [[allow({ AWS: `arn:aws:iam::${OWN}:role/app` })], []],
  'the own account as a bare id': [[allow({ AWS: OWN })], []],
  'a role of another account': [[allow(OTHERS)], ['reader-other-account']],
  'another account as a bare id': [[allow({ AWS: PARTNER })], ['reader-other-account']],
  'a session of another account': [
    [allow({ AWS: `arn:aws:sts::${PARTNER}:assumed-role/reports/me` })],
    ['reader-other-account'],
  ],
  'two accounts': [[allow({ AWS: [PARTNER, '333333333333'] })], ['reader-other-account']],
  'the unique id of a role that was deleted': [[allow({ AWS: 'AROAEXAMPLE12345678901' })], []],
  'another account that may only list': [
    [allow(OTHERS, { Action: 's3:ListBucket', Resource: 'arn:aws:s3:::logs' })],
    [],
  ],
  'another account that may do everything to the bucket but not to objects': [
    [allow(OTHERS, { Action: 's3:*', Resource: 'arn:aws:s3:::logs' })],
    [],
  ],
  'another account that may only delete': [[allow(OTHERS, { Action: 's3:DeleteObject' })], []],
  'another account that writes': [[allow(OTHERS, { Action: 's3:PutObject' })], ['reader-other-account']],
  'another account by wildcards of any case': [[allow(OTHERS, { Action: 'S3:get*' })], ['reader-other-account']],
  'another account by NotAction': [
    [{ Effect: 'Allow', Principal: OTHERS, NotAction: 's3:Delete*', Resource: OBJECTS }],
    ['reader-other-account'],
  ],
  'another account by NotResource': [
    [{ Effect: 'Allow', Principal: OTHERS, Action: 's3:GetObject', NotResource: 'arn:aws:s3:::logs/private/*' }],
    ['reader-other-account'],
  ],
  'another account for one prefix': [[allow(OTHERS, { Resource: 'arn:aws:s3:::logs/a/*' })], ['reader-other-account']],
  'another account that is denied all of it': [[allow(OTHERS), deny({ Principal: { AWS: PARTNER } })], []],
  'another account that is denied a prefix': [
    [allow(OTHERS), deny({ Resource: 'arn:aws:s3:::logs/a/*' })],
    ['reader-other-account'],
  ],
  'a Deny alone': [[deny({})], []],
  everyone: [[allow('*')], ['reader-anonymous']],
  'everyone, as an AWS principal in a list': [[allow({ AWS: ['*'] })], ['reader-anonymous']],
  'everyone but some': [
    [{ Effect: 'Allow', NotPrincipal: OTHERS, Action: 's3:GetObject', Resource: OBJECTS }],
    ['reader-anonymous'],
  ],
  'everyone of the own account': [[allow('*', when('StringEquals', 'aws:PrincipalAccount', OWN))], []],
  'everyone of the own account, by ARN': [
    [allow('*', when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${OWN}:role/*`))],
    [],
  ],
  'everyone of another account': [
    [allow('*', when('StringEquals', 'aws:PrincipalAccount', [OWN, PARTNER]))],
    ['reader-other-account'],
  ],
  'everyone whose account is the own one, if there is one': [
    [allow('*', when('StringEqualsIfExists', 'aws:PrincipalAccount', OWN))],
    ['reader-anonymous'],
  ],
  'everyone of all the accounts that are the own one': [
    [allow('*', when('ForAllValues:StringEquals', 'aws:PrincipalAccount', OWN))],
    ['reader-anonymous'],
  ],
  'everyone of accounts by a pattern': [
    [allow('*', when('StringLike', 'aws:PrincipalAccount', '2222*'))],
    ['reader-other-account'],
  ],
  'everyone of an organization': [
    [allow('*', when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))],
    ['reader-organization'],
  ],
  'everyone of a part of an organization': [
    [allow('*', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-ab12/ou-ab12-1/*'))],
    ['reader-organization'],
  ],
  'everyone from a network': [[allow('*', when('StringEquals', 'aws:SourceVpce', 'vpce-1'))], ['reader-network']],
  'everyone from addresses': [[allow('*', when('IpAddress', 'aws:SourceIp', '192.0.2.0/24'))], ['reader-network']],
  'everyone from any address': [[allow('*', when('IpAddress', 'aws:SourceIp', '0.0.0.0/0'))], ['reader-anonymous']],
  'everyone, with a Deny of other endpoints': [
    [allow('*'), deny(when('StringNotEquals', 'aws:SourceVpce', 'vpce-1'))],
    ['reader-network'],
  ],
  'everyone, with a Deny of other addresses': [
    [allow('*'), deny(when('NotIpAddress', 'aws:SourceIp', ['192.0.2.0/24', '198.51.100.0/24']))],
    ['reader-network'],
  ],
  'everyone, with a Deny of no address': [
    [allow('*'), deny(when('NotIpAddress', 'aws:SourceIp', '0.0.0.0/0'))],
    ['reader-anonymous'],
  ],
  'everyone, with a Deny of whoever comes neither by an endpoint nor from an address': [
    [
      allow('*'),
      deny({
        Condition: {
          StringNotEquals: { 'aws:SourceVpce': 'vpce-1' },
          NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
        },
      }),
    ],
    ['reader-network'],
  ],
  'everyone, with a Deny of one endpoint': [
    [allow('*'), deny(when('StringEquals', 'aws:SourceVpce', 'vpce-1'))],
    ['reader-anonymous'],
  ],
  'everyone with a tag, which only signed requests have': [
    [allow('*', when('StringEquals', 'aws:PrincipalTag/team', 'a'))],
    ['reader-other-account'],
  ],
  'services for the own account that are not named': [
    [allow('*', when('StringEquals', 'aws:SourceAccount', OWN))],
    ['reader-service'],
  ],
  'services for the own account that only write, which are judged as writers': [
    [allow('*', { Action: 's3:PutObject', ...when('ArnLike', 'aws:SourceArn', `arn:aws:cur:us-east-1:${OWN}:*`) })],
    [],
  ],
  'a session of another account whose role a Deny spares': [
    [
      allow({ AWS: `arn:aws:sts::${PARTNER}:assumed-role/reports/me` }),
      deny(when('ArnNotLike', 'aws:PrincipalArn', [`arn:aws:iam::${PARTNER}:role/reports`, `arn:aws:iam::${OWN}:*`])),
    ],
    ['reader-other-account'],
  ],
  'a session of another account whose role is denied': [
    [
      allow({ AWS: `arn:aws:sts::${PARTNER}:assumed-role/reports/me` }),
      deny({ Principal: { AWS: `arn:aws:iam::${PARTNER}:role/with/path/reports` } }),
    ],
    [],
  ],
  'services for another account': [
    [allow('*', when('StringEquals', 'aws:SourceAccount', PARTNER))],
    ['reader-service'],
  ],
  'everyone, with a Deny of all outside the own account': [
    [allow('*'), deny(when('StringNotEquals', 'aws:PrincipalAccount', OWN))],
    [],
  ],
  'everyone, with a Deny of all outside the organization but services': [
    [
      allow('*'),
      deny({
        Condition: {
          StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    ],
    ['reader-organization'],
  ],
  'everyone, with a Deny for a prefix only': [
    [
      allow('*'),
      deny({ ...when('StringNotEquals', 'aws:PrincipalAccount', OWN), Resource: 'arn:aws:s3:::logs/private/*' }),
    ],
    ['reader-anonymous'],
  ],
  'everyone, with a Deny of services outside the organization alone': [
    [
      allow('*'),
      deny({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          Bool: { 'aws:PrincipalIsAWSService': 'true' },
        },
      }),
    ],
    ['reader-anonymous'],
  ],
  'everyone, with a Deny under two conditions': [
    [
      allow('*'),
      deny({
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': OWN }, Bool: { 'aws:ViaAWSService': 'false' } },
      }),
    ],
    ['reader-anonymous'],
  ],
  'CloudFront by origin access control': [
    [allow({ Service: 'cloudfront.amazonaws.com' }, when('StringEquals', 'AWS:SourceArn', DISTRIBUTION))],
    ['reader-cloudfront'],
  ],
  'CloudFront as everyone of one distribution': [
    [allow('*', when('StringEquals', 'AWS:SourceArn', DISTRIBUTION))],
    ['reader-cloudfront'],
  ],
  'CloudFront by a legacy identity': [
    [allow({ AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E2ABC' })],
    ['reader-cloudfront'],
  ],
  'a canonical id': [[allow({ CanonicalUser: 'abcdef0123' })], ['reader-other-account']],
  'the canonical id of the owner': [[allow({ CanonicalUser: 'me' })], []],
  'a service that only writes, which is judged as a writer': [
    [allow({ Service: 'delivery.logs.amazonaws.com' }, { Action: 's3:PutObject' })],
    [],
  ],
  'a service of no organization, which a Deny of strangers keeps out': [
    [
      allow({ Service: 'appstream.amazonaws.com' }),
      deny(when('StringNotEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5')),
    ],
    [],
  ],
  'a service, with a Deny of strangers that spares services': [
    [
      allow({ Service: 'appstream.amazonaws.com' }),
      deny({
        Condition: {
          StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
          Bool: { 'aws:PrincipalIsAWSService': 'false' },
        },
      }),
    ],
    ['reader-service'],
  ],
  'a service by an organization, in which none is': [
    [allow({ Service: 'appstream.amazonaws.com' }, when('StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'))],
    [],
  ],
  'a service that reads': [[allow({ Service: 'appstream.amazonaws.com' })], ['reader-service']],
  'an identity provider of the own account': [[allow({ Federated: `arn:aws:iam::${OWN}:saml-provider/corp` })], []],
  'an identity provider of another account': [
    [allow({ Federated: `arn:aws:iam::${PARTNER}:saml-provider/corp` })],
    ['reader-other-account'],
  ],
};

describe('a bucket policy lets in', () => {
  for (const [name, [policy, codes]] of Object.entries(CASES)) {
    test(name, () => {
      assert.deepEqual(heldFor(policy === undefined ? {} : { policy }), codes);
    });
  }
});

describe('the access control list lets in', () => {
  const GROUPS = 'http://acs.amazonaws.com/groups';
  const CASES_OF_ACL: Record<string, [NonNullable<Told['acl']>[number], string[]]> = {
    'the owner': [{ id: 'me', permission: 'FULL_CONTROL', isOwner: true }, []],
    'another canonical id': [{ id: 'them', permission: 'READ', isOwner: false }, ['reader-other-account']],
    'another canonical id, to read the list alone': [{ id: 'them', permission: 'READ_ACP', isOwner: false }, []],
    everyone: [{ uri: `${GROUPS}/global/AllUsers`, permission: 'READ', isOwner: false }, ['reader-anonymous']],
    'everybody with an AWS account': [
      { uri: `${GROUPS}/global/AuthenticatedUsers`, permission: 'WRITE', isOwner: false },
      ['reader-other-account'],
    ],
    'the log delivery group, which is judged as a writer': [
      { uri: `${GROUPS}/s3/LogDelivery`, permission: 'WRITE', isOwner: false },
      [],
    ],
    "CloudFront's log delivery, which is judged as a writer": [
      {
        id: 'c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0',
        permission: 'FULL_CONTROL',
        isOwner: false,
      },
      [],
    ],
  };
  for (const [name, [grant, codes]] of Object.entries(CASES_OF_ACL)) {
    test(name, () => {
      assert.deepEqual(heldFor({ acl: [grant] }), codes);
    });
  }
});

describe('a website', () => {
  test('that serves objects has readers who never sign', () => {
    assert.deepEqual(heldFor({ website: 'site' }), ['reader-website']);
  });

  test('that only redirects has none', () => {
    assert.deepEqual(heldFor({ website: 'redirect' }), []);
  });
});

describe('a directory bucket', () => {
  const bucket = 'fast--euw1-az1--x-s3';
  const Resource = `arn:aws:s3express:eu-west-1:${OWN}:bucket/${bucket}`;
  test('lets in by sessions alone', () => {
    const policy = [{ Effect: 'Allow', Principal: OTHERS, Action: 's3express:CreateSession', Resource }];
    assert.deepEqual(heldFor({ bucket, policy }), ['reader-other-account']);
  });
});

describe('a statement leaves the decision to access points of', () => {
  const POINT = (account: string) => `arn:aws:s3:eu-west-1:${account}:accesspoint/*`;
  const MULTI = `arn:aws:s3::${OWN}:accesspoint/mx.mrap`;

  function delegation(key: string, values: string | string[], over: object = {}, operator = 'StringLike') {
    const Condition = { [operator]: { [key]: values } };
    const [statement] = statementsOf({
      Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*', Condition, ...over },
    });
    return statement === undefined ? undefined : delegationOf(statement, { account: OWN, partition: 'aws' });
  }
  const FOREIGN: Who = { kind: 'principal', names: ['arn:aws:iam::444455556666:root'] };
  const ANY: Who = { kind: 'signed', names: ['the access points of any account'] };
  const ELSEWHERE: Who = { kind: 'elsewhere', names: [`the Multi-Region Access Point ${MULTI}`] };

  const rows: [name: string, given: Delegation | undefined, expected: Delegation | undefined][] = [
    ['the own account', delegation('s3:DataAccessPointAccount', OWN), { own: true, whos: [] }],
    ['of directory buckets', delegation('s3express:DataAccessPointAccount', OWN), { own: true, whos: [] }],
    ['another account', delegation('s3:DataAccessPointAccount', '444455556666'), { own: false, whos: [FOREIGN] }],
    [
      'both, each once',
      delegation('s3:DataAccessPointAccount', [OWN, '444455556666', '444455556666']),
      { own: true, whos: [FOREIGN] },
    ],
    ['by ARN', delegation('s3:DataAccessPointArn', POINT('444455556666')), { own: false, whos: [FOREIGN] }],
    ['any account by its ARN', delegation('s3:DataAccessPointArn', POINT('*')), { own: true, whos: [ANY] }],
    ['any account by pattern', delegation('s3:DataAccessPointAccount', '*'), { own: true, whos: [ANY] }],
    ['any account by its network', delegation('s3:AccessPointNetworkOrigin', 'VPC'), { own: true, whos: [ANY] }],
    ['a Multi-Region Access Point', delegation('s3:DataAccessPointArn', MULTI), { own: false, whos: [ELSEWHERE] }],
    [
      'nobody, where the condition may be left out',
      delegation('s3:DataAccessPointAccount', OWN, {}, 'StringLikeIfExists'),
      undefined,
    ],
    ['nobody, by another condition', delegation('aws:SourceVpc', 'vpc-1'), undefined],
    ['nobody, by a Deny', delegation('s3:DataAccessPointAccount', OWN, { Effect: 'Deny' }), undefined],
    [
      'nobody, where somebody is named',
      delegation('s3:DataAccessPointAccount', OWN, { Principal: { AWS: OWN } }),
      undefined,
    ],
  ];
  for (const [name, given, expected] of rows) {
    test(name, () => assert.deepEqual(given, expected));
  }
});

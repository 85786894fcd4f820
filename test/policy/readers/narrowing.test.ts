import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Condition } from '../../../src/iam/statement.ts';
import { carried } from '../../../src/policy/keys/s3-request.ts';
import { demandedOfAll, narrowed } from '../../../src/policy/readers/narrowing.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT } from '../literals.ts';

const HOME = { account: ACCOUNT, partition: 'aws' };
const PARTNER = '444455556666';
const root = (id: string) => `arn:aws:iam::${id}:root`;
const is = (key: string, ...values: string[]): Condition => ({ operator: 'StringLike', key, values });
const from = (...values: string[]): Condition => ({ operator: 'IpAddress', key: 'aws:sourceip', values });
const CDN = `arn:aws:cloudfront::${ACCOUNT}:distribution/E1`;

describe('who is left of everyone under conditions', () => {
  const rows: [name: string, conditions: Condition[], who: object[]][] = [
    ['everyone', [], [{ kind: 'anonymous', names: [] }]],
    ['nobody else, by account', [is('aws:principalaccount', ACCOUNT)], []],
    [
      'another account',
      [is('aws:principalaccount', ACCOUNT, PARTNER, PARTNER)],
      [{ kind: 'principal', names: [root(PARTNER)] }],
    ],
    [
      'a role',
      [is('aws:principalarn', `arn:aws:iam::${PARTNER}:role/a`)],
      [{ kind: 'principal', names: [`arn:aws:iam::${PARTNER}:role/a`] }],
    ],
    [
      'roles by pattern are their account',
      [is('aws:principalarn', `arn:aws:iam::${PARTNER}:role/*`)],
      [{ kind: 'principal', names: [root(PARTNER)] }],
    ],
    [
      'roles of any account narrow nothing but to those who sign',
      [is('aws:principalarn', 'arn:aws:iam::*:role/a')],
      [{ kind: 'signed', names: ['aws:PrincipalArn'] }],
    ],
    ['CloudFront', [is('aws:sourcearn', CDN)], [{ kind: 'service', names: ['cloudfront.amazonaws.com'] }]],
    [
      'services of the own account',
      [is('aws:sourceaccount', ACCOUNT)],
      [{ kind: 'unnamed-service', names: [ACCOUNT] }],
    ],
    [
      'services that act for other accounts',
      [is('aws:sourceaccount', ACCOUNT, PARTNER), is('aws:sourceorgid', 'o-a')],
      [{ kind: 'unnamed-service', names: [ACCOUNT, PARTNER, 'o-a'] }],
    ],
    ...[
      { operator: 'Bool', key: 'aws:principalisawsservice', values: ['True'] },
      { operator: 'Null', key: 'aws:sourcearn', values: ['false'] },
      is('aws:principalservicename', '*.amazonaws.com'),
    ].map((one): (typeof rows)[number] => [
      `services, by ${one.operator} ${one.key}`,
      [one],
      [{ kind: 'unnamed-service', names: ['anybody'] }],
    ]),
    [
      'services by name',
      [is('aws:principalservicename', 'a.amazonaws.com')],
      [{ kind: 'service', names: ['a.amazonaws.com'] }],
    ],
    [
      'anybody who is no service',
      [{ operator: 'Bool', key: 'aws:principalisawsservice', values: ['false'] }],
      [{ kind: 'anonymous', names: ['aws:PrincipalIsAWSService'] }],
    ],
    [
      'organizations, at once',
      [is('aws:principalorgid', 'o-a', 'o-b')],
      [{ kind: 'organization', names: ['o-a', 'o-b'] }],
    ],
    ['a network', [is('aws:sourcevpc', 'vpc-1')], [{ kind: 'network', names: ['aws:SourceVpc vpc-1'] }]],
    [
      'networks, each as AWS spells it',
      [from('192.0.2.0/24', '198.51.100.0/24'), is('aws:sourcevpce', 'vpce-1')],
      [{ kind: 'network', names: ['aws:SourceIp 192.0.2.0/24, 198.51.100.0/24', 'aws:SourceVpce vpce-1'] }],
    ],
    ['anybody, from any address', [from('10.0.0.0/8', '0.0.0.0/0')], [{ kind: 'anonymous', names: ['aws:SourceIp'] }]],
    ['anybody, from any address of IPv6', [from('::/0')], [{ kind: 'anonymous', names: ['aws:SourceIp'] }]],
    ['anybody, by any endpoint', [is('aws:sourcevpce', '*')], [{ kind: 'anonymous', names: ['aws:SourceVpce'] }]],
    [
      'anybody, where the network is asked for only if it is known',
      [{ ...is('aws:sourcevpce', 'vpce-1'), operator: 'StringEqualsIfExists' }],
      [{ kind: 'anonymous', names: ['aws:SourceVpce'] }],
    ],
    [
      'whoever signs, from a network',
      [is('aws:principaltag/team', 'a'), from('192.0.2.0/24')],
      [{ kind: 'signed', names: ['aws:PrincipalTag/team', 'aws:SourceIp'] }],
    ],
    [
      'an organization, from a network',
      [from('192.0.2.0/24'), is('aws:principalorgid', 'o-a')],
      [{ kind: 'organization', names: ['o-a'] }],
    ],
  ];
  for (const [name, conditions, who] of rows) test(name, () => assert.deepEqual(narrowed(conditions, HOME), who));
});

describe('a Deny of everybody who does not meet a condition demands it of all', () => {
  const objects = 'arn:aws:s3:::logs/*';
  const deny = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: objects };
  const unless = (operator: string, more: object = {}) => ({ [operator]: { 'aws:PrincipalOrgID': 'o-a' }, ...more });
  const demanded = (over: object) =>
    demandedOfAll(statementsOf({ Statement: { ...deny, ...over } }), { actions: ['s3:GetObject'], objects }).map(
      ({ operator, key }) => [operator, key],
    );
  const ORGANIZATION = [['StringEquals', 'aws:principalorgid']];
  const rows: [name: string, over: object, expected: string[][]][] = [
    ['the organization', { Condition: unless('StringNotEquals') }, ORGANIZATION],
    ['where it is there', { Condition: unless('StringNotEqualsIfExists') }, ORGANIZATION],
    [
      'and AWS services are spared',
      { Condition: unless('StringNotEquals', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }) },
      ORGANIZATION,
    ],
    [
      'not of one of two conditions',
      { Condition: unless('StringNotEquals', { Bool: { 'aws:SecureTransport': 'false' } }) },
      [],
    ],
    ['a network', { Condition: { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } }, [['IpAddress', 'aws:sourceip']]],
    [
      'one of several networks',
      {
        Condition: { StringNotEquals: { 'aws:SourceVpce': 'v' }, NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
      },
      [
        ['StringEquals', 'aws:sourcevpce'],
        ['IpAddress', 'aws:sourceip'],
      ],
    ],
    [
      'no network where one of them is any',
      { Condition: { StringNotEquals: { 'aws:SourceVpce': 'v' }, NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } } },
      [],
    ],
    [
      'not of a network or an organization',
      { Condition: unless('StringNotEquals', { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }) },
      [],
    ],
    [
      'not of a network under an operator that says the opposite of another',
      { Condition: { StringEquals: { 'aws:SourceVpce': 'v' }, NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } },
      [],
    ],
    ['not without a condition', {}, []],
    ['not by an operator that is not negated', { Condition: unless('StringEquals') }, []],
    ['not of some objects', { Condition: unless('StringNotEquals'), Resource: 'arn:aws:s3:::logs/a/*' }, []],
    ['not of other actions', { Condition: unless('StringNotEquals'), Action: 's3:PutObject' }, []],
    ['not of one principal', { Condition: unless('StringNotEquals'), Principal: { AWS: ACCOUNT } }, []],
    ['not by an Allow', { Condition: unless('StringNotEquals'), Effect: 'Allow' }, []],
  ];
  for (const [name, over, expected] of rows) test(name, () => assert.deepEqual(demanded(over), expected));

  test('of AWS services only where it does not spare them', () => {
    const spared = unless('StringNotEquals', { Bool: { 'aws:PrincipalIsAWSService': 'false' } });
    const ofServices = (Condition: object) =>
      demandedOfAll(statementsOf({ Statement: { ...deny, Condition } }), {
        actions: ['s3:GetObject'],
        objects,
        ofServices: true,
      }).length;
    const onlyOfThem = {
      StringNotEqualsIfExists: { 'aws:SourceOrgID': 'o-a' },
      Null: { 'aws:SourceAccount': 'false' },
      Bool: { 'aws:PrincipalIsAWSService': 'true' },
    };
    assert.deepEqual([unless('StringNotEquals'), spared, onlyOfThem].map(ofServices), [1, 0, 1]);
    assert.deepEqual(demanded({ Condition: onlyOfThem }), []);
  });
});

test('what is known of who asks goes on to the key, and where a request came from does not', () => {
  const known = [
    is('aws:principalorgid', 'o-a'),
    is('aws:principaltag/team', 'a'),
    is('aws:principalarn', 'arn:aws:iam::*:role/a'),
    is('aws:sourcearn', CDN),
    is('aws:sourceorgid', 'o-a'),
    is('aws:userid', 'AROA:*'),
    is('aws:principalorgid', '${aws:ResourceOrgID}'),
  ];
  const lost = [
    from('192.0.2.0/24'),
    ...['aws:sourcevpc', 'aws:sourcevpce', 'aws:vpcsourceip', 'aws:vpceorgid'].map((key) => is(key, 'vpce-1')),
    ...['s3:prefix', 's3:dataaccesspointaccount', 'aws:useragent', 'aws:referer'].map((key) => is(key, 'a')),
    is('aws:principaltag/team', '${s3:ExistingObjectTag/team}'),
  ];
  assert.deepEqual(carried([...lost, ...known]), known);
});

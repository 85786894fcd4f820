import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Condition } from '../../../src/iam/statement.ts';
import { demandedOfAll, narrowed } from '../../../src/policy/readers/narrowing.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT } from '../literals.ts';

const HOME = { account: ACCOUNT, partition: 'aws' };
const PARTNER = '444455556666';
const root = (id: string) => `arn:aws:iam::${id}:root`;
const is = (key: string, ...values: string[]): Condition => ({ operator: 'StringLike', key, values });
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
      [{ kind: 'signed', names: ['aws:principalarn'] }],
    ],
    [
      'CloudFront',
      [is('aws:sourcearn', CDN)],
      [{ kind: 'service', names: ['cloudfront.amazonaws.com'], sourceArns: [CDN], sourceAccounts: [] }],
    ],
    [
      'services of the own account',
      [is('aws:sourceaccount', ACCOUNT)],
      [{ kind: 'unnamed-service', names: [ACCOUNT] }],
    ],
    [
      'an organization',
      [is('aws:principalorgid', 'o-a', 'o-b')],
      ['o-a', 'o-b'].map((value) => ({ kind: 'organization', key: 'aws:principalorgid', names: [value] })),
    ],
    ['a network', [is('aws:sourcevpc', 'vpc-1')], [{ kind: 'anonymous', names: ['aws:sourcevpc'] }]],
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
    ['not without a condition', {}, []],
    ['not by an operator that is not negated', { Condition: unless('StringEquals') }, []],
    ['not of some objects', { Condition: unless('StringNotEquals'), Resource: 'arn:aws:s3:::logs/a/*' }, []],
    ['not of other actions', { Condition: unless('StringNotEquals'), Action: 's3:PutObject' }, []],
    ['not of one principal', { Condition: unless('StringNotEquals'), Principal: { AWS: ACCOUNT } }, []],
    ['not by an Allow', { Condition: unless('StringNotEquals'), Effect: 'Allow' }, []],
  ];
  for (const [name, over, expected] of rows) test(name, () => assert.deepEqual(demanded(over), expected));
});

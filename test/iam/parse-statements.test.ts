import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseStatements } from '../../src/iam/parse-statements.ts';
import { policyOf, statementsOf } from './documents.ts';

const ALLOW = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' };
const EVERYONE = { not: false, everyone: true, aws: [], services: [], canonicalUsers: [], federated: [] };
const NOBODY = { ...EVERYONE, everyone: false };

test('one statement by itself, without Version, Id and Sid, reads as a list of one', () => {
  assert.deepEqual(statementsOf({ Statement: ALLOW }), [
    {
      effect: 'Allow',
      principals: EVERYONE,
      actions: { patterns: ['s3:GetObject'], not: false },
      resources: { patterns: ['*'], not: false },
      conditions: [],
    },
  ]);
});

test('unknown members of the document and of a statement are passed over', () => {
  const read = statementsOf({ Id: 'x', Later: 1, Statement: [{ ...ALLOW, Sid: 'One', Note: { a: 1 } }] });
  assert.deepEqual(
    read.map(({ sid }) => sid),
    ['One'],
  );
});

test('NotAction and NotResource keep their sense', () => {
  const [read] = statementsOf({
    Statement: [
      { Effect: 'Deny', Principal: '*', NotAction: ['s3:Get*', 'S3:list*'], NotResource: 'arn:aws:s3:::a/*' },
    ],
  });
  assert.deepEqual(
    [read?.actions, read?.resources],
    [
      { patterns: ['s3:Get*', 'S3:list*'], not: true },
      { patterns: ['arn:aws:s3:::a/*'], not: true },
    ],
  );
});

test('a statement without Action or Resource is read and speaks of nothing, as KMS has it', () => {
  const [read] = statementsOf({ Statement: [{ Effect: 'Allow', Principal: '*' }] });
  assert.deepEqual([read?.actions.patterns, read?.resources.patterns], [[], []]);
});

describe('principals', () => {
  const rows: { name: string; principal: unknown; partition?: string; read: unknown }[] = [
    { name: '"*"', principal: '*', read: EVERYONE },
    { name: '{"AWS": "*"}', principal: { AWS: '*' }, read: EVERYONE },
    { name: '{"AWS": ["*"]}', principal: { AWS: ['*'] }, read: EVERYONE },
    { name: 'an empty list', principal: { AWS: [] }, read: NOBODY },
    {
      name: 'the same account as an id and as its root',
      principal: { AWS: ['111122223333', '*', 'arn:aws-cn:iam::111122223333:root'] },
      partition: 'aws-cn',
      read: { ...EVERYONE, aws: ['arn:aws-cn:iam::111122223333:root', 'arn:aws-cn:iam::111122223333:root'] },
    },
    {
      name: 'the unique id of a deleted role',
      principal: { AWS: 'AROAEXAMPLE12345678901' },
      read: { ...NOBODY, aws: ['AROAEXAMPLE12345678901'] },
    },
    {
      name: 'services and a canonical user',
      principal: { Service: ['a', 'b'], CanonicalUser: 'c' },
      read: { ...NOBODY, services: ['a', 'b'], canonicalUsers: ['c'] },
    },
    {
      name: 'a bare account id',
      principal: { AWS: '012345678901' },
      read: { ...NOBODY, aws: ['arn:aws:iam::012345678901:root'] },
    },
    {
      name: 'a bare account id in China',
      principal: { AWS: '012345678901' },
      partition: 'aws-cn',
      read: { ...NOBODY, aws: ['arn:aws-cn:iam::012345678901:root'] },
    },
    {
      name: 'account ids, ARNs, a deleted role and "*" mixed',
      principal: { AWS: ['111122223333', 'arn:aws-us-gov:iam::444455556666:role/a', 'AROAEXAMPLEEXAMPLE123', '*'] },
      read: {
        ...EVERYONE,
        aws: ['arn:aws:iam::111122223333:root', 'arn:aws-us-gov:iam::444455556666:role/a', 'AROAEXAMPLEEXAMPLE123'],
      },
    },
    {
      name: 'every kind at once, strings and lists mixed',
      principal: {
        AWS: '111122223333',
        Service: ['a.amazonaws.com', 'b.amazonaws.com'],
        CanonicalUser: 'c4',
        Federated: ['x'],
      },
      read: {
        not: false,
        everyone: false,
        aws: ['arn:aws:iam::111122223333:root'],
        services: ['a.amazonaws.com', 'b.amazonaws.com'],
        canonicalUsers: ['c4'],
        federated: ['x'],
      },
    },
  ];
  for (const { name, principal, partition, read } of rows) {
    test(name, () => {
      assert.deepEqual(statementsOf({ Statement: { ...ALLOW, Principal: principal } }, partition)[0]?.principals, read);
    });
  }

  const SPARED: [principal: unknown, read: object][] = [
    [{ AWS: '111122223333' }, { ...NOBODY, aws: ['arn:aws:iam::111122223333:root'] }],
    [{ Federated: 'f' }, { ...NOBODY, federated: ['f'] }],
    ['*', EVERYONE],
  ];
  for (const [principal, read] of SPARED) {
    test(`NotPrincipal keeps its sense: ${JSON.stringify(principal)}`, () => {
      const { Principal: _, ...rest } = ALLOW;
      const [found] = statementsOf({ Statement: { ...rest, Effect: 'Deny', NotPrincipal: principal } });
      assert.deepEqual(found?.principals, { ...read, not: true });
    });
  }
});

test('a text stands for a list of one, and a list may be empty', () => {
  const actions = ['a', ['a', 'b'], []].map(
    (Action) => statementsOf({ Statement: { ...ALLOW, Action } })[0]?.actions.patterns,
  );
  assert.deepEqual(actions, [['a'], ['a', 'b'], []]);
});

test('conditions keep unknown operators and turn booleans and numbers into text', () => {
  const [read] = statementsOf({
    Statement: {
      ...ALLOW,
      Condition: {
        Bool: { 'aws:SecureTransport': false },
        NumericLessThan: { 's3:max-keys': [10, '20'] },
        'ForAnyValue:StringLikeIfExists': { 'aws:PrincipalOrgPaths': 'o-a/*' },
        SomethingNew: { 'aws:New': ['x'] },
      },
    },
  });
  assert.deepEqual(read?.conditions, [
    { operator: 'Bool', key: 'aws:securetransport', values: ['false'] },
    { operator: 'NumericLessThan', key: 's3:max-keys', values: ['10', '20'] },
    { operator: 'ForAnyValue:StringLikeIfExists', key: 'aws:principalorgpaths', values: ['o-a/*'] },
    { operator: 'SomethingNew', key: 'aws:new', values: ['x'] },
  ]);
});

describe('what is not understood is malformed and says where', () => {
  const rows: { text: string; why: string }[] = [
    { text: '', why: 'it is not JSON' },
    { text: '{"Statement":[', why: 'it is not JSON' },
    { text: '[]', why: 'the document is not a JSON object' },
    { text: 'null', why: 'the document is not a JSON object' },
    { text: '{}', why: 'it has no Statement' },
    { text: '{"statement":[]}', why: 'the document has statement where Statement is meant' },
    { text: '{"Statement":["x"]}', why: 'statement 1 is not a JSON object' },
    { text: policyOf(ALLOW, { ...ALLOW, Effect: 'allow' }), why: 'statement 2 has no Effect of Allow or Deny' },
    {
      text: policyOf({ ...ALLOW, Sid: 'A', Effect: undefined }),
      why: 'statement 1 (Sid A) has no Effect of Allow or Deny',
    },
    { text: policyOf({ ...ALLOW, Principal: undefined }), why: 'statement 1 has neither Principal nor NotPrincipal' },
    { text: policyOf({ ...ALLOW, NotPrincipal: '*' }), why: 'statement 1 has both Principal and NotPrincipal' },
    { text: policyOf({ ...ALLOW, Principal: ['*'] }), why: 'statement 1, Principal is neither "*" nor a JSON object' },
    { text: policyOf({ ...ALLOW, Principal: 'me' }), why: 'statement 1, Principal is neither "*" nor a JSON object' },
    {
      text: policyOf({ ...ALLOW, Principal: undefined, NotPrincipal: ['*'] }),
      why: 'statement 1, NotPrincipal is neither "*" nor a JSON object',
    },
    { text: policyOf({ ...ALLOW, Principal: {} }), why: 'statement 1, Principal names nobody' },
    {
      text: policyOf({ ...ALLOW, Principal: { Robot: '*' } }),
      why: 'statement 1, Principal is of the unknown kind Robot',
    },
    {
      text: policyOf({ ...ALLOW, Principal: { aws: '*' } }),
      why: 'statement 1, Principal is of the unknown kind aws',
    },
    {
      text: policyOf({ ...ALLOW, Principal: { constructor: '*' } }),
      why: 'statement 1, Principal is of the unknown kind constructor',
    },
    {
      text: policyOf({ ...ALLOW, Principal: { Service: 7 } }),
      why: 'statement 1, Principal Service holds something that is not a string',
    },
    {
      text: policyOf({ ...ALLOW, Principal: { AWS: '12345' } }),
      why: 'statement 1, Principal AWS holds 12345, which is no ARN, no account id and no unique id',
    },
    {
      text: policyOf({ ...ALLOW, Principal: { AWS: 111122223333 } }),
      why: 'statement 1, Principal AWS holds something that is not a string',
    },
    { text: policyOf({ ...ALLOW, NotAction: 's3:*' }), why: 'statement 1 has both Action and NotAction' },
    ...[null, 1, {}, ['a', 1], [['s3:*']]].map((Action) => ({
      text: policyOf({ ...ALLOW, Action }),
      why: 'statement 1, Action holds something that is not a string',
    })),
    { text: policyOf({ ...ALLOW, Condition: 'x' }), why: 'statement 1, Condition is not a JSON object' },
    {
      text: policyOf({ ...ALLOW, Condition: { StringEquals: { 'aws:x': null } } }),
      why: 'statement 1, Condition StringEquals aws:x holds something that is not a string',
    },
    {
      text: policyOf({ ...ALLOW, condition: { StringEquals: { 'aws:x': 'y' } } }),
      why: 'statement 1 has condition where Condition is meant',
    },
  ];
  for (const { text, why } of rows) {
    test(`${why}: ${text.slice(0, 200)}`, () => {
      assert.deepEqual(parseStatements(text, 'aws'), { kind: 'malformed', why });
    });
  }
});

test('a document of 20 KB with odd principals is read whole', () => {
  const statements = Array.from({ length: 120 }, (_, at) => ({
    Sid: `S${at}`,
    Effect: at % 3 === 0 ? 'Deny' : 'Allow',
    [at % 5 === 0 ? 'NotPrincipal' : 'Principal']:
      at % 2 === 0 ? { AWS: [String(100000000000 + at), '*'] } : { Service: `s${at}.amazonaws.com` },
    Action: at % 4 === 0 ? 's3:*' : ['s3:PutObject'],
    Resource: [`arn:aws:s3:::logs/${'*'.repeat(20)}${at}`],
  }));
  const text = policyOf(...statements);
  assert.ok(text.length > 15_000 && text.length <= 20_480, String(text.length));
  assert.equal(statementsOf(JSON.parse(text)).length, 120);
});

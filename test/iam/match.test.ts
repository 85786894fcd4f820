import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Ask, type Grant, judgeGrant, type Request, worstGrant } from '../../src/iam/match.ts';
import { statementsOf } from './documents.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1';
const LOGS = { kind: 'service', name: 'delivery.logs.amazonaws.com' } as const;
const ROLE = { kind: 'arn', arn: 'arn:aws:iam::444455556666:role/reader' } as const;
const SESSION = { kind: 'arn', arn: 'arn:aws:sts::444455556666:assumed-role/reader/me' } as const;

interface Row {
  name: string;
  statements: unknown[];
  ask?: Partial<Ask>;
  grant: Grant;
}

const ALLOW = { Effect: 'Allow', Principal: { Service: LOGS.name }, Action: 'kms:GenerateDataKey*', Resource: '*' };
const DENY = { ...ALLOW, Effect: 'Deny', Principal: '*' };
const EVERYONE = { ...ALLOW, Principal: { AWS: '*' } };
const FOREIGN = { ...ALLOW, Principal: { AWS: '444455556666' } };

function check({ name, statements, ask, grant }: Row): void {
  test(name, () => {
    const asked = { principal: LOGS, action: 'kms:GenerateDataKey', resource: KEY, ...ask };
    assert.equal(judgeGrant(statementsOf({ Statement: statements }), asked).grant, grant);
  });
}

describe('who is granted', () => {
  const rows: Row[] = [
    { name: 'the service that is named', statements: [ALLOW], grant: 'allowed' },
    { name: 'no other service', statements: [{ ...ALLOW, Principal: { Service: 'x.amazonaws.com' } }], grant: 'no' },
    { name: 'a service under "*" is not counted on', statements: [EVERYONE], grant: 'perhaps' },
    { name: 'nobody by an empty policy', statements: [], grant: 'no' },
    { name: 'nobody by another action', statements: [{ ...ALLOW, Action: 'kms:Decrypt' }], grant: 'no' },
    { name: 'nobody on another key', statements: [{ ...ALLOW, Resource: `${KEY}2` }], grant: 'no' },
    { name: 'nobody without Resource', statements: [{ ...ALLOW, Resource: undefined }], grant: 'no' },
    {
      name: 'all but the actions of NotAction',
      statements: [{ ...ALLOW, Action: undefined, NotAction: 'kms:Decrypt' }],
      grant: 'allowed',
    },
    { name: 'a role by its account', statements: [FOREIGN], ask: { principal: ROLE }, grant: 'allowed' },
    {
      name: 'a session by its role, whatever the path of that',
      statements: [{ ...ALLOW, Principal: { AWS: 'arn:aws:iam::444455556666:role/teams/reader' } }],
      ask: { principal: SESSION },
      grant: 'allowed',
    },
    {
      name: 'a session not by a role that only ends as its own',
      statements: [{ ...ALLOW, Principal: { AWS: 'arn:aws:iam::444455556666:role/a-reader' } }],
      ask: { principal: SESSION },
      grant: 'no',
    },
    {
      name: 'a session perhaps, under a Deny of all roles but its own, because its path is not known',
      statements: [FOREIGN, { ...DENY, Condition: { ArnNotLike: { 'aws:PrincipalArn': ROLE.arn } } }],
      ask: { principal: SESSION },
      grant: 'perhaps',
    },
    {
      name: 'no session under a Deny of all roles but another',
      statements: [FOREIGN, { ...DENY, Condition: { ArnNotLike: { 'aws:PrincipalArn': `${ROLE.arn}s` } } }],
      ask: { principal: SESSION },
      grant: 'denied',
    },
    { name: 'a role by "*"', statements: [EVERYONE], ask: { principal: ROLE }, grant: 'allowed' },
    {
      name: 'an account by its root',
      statements: [FOREIGN],
      ask: { principal: { kind: 'account', id: '444455556666' } },
      grant: 'allowed',
    },
    {
      name: 'an account not by one of its roles',
      statements: [{ ...ALLOW, Principal: { AWS: ROLE.arn } }],
      ask: { principal: { kind: 'account', id: '444455556666' } },
      grant: 'no',
    },
    { name: 'everyone by "*" alone', statements: [FOREIGN], ask: { principal: { kind: 'everyone' } }, grant: 'no' },
    {
      name: 'whoever NotPrincipal leaves',
      statements: [{ ...ALLOW, Principal: undefined, NotPrincipal: { AWS: '777788889999' } }],
      ask: { principal: ROLE },
      grant: 'allowed',
    },
  ];
  for (const row of rows) check(row);
});

describe('a Deny', () => {
  const rows: Row[] = [
    { name: 'beats every Allow', statements: [ALLOW, DENY], grant: 'denied' },
    {
      name: 'of another action does not',
      statements: [ALLOW, { ...DENY, Action: 'kms:ScheduleKeyDeletion' }],
      grant: 'allowed',
    },
    {
      name: 'of unencrypted transport does not, because S3 asks over TLS',
      statements: [ALLOW, { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      grant: 'allowed',
    },
    {
      name: 'of strangers that spares services does not reach a service',
      statements: [
        ALLOW,
        {
          ...DENY,
          Condition: {
            StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' },
            BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          },
        },
      ],
      grant: 'allowed',
    },
    {
      name: 'that hangs on the organization makes a perhaps',
      statements: [FOREIGN, { ...DENY, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-a' } } }],
      ask: { principal: ROLE },
      grant: 'perhaps',
    },
    {
      name: 'of strangers reaches a service, which is in no organization',
      statements: [ALLOW, { ...DENY, Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a' } } }],
      grant: 'denied',
    },
    {
      name: 'of whoever is in an organization does not reach a service',
      statements: [ALLOW, { ...DENY, Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-a/*' } } }],
      grant: 'allowed',
    },
    {
      name: 'by NotPrincipal reaches a service that is not listed',
      statements: [ALLOW, { ...DENY, Principal: undefined, NotPrincipal: { AWS: '444455556666' } }],
      grant: 'denied',
    },
    {
      name: 'by NotPrincipal that lists the role without its account is undecided',
      statements: [FOREIGN, { ...DENY, Principal: undefined, NotPrincipal: { AWS: ROLE.arn } }],
      ask: { principal: ROLE },
      grant: 'perhaps',
    },
    { name: 'without any Allow is a denial too', statements: [DENY], grant: 'denied' },
  ];
  for (const row of rows) check(row);
});

describe('conditions', () => {
  const given = {
    'aws:sourceaccount': '111122223333',
    'aws:sourcearn': 'arn:aws:logs:*:111122223333:*',
    'aws:absent': null,
  };
  const rows: [name: string, condition: unknown, grant: Grant][] = [
    ['that are met', { StringEquals: { 'aws:SourceAccount': ['1', '111122223333'] } }, 'allowed'],
    ['that are not met', { StringEquals: { 'aws:SourceAccount': '999988887777' } }, 'no'],
    ['that are negated', { StringNotEquals: { 'aws:SourceAccount': '999988887777' } }, 'allowed'],
    ['that are negated and met', { StringNotLike: { 'aws:SourceAccount': '1111*' } }, 'no'],
    ['on a key that is not known', { StringEquals: { 'aws:SourceOrgID': 'o-a' } }, 'perhaps'],
    ['with IfExists on a key that is not known', { StringEqualsIfExists: { 'aws:SourceOrgID': 'o-a' } }, 'perhaps'],
    ['on the organization of a service, which has none', { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } }, 'no'],
    ['on the path of a service in an organization', { StringLike: { 'aws:PrincipalOrgPaths': 'o-a/*' } }, 'no'],
    ['by an operator that is not understood', { SomethingNew: { 'aws:SourceAccount': 'x' } }, 'perhaps'],
    ['on a network', { IpAddress: { 'aws:SourceAccount': '10.0.0.0/8' } }, 'perhaps'],
    [
      'of which one is not met and another is not known',
      { StringEquals: { 'aws:SourceAccount': 'x', 'aws:New': 'y' } },
      'no',
    ],
    ['on ARNs of every Region', { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:*:111122223333:*' } }, 'allowed'],
    ['on ARNs of one Region', { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:111122223333:*' } }, 'perhaps'],
    ['on ARNs of another account', { ArnLike: { 'aws:SourceArn': 'arn:aws:logs:*:999988887777:*' } }, 'no'],
    ['on one exact ARN', { StringEquals: { 'aws:SourceArn': 'arn:aws:logs:eu-west-1:111122223333:x' } }, 'perhaps'],
    ['with a policy variable', { StringLike: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } }, 'perhaps'],
    ['on a key that is absent', { StringEquals: { 'aws:Absent': 'x' } }, 'no'],
    ['on a key that is absent, negated', { StringNotEquals: { 'aws:Absent': 'x' } }, 'allowed'],
    ['on a key that is absent, with IfExists', { StringEqualsIfExists: { 'aws:Absent': 'x' } }, 'allowed'],
    ['on all values of a key that is absent', { 'ForAllValues:StringEquals': { 'aws:Absent': 'x' } }, 'allowed'],
    ['on any value of a key that is absent', { 'ForAnyValue:StringNotEquals': { 'aws:Absent': 'x' } }, 'no'],
    ['that ask for absence', { Null: { 'aws:Absent': true } }, 'allowed'],
    ['that ask for presence', { Null: { 'aws:SourceAccount': ['false'] } }, 'allowed'],
  ];
  for (const [name, condition, grant] of rows) {
    check({ name, statements: [{ ...ALLOW, Condition: condition }], ask: { context: given }, grant });
  }
});

test('a perhaps names the keys that it depends on, and their statements', () => {
  const statements = statementsOf({
    Statement: [
      { ...ALLOW, Sid: 'Logs', Condition: { StringEquals: { 'aws:SourceAccount': '1', 'aws:SourceOrgID': 'o-a' } } },
      { ...DENY, Condition: { StringNotEquals: { 'aws:SourceOrgPaths': 'o-a/*' } } },
    ],
  });
  const { because } = judgeGrant(statements, { principal: LOGS, action: 'kms:GenerateDataKey', resource: KEY });
  assert.deepEqual(because, [
    'aws:SourceOrgPaths (statement 2)',
    'aws:SourceAccount and aws:SourceOrgID (statement Logs)',
  ]);
});

describe('of all that somebody needs', () => {
  const READER = { Effect: 'Allow', Principal: { AWS: ROLE.arn }, Resource: '*' };
  const ask = (actions: readonly string[], ...requests: Request[]) => ({
    actions,
    resource: KEY,
    requests: requests.length === 0 ? [{ principal: ROLE, context: {} }] : requests,
  });

  const PERHAPS = { ...READER, Action: 'kms:Encrypt', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } } };
  const NEEDED = [
    { ...READER, Action: ['kms:Decrypt', 'kms:Sign'] },
    PERHAPS,
    { ...READER, Effect: 'Deny', Action: 'kms:Sign' },
  ];

  const rows: [actions: string[], grant: string, action: string][] = [
    [[], 'allowed', ''],
    [['kms:Decrypt'], 'allowed', ''],
    [['kms:Decrypt', 'kms:Encrypt'], 'perhaps', 'kms:Encrypt'],
    [['kms:Encrypt', 'kms:Verify'], 'no', 'kms:Verify'],
    [['kms:Verify', 'kms:Encrypt'], 'no', 'kms:Verify'],
    [['kms:Verify', 'kms:Sign', 'kms:Encrypt'], 'denied', 'kms:Sign'],
    [['kms:Verify', 'kms:Verify2'], 'no', 'kms:Verify'],
  ];
  for (const [actions, grant, action] of rows) {
    test(`of [${actions.join()}] the worst answer is ${grant}`, () => {
      const worst = worstGrant(statementsOf({ Statement: NEEDED }), ask(actions));
      assert.deepEqual([worst.grant, worst.action], [grant, action]);
      assert.equal(worst.because.length > 0, grant === 'perhaps' || grant === 'denied');
    });
  }

  test('the same statement is asked anew in another context and for another principal', () => {
    const organization = (id: string) => ({ 'aws:principalorgid': id });
    const worst = (...requests: Request[]) =>
      worstGrant(statementsOf({ Statement: NEEDED }), ask(['kms:Encrypt'], ...requests)).grant;
    const inside = { principal: ROLE, context: organization('o-a') };
    assert.equal(worst(inside), 'allowed');
    assert.equal(worst(inside, { ...inside, context: organization('o-b') }), 'no');
    assert.equal(worst(inside, { ...inside, principal: { kind: 'arn', arn: `${ROLE.arn}s` } }), 'no');
  });

  test('the worst request counts, and the one that was found is named', () => {
    const inside = { principal: ROLE, context: { 'aws:principalorgid': 'o-a' } };
    const { grant, because } = worstGrant(
      statementsOf({ Statement: NEEDED }),
      ask(['kms:Encrypt'], inside, { principal: ROLE, context: {} }, inside),
    );
    assert.deepEqual([grant, because], ['perhaps', ['aws:PrincipalOrgID (statement 2)']]);
  });
});

describe('what a request is known to meet', () => {
  const tagged = (operator: string, ...values: string[]) => ({
    Condition: { [operator]: { 'aws:PrincipalTag/team': values } },
  });
  const [given] = statementsOf({ Statement: { ...FOREIGN, ...tagged('StringEquals', 'a', 'b') } });
  const request = { principal: ROLE, given: given?.conditions ?? [] };
  const rows: [name: string, statements: object[], grant: Grant][] = [
    ['is not asked again', [{ ...FOREIGN, ...tagged('StringEquals', 'b', 'a') }], 'allowed'],
    ['meets what more meet', [{ ...FOREIGN, ...tagged('StringEquals', 'a', 'b', 'c') }], 'allowed'],
    ['does not meet what fewer meet', [{ ...FOREIGN, ...tagged('StringEquals', 'a') }], 'perhaps'],
    ['is denied by it', [FOREIGN, { ...DENY, ...tagged('StringEquals', 'a', 'b') }], 'denied'],
  ];
  for (const [name, Statement, grant] of rows) {
    test(name, () => {
      const statements = statementsOf({ Statement });
      const action = 'kms:GenerateDataKey';
      const worst = worstGrant(statements, { requests: [request], actions: [action], resource: KEY });
      assert.equal(worst.grant, grant);
      assert.equal(judgeGrant(statements, { ...request, action, resource: KEY }).grant, grant);
      const { because } = judgeGrant(statements, { ...request, action, resource: KEY });
      assert.deepEqual(because, worst.because);
    });
  }

  test('is of its own request alone', () => {
    const statements = statementsOf({ Statement: { ...FOREIGN, ...tagged('StringEquals', 'a', 'b') } });
    const requests = [request, { principal: ROLE }];
    const { grant } = worstGrant(statements, { requests, actions: ['kms:GenerateDataKey'], resource: KEY });
    assert.equal(grant, 'perhaps');
  });
});

describe('too much to compare', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, at) => String(100_000_000_000 + at));
  const worst = (inPolicy: number, inRequest: number) => {
    const Condition = { StringEquals: { 'aws:SourceAccount': ids(inPolicy) } };
    const requests = [{ principal: LOGS, context: { 'aws:sourceaccount': ids(inRequest) } }];
    return worstGrant(statementsOf({ Statement: { ...ALLOW, Condition } }), {
      requests,
      actions: ['kms:GenerateDataKey'],
      resource: KEY,
    });
  };

  test('is not compared, and is no grant', () => {
    assert.deepEqual(worst(1_001, 1_000), {
      grant: 'perhaps',
      because: [],
      action: 'kms:GenerateDataKey',
      isTooMuch: true,
    });
  });

  test('is not what a request is known to meet', () => {
    const [statement] = statementsOf({
      Statement: { ...ALLOW, Condition: { StringEquals: { 'aws:SourceAccount': ids(2_000) } } },
    });
    assert.ok(statement !== undefined);
    const context = { 'aws:sourceaccount': ids(2_000) };
    const requests = [{ principal: LOGS, given: statement.conditions, context }];
    const need = { requests, actions: ['kms:GenerateDataKey'], resource: KEY };
    assert.deepEqual(worstGrant([statement], need), { grant: 'allowed', because: [], action: '' });
  });

  test('is more than a list of all that a bucket policy holds against all that a key policy holds', () => {
    const { grant, isTooMuch } = worst(999, 1_000);
    assert.deepEqual([grant, isTooMuch], ['perhaps', undefined]);
    assert.equal(worst(1_000, 999).grant, 'allowed');
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOfPrincipal, type Asker, contextOf, principalMatch } from '../../src/iam/principal-match.ts';
import { statementsOf } from './documents.ts';

const ROOT = 'arn:aws:iam::444455556666:root';
const ROLE = 'arn:aws:iam::444455556666:role/path/reader';
const SESSION = 'arn:aws:sts::444455556666:assumed-role/reader/me';
const CDN = 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1';

const LOGS: Asker = { kind: 'service', name: 'logs.amazonaws.com' };
const EVERYONE: Asker = { kind: 'everyone' };
const ACCOUNT: Asker = { kind: 'account', id: '444455556666' };
const by = (arn: string): Asker => ({ kind: 'arn', arn });

const rows: [principals: object, asker: Asker, allow: string, deny: string][] = [
  [{ Principal: '*' }, EVERYONE, 'yes', 'yes'],
  [{ Principal: '*' }, LOGS, 'unknown', 'yes'],
  [{ Principal: { AWS: '*', Service: LOGS.name } }, LOGS, 'yes', 'yes'],
  [{ Principal: { Service: LOGS.name } }, LOGS, 'yes', 'yes'],
  [{ Principal: { Service: '*.amazonaws.com' } }, LOGS, 'unknown', 'unknown'],
  [{ Principal: { AWS: ROOT } }, EVERYONE, 'no', 'no'],
  [{ Principal: { AWS: ROOT } }, ACCOUNT, 'yes', 'yes'],
  [{ Principal: { AWS: ROOT } }, by(ROLE), 'yes', 'yes'],
  [{ Principal: { AWS: ROLE } }, ACCOUNT, 'no', 'no'],
  [{ Principal: { AWS: ROLE } }, by(SESSION), 'yes', 'yes'],
  [{ Principal: { AWS: `${ROLE}s` } }, by(SESSION), 'no', 'no'],
  [{ Principal: { AWS: CDN } }, by(CDN), 'yes', 'yes'],
  [{ NotPrincipal: '*' }, EVERYONE, 'no', 'no'],
  [{ NotPrincipal: { AWS: ROLE } }, EVERYONE, 'yes', 'yes'],
  [{ NotPrincipal: { AWS: ROLE } }, LOGS, 'yes', 'yes'],
  [{ NotPrincipal: { Service: LOGS.name } }, LOGS, 'no', 'no'],
  [{ NotPrincipal: { AWS: [ROLE, ROOT] } }, by(ROLE), 'no', 'no'],
  [{ NotPrincipal: { AWS: ROLE } }, by(ROLE), 'unknown', 'unknown'],
  [{ NotPrincipal: { AWS: '777788889999' } }, by(ROLE), 'yes', 'yes'],
  [{ NotPrincipal: { AWS: ROLE } }, by(CDN), 'unknown', 'unknown'],
];

describe('whether a statement speaks of somebody, when it allows and when it denies', () => {
  for (const [principals, asker, allow, deny] of rows) {
    test(`${JSON.stringify(principals)} of ${JSON.stringify(asker)}: ${allow}, ${deny}`, () => {
      const match = (Effect: string) => {
        const [statement] = statementsOf({ Statement: { Effect, ...principals, Action: '*', Resource: '*' } });
        return statement === undefined ? undefined : principalMatch(statement, asker);
      };
      assert.deepEqual([match('Allow'), match('Deny')], [allow, deny]);
    });
  }
});

test('the account of a principal is twelve digits or none', () => {
  assert.deepEqual([ROLE, SESSION, CDN, 'arn', ''].map(accountOfPrincipal), [
    '444455556666',
    '444455556666',
    undefined,
    undefined,
    undefined,
  ]);
});

test('what every request carries says who asks, a session by a role whose path is not known', () => {
  const always = { 'aws:securetransport': 'true' };
  const noSource = {
    'aws:sourceaccount': null,
    'aws:sourcearn': null,
    'aws:sourceorgid': null,
    'aws:sourceorgpaths': null,
  };
  const ofAccount = {
    ...always,
    ...noSource,
    'aws:principalisawsservice': 'false',
    'aws:principalaccount': '444455556666',
    'kms:calleraccount': '444455556666',
  };
  assert.deepEqual(contextOf(EVERYONE), always);
  assert.deepEqual(contextOf(LOGS), {
    ...always,
    'aws:principalorgid': null,
    'aws:principalorgpaths': null,
    'aws:principalarn': null,
    'aws:principalisawsservice': 'true',
    'aws:principalservicename': LOGS.name,
  });
  assert.deepEqual(contextOf(ACCOUNT), ofAccount);
  assert.deepEqual(contextOf(by(ROOT)), ofAccount);
  assert.deepEqual(contextOf(by(ROLE)), { ...ofAccount, 'aws:principalarn': ROLE });
  assert.deepEqual(contextOf(by(SESSION)), {
    ...ofAccount,
    'aws:principalarn': 'arn:aws:iam::444455556666:role/*reader',
  });
  assert.deepEqual(contextOf(by(CDN)), {
    ...always,
    ...noSource,
    'aws:principalisawsservice': 'false',
    'aws:principalarn': CDN,
  });
});

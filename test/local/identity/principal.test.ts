import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Caller } from '../../../local/call.ts';
import { ANONYMOUS } from '../../../local/identity/caller.ts';
import { compilePrincipal, type PrincipalMatch, type Requester } from '../../../local/identity/principal.ts';

const ACCOUNT = '111111111111';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/reader`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/run`;
const CANONICAL = ACCOUNT.padStart(64, '0');

const admin: Requester = { caller: { accountId: ACCOUNT, accessKeyId: '', arn: `arn:aws:iam::${ACCOUNT}:root` } };
const roleCaller: Caller = {
  accountId: ACCOUNT,
  accessKeyId: '',
  arn: SESSION,
  role: { arn: ROLE, name: 'reader', sessionName: 'run' },
};
const session: Requester = { caller: roleCaller };
const stranger: Requester = {
  caller: { accountId: '222222222222', accessKeyId: '', arn: 'arn:aws:iam::222222222222:root' },
};
const nobody: Requester = { caller: ANONYMOUS };
const service: Requester = { service: 'cloudfront.amazonaws.com' };

/** How each of the five requesters is named. */
type Named = Readonly<Record<'admin' | 'session' | 'stranger' | 'nobody' | 'service', PrincipalMatch>>;
const NONE: Named = { admin: 'none', session: 'none', stranger: 'none', nobody: 'none', service: 'none' };
const ALL: Named = { admin: 'direct', session: 'direct', stranger: 'direct', nobody: 'direct', service: 'direct' };
const CALLERS: Named = { ...ALL, service: 'none' };
const OF_ACCOUNT: Named = { ...NONE, admin: 'account', session: 'account' };

const CASES: readonly [name: string, statement: Readonly<Record<string, unknown>>, named: Named][] = [
  ['everyone', { Principal: '*' }, ALL],
  ['everyone who calls', { Principal: { AWS: '*' } }, CALLERS],
  ['everyone in a list', { Principal: { AWS: [ROLE, '*'] } }, CALLERS],
  ['an account by its number', { Principal: { AWS: ACCOUNT } }, OF_ACCOUNT],
  ['an account by its root', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }, OF_ACCOUNT],
  ['an account in a list with another', { Principal: { AWS: ['333333333333', ACCOUNT] } }, OF_ACCOUNT],
  ['an account by its canonical id', { Principal: { CanonicalUser: CANONICAL } }, OF_ACCOUNT],
  ['a role', { Principal: { AWS: ROLE } }, { ...NONE, session: 'direct' }],
  ['a session', { Principal: { AWS: [SESSION] } }, { ...NONE, session: 'direct' }],
  ['a role and its account', { Principal: { AWS: [ACCOUNT, ROLE] } }, { ...OF_ACCOUNT, session: 'direct' }],
  ['a role that is gone', { Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } }, NONE],
  [
    'an origin access identity',
    { Principal: { AWS: 'arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1' } },
    NONE,
  ],
  [
    'a service beside an account',
    { Principal: { Service: ['ses.amazonaws.com', 'cloudfront.amazonaws.com'], AWS: ACCOUNT } },
    { ...OF_ACCOUNT, service: 'direct' },
  ],
  ['a federated user', { Principal: { Federated: 'cognito-identity.amazonaws.com' } }, NONE],
  ['all but an account', { NotPrincipal: { AWS: ACCOUNT } }, { ...ALL, admin: 'none' }],
  ['all but a role whose account is not there', { NotPrincipal: { AWS: ROLE } }, ALL],
  [
    'all but a session with its role and account',
    { NotPrincipal: { AWS: [SESSION, ROLE, `arn:aws:iam::${ACCOUNT}:root`] } },
    { ...ALL, admin: 'none', session: 'none' },
  ],
  ['all but a service', { NotPrincipal: { Service: 'cloudfront.amazonaws.com' } }, { ...ALL, service: 'none' }],
  ['nobody', { NotPrincipal: '*' }, NONE],
];

describe('a principal', () => {
  for (const [name, statement, named] of CASES) {
    test(`that is ${name}`, () => {
      const principal = compilePrincipal(statement);
      assert.deepEqual(
        {
          admin: principal(admin),
          session: principal(session),
          stranger: principal(stranger),
          nobody: principal(nobody),
          service: principal(service),
        },
        named,
      );
    });
  }

  const malformed: readonly [string, Readonly<Record<string, unknown>>][] = [
    ['a name', { Principal: { AWS: 'bob' } }],
    ['an account of 11 digits', { Principal: { AWS: '11111111111' } }],
    ['a wildcard within an ARN', { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } }],
    ['an ARN in place of the element', { Principal: ROLE }],
    ['a service without its domain', { Principal: { Service: 'cloudfront' } }],
    ['a canonical id of 12 digits', { Principal: { CanonicalUser: ACCOUNT } }],
    ['both elements', { Principal: '*', NotPrincipal: { AWS: ACCOUNT } }],
    ['no element', {}],
  ];
  for (const [name, statement] of malformed) {
    test(`is malformed: ${name}`, () => {
      assert.throws(() => compilePrincipal(statement), { code: 'MalformedPolicyDocument', status: 400 });
    });
  }
});

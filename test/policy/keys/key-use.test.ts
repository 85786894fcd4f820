import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  accountParty,
  type KeyUse,
  keyUse,
  namedUsers,
  replicationParty,
  roleParty,
  useReasons,
  withoutDelegation,
} from '../../../src/policy/keys/key-use.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, KEY, USABLE } from '../literals.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const allow = (AWS: string, Action: string | string[] = 'kms:*') => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource: '*',
});
const DENY = { Sid: 'No', Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
const asked = (...Statement: object[]) => ({
  statements: statementsOf({ Statement }),
  keyArn: KEY,
  contexts: [{}],
  partition: 'aws',
});

const PARTIES: [name: string, party: Parameters<typeof keyUse>[1], action: string][] = [
  ['the account', accountParty(ACCOUNT, 'aws'), 'kms:GenerateDataKey'],
  ['the role of jobs', roleParty(ROLE), 'kms:GenerateDataKey'],
  ['the role that replicates', replicationParty(ROLE), 'kms:Decrypt'],
];

for (const [name, party, action] of PARTIES) {
  describe(name, () => {
    const use = (...statements: object[]) => keyUse(asked(...statements), party);

    test('is let in by its account', () => {
      assert.equal(use(allow(ROOT)).grant, 'allowed');
    });

    test('is not let in by an empty policy, and what is pasted mends that', () => {
      const { grant, mends, denials, ...found } = use();
      assert.deepEqual([grant, found.action, mends, denials], ['no', action, true, []]);
      assert.equal(use(JSON.parse(party.paste)).grant, 'allowed');
    });

    test('is not let in by one action of several, nor as somebody else', () => {
      assert.notEqual(use(allow(ROOT, 'kms:Encrypt')).grant, 'allowed');
      assert.equal(use(allow(`${ROLE}-2`)).grant, 'no');
    });

    test('is not let in by whatever is pasted where a Deny stands in its way, which is named', () => {
      const { grant, mends, denials } = use(allow(ROOT), DENY);
      assert.deepEqual([grant, mends], ['denied', false]);
      assert.match(denials.join(), /No/);
    });
  });
}

test('the account is let in although one of its roles is denied, and not where all but a list are', () => {
  const use = (operator: string) => {
    const Condition = { [operator]: { 'aws:PrincipalArn': ROLE } };
    return keyUse(asked(allow(ROOT), { ...DENY, Condition }), accountParty(ACCOUNT, 'aws')).grant;
  };
  assert.deepEqual([use('ArnLike'), use('ArnNotLike')], ['allowed', 'denied']);
});

test('who is named and surely may write: by Principal or by a condition, of the own account, and not its root', () => {
  const byCondition = { ...allow('*'), Condition: { ArnEquals: { 'aws:PrincipalArn': `${ROLE}-2` } } };
  const others = [allow(ROOT), allow('arn:aws:iam::444455556666:role/x'), allow(`${ROLE}-3`, 'kms:Decrypt')];
  assert.deepEqual(namedUsers(asked(allow(ROLE), allow(ROLE), byCondition, ...others.slice(1)), ACCOUNT), [
    ROLE,
    `${ROLE}-2`,
  ]);
  assert.deepEqual(namedUsers(asked(...others.slice(0, 2)), ACCOUNT), []);
});

test('without delegation what names somebody is left, and every Deny', () => {
  const statements = statementsOf({ Statement: [allow(ROOT), allow(ROLE), allow('*'), DENY] });
  assert.deepEqual(withoutDelegation(statements, ROLE), statements.slice(1));
});

describe('a reason', () => {
  const PARTY = accountParty(ACCOUNT, 'aws');
  const USE: KeyUse = { grant: 'no', because: [], action: 'kms:Decrypt', mends: true, denials: [] };
  const reasons = (over: Partial<KeyUse>) =>
    useReasons({ ...USE, ...over }, PARTY, { key: USABLE, state: bucketWith({}) });

  test('whoever may use the key is no reason', () => assert.deepEqual(reasons({ grant: 'allowed' }), []));

  const OPEN = ['aws:PrincipalOrgID (statement Perimeter)'];
  const rows: [name: string, over: Partial<KeyUse>, code: string, pastes: boolean, says: RegExp][] = [
    ['a lack that a statement mends', {}, 'key-policy-lacks-account', true, /kms:Decrypt\).*the statement below/],
    [
      'a lack behind a Deny',
      { mends: false, denials: ['statement No'] },
      'key-policy-lacks-account',
      false,
      /account \d+ (in|from) statement No /,
    ],
    [
      'a denial',
      { grant: 'denied', because: ['statement No'] },
      'key-policy-denies',
      false,
      /\(statement No\), so writes to bucket logs would fail/,
    ],
    [
      'a perhaps that a statement settles',
      { grant: 'perhaps', because: OPEN },
      'key-policy-unclear',
      true,
      /depends on aws:PrincipalOrgID .*OuPath/,
    ],
    [
      'a perhaps behind a Deny, by its statement alone',
      { grant: 'perhaps', because: OPEN, mends: false, denials: OPEN },
      'key-policy-unclear',
      false,
      / statement Perimeter of the key policy/,
    ],
  ];
  for (const [name, over, code, pastes, says] of rows) {
    test(name, () => {
      const [found, ...more] = reasons(over);
      assert.deepEqual([found?.code, found?.paste, more], [code, pastes ? PARTY.paste : undefined, []]);
      assert.match(found?.message ?? '', says);
      assert.ok(found?.message.includes(KEY));
    });
  }

  test('of many causes three are named', () => {
    const [found] = reasons({ grant: 'denied', because: ['a1', 'a2', 'a3', 'a4'] });
    assert.match(found?.message ?? '', /\(a1, a2, a3\)/);
    assert.doesNotMatch(found?.message ?? '', /a4/);
  });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request } from '../../../src/iam/match.ts';
import { pastedStatement } from '../../../src/iam/pasted-statement.ts';
import { always, groupReasons, type Party, partyReasons, told } from '../../../src/policy/keys/party.ts';
import type { Reason } from '../../../src/policy/model.ts';
import { statementsOf } from '../../iam/documents.ts';
import { ACCOUNT, bucketWith, FOREIGN_KEY, KEY, safetyWith, USABLE } from '../literals.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const NEEDS = ['kms:GenerateDataKey', 'kms:Decrypt'];
const SERVICE = 'delivery.logs.amazonaws.com';
const statement = (Principal: unknown, Action: string | string[] = 'kms:*', more: object = {}) => ({
  Effect: 'Allow',
  Principal,
  Action,
  Resource: '*',
  ...more,
});
const DENY = { ...statement('*', 'kms:Decrypt'), Sid: 'No', Effect: 'Deny' };
const byRole = (arn: string): Request => ({ principal: { kind: 'arn', arn } });
const byService = (name: string): Request => ({ principal: { kind: 'service', name } });

const seen = (...Statement: object[]) => safetyWith({ keyPolicy: statementsOf({ Statement }) });
const STATE = bucketWith({ algorithm: 'AES256' });
const PARTY = {
  does: 'Jobs read bucket logs',
  named: 'the role',
  requests: [byRole(ROLE)],
  needs: NEEDS,
  paste: pastedStatement({ title: 'Mend', kind: 'AWS', names: [ROLE], actions: NEEDS }),
  otherwise: 'name another key in the policy',
  codes: {
    lacks: 'key-policy-lacks-account',
    denies: 'key-policy-denies',
    unclear: 'key-policy-unclear',
    unseen: 'key-policy-not-ours',
  },
} as const satisfies Party;
const ADD = 'add the statement below (reseal policy explain shows it too) to the key policy';

function reasonsOf(over: Partial<Party>, ...statements: object[]): Reason[] {
  const change = { key: USABLE, safety: seen(...statements), state: STATE, partition: 'aws' };
  return partyReasons({ ...PARTY, ...over }, change);
}

describe('who needs a key', () => {
  const says = (...statements: object[]) => reasonsOf({}, ...statements)[0]?.message;

  test('is let in by its account, and by what is pasted', () => {
    assert.equal(says(statement({ AWS: ROOT })), undefined);
    assert.equal(says(JSON.parse(PARTY.paste)), undefined);
  });

  test('is not let in by one action of several, nor as somebody else', () => {
    assert.match(says(statement({ AWS: ROOT }, NEEDS[0])) ?? '', /call kms:Decrypt:/);
    assert.match(says(statement({ AWS: ROOT }, NEEDS[1])) ?? '', /call kms:GenerateDataKey:/);
    assert.match(says(statement({ AWS: `${ROLE}-2` })) ?? '', /does not let the role call/);
  });

  test('is not mended by a statement for one of its two principals, and each must be let in', () => {
    const requests = [byService('a.amazonaws.com'), byService('b.amazonaws.com')];
    const both = statement({ Service: ['a.amazonaws.com', 'b.amazonaws.com'] });
    for (const Service of ['a.amazonaws.com', 'b.amazonaws.com']) {
      const [found] = reasonsOf({ requests, paste: JSON.stringify(statement({ Service })) });
      assert.deepEqual([found?.code, found?.paste], ['key-policy-lacks-account', undefined], Service);
      assert.equal(reasonsOf({ requests }, statement({ Service })).length, 1, Service);
    }
    assert.equal(reasonsOf({ requests, paste: JSON.stringify(both) })[0]?.paste, JSON.stringify(both));
    assert.deepEqual(reasonsOf({ requests }, both), []);
  });

  test('loses nothing that it does not have already', () => {
    const already = ['kms:Decrypt'];
    assert.deepEqual(reasonsOf({ already }, statement({ AWS: ROOT }, NEEDS[0])), []);
    assert.equal(reasonsOf({ already }, statement({ AWS: ROOT }, NEEDS[1])).length, 1);
  });
});

describe('a reason', () => {
  const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-a' } };
  const OPEN = [statement({ AWS: ROLE }, 'kms:*', { Sid: 'Perimeter', Condition: organization })];
  const BEHIND = [{ ...DENY, Sid: 'Perimeter', Condition: organization }, statement({ AWS: ROOT })];
  const because = 'aws:PrincipalOrgID (statement Perimeter)';
  const OU = ' (where the account is in its organization would decide such a condition, and is not known)';
  const EXCLUDE = 'because no Allow outweighs a Deny, or name another key in the policy';
  const rows: [
    name: string,
    statements: object[],
    over: Partial<Party>,
    code: string,
    pastes: boolean,
    says: string,
  ][] = [
    [
      'a lack that a statement mends',
      [],
      {},
      'key-policy-lacks-account',
      true,
      `the policy of key ${KEY} does not let the role call kms:GenerateDataKey: ${ADD}, or name another key in the policy.`,
    ],
    [
      'a lack behind what may be a Deny',
      [{ ...DENY, Condition: organization }],
      {},
      'key-policy-lacks-account',
      false,
      `does not let the role call kms:GenerateDataKey: exclude the role from statement No, ${EXCLUDE}.`,
    ],
    [
      'a denial',
      [statement({ AWS: ROOT }), DENY],
      {},
      'key-policy-denies',
      false,
      `the policy of key ${KEY} denies the role the action kms:Decrypt (statement No): exclude the role from statement No, ${EXCLUDE}.`,
    ],
    [
      'a denial where nothing can be pasted',
      [DENY],
      { paste: undefined },
      'key-policy-denies',
      false,
      `: exclude the role from statement No, ${EXCLUDE}.`,
    ],
    [
      'a perhaps that a statement settles',
      OPEN,
      {},
      'key-policy-unclear',
      true,
      `whether the policy of key ${KEY} lets the role call kms:GenerateDataKey could not be decided, because it depends on ${because}: ${ADD}, or name another key in the policy${OU}.`,
    ],
    [
      'a perhaps behind a Deny, by its statement alone',
      BEHIND,
      {},
      'key-policy-unclear',
      false,
      `: exclude the role from statement Perimeter, ${EXCLUDE}${OU}.`,
    ],
    [
      'a lack for which there is no statement',
      [],
      { paste: undefined },
      'key-policy-lacks-account',
      false,
      'does not let the role call kms:GenerateDataKey: name another key in the policy.',
    ],
    [
      'what is too much to compare, by that name and nothing else',
      Array.from({ length: 40 }, () => statement('*')),
      { requests: Array.from({ length: 1000 }, () => byRole(ROLE)) },
      'too-complex',
      false,
      `the policy of key ${KEY} and what is known of the role are too much to compare: name fewer in either policy, or name another key in the policy.`,
    ],
  ];
  for (const [name, statements, over, code, pastes, says] of rows) {
    test(name, () => {
      const [found, ...more] = reasonsOf(over, ...statements);
      assert.deepEqual([found?.code, found?.paste, more], [code, pastes ? PARTY.paste : undefined, []]);
      assert.ok(found?.message.startsWith('Jobs read bucket logs, and '), found?.message);
      assert.ok(found?.message.endsWith(says), found?.message);
    });
  }

  test('of many causes three are named, and how many more there are', () => {
    const [found] = reasonsOf({}, ...['a1', 'a2', 'a3', 'a4'].map((Sid) => ({ ...DENY, Sid })));
    assert.match(found?.message ?? '', /\(statement a1, statement a2, statement a3 and 1 more\)/);
    assert.doesNotMatch(found?.message ?? '', /a4/);
  });

  test('says whom a Deny leaves out, and what must be seen to as well', () => {
    const [found] = reasonsOf({ denied: 'the role (except at night)', also: ', and see to IAM' }, DENY);
    assert.match(found?.message ?? '', /denies the role \(except at night\) the action .*, and see to IAM\.$/);
  });

  test('of what the bucket policy leaves unsaid offers no wider statement, and only where it is that', () => {
    const unsaid = { keys: ['aws:SourceArn'], remedy: 'list the sources in the bucket policy' };
    const trails = statement({ Service: SERVICE }, 'kms:*', { Condition: { ArnLike: { 'aws:SourceArn': 'arn:x' } } });
    const [found] = reasonsOf({ unsaid, requests: [byService(SERVICE)] }, trails);
    assert.deepEqual([found?.code, found?.paste], ['key-policy-unclear', undefined]);
    assert.match(found?.message ?? '', /: list the sources in the bucket policy, or name another key in the policy\.$/);
    for (const other of [OPEN, []]) assert.equal(reasonsOf({ unsaid }, ...other)[0]?.paste, PARTY.paste);
  });

  test('of its own words is given to whoever is not surely let in, and to whom no key policy can name', () => {
    const instead = { lock: 'nobody has said that it can', remedy: 'ask' };
    const own = { code: PARTY.codes.lacks, message: 'Jobs read bucket logs, and nobody has said that it can: ask.' };
    assert.deepEqual([reasonsOf({ instead }), reasonsOf({ instead }, ...OPEN)], [[own], [own]]);
    assert.deepEqual(reasonsOf({ instead }, statement({ AWS: ROOT })), []);
    assert.deepEqual(reasonsOf({ instead, requests: [] }, statement({ AWS: ROOT })), [own]);
  });
});

describe('a party and the key of its bucket', () => {
  const codesOf = (reasons: Reason[]) => reasons.map(({ code, paste }) => [code, paste]);
  const change = { key: USABLE, safety: seen(), state: STATE, partition: 'aws' };

  test('is judged by the policy of the key', () => {
    assert.deepEqual(codesOf(partyReasons(PARTY, change)), [['key-policy-lacks-account', PARTY.paste]]);
    assert.deepEqual(partyReasons(PARTY, { ...change, safety: seen(statement({ AWS: ROOT })) }), []);
  });

  test('is not let in by no key, nor by one that AWS manages, whatever was read', () => {
    const open = seen(statement({ AWS: ROOT }));
    assert.deepEqual(
      [undefined, { ...USABLE, manager: 'AWS' as const }].map(
        (key) => partyReasons(PARTY, { ...change, safety: open, key })[0],
      ),
      ['', ` ${KEY}`].map((named) => ({
        code: 'key-policy-lacks-account',
        message: `Jobs read bucket logs, and the AWS managed key${named} lets in nobody but account ${ACCOUNT}: name a customer key in the policy.`,
      })),
    );
  });

  test('cannot be seen in the policy of a key of another account', () => {
    const key = { ...USABLE, arn: FOREIGN_KEY, account: '444455556666' };
    assert.deepEqual(partyReasons(PARTY, { ...change, key, safety: safetyWith({}) }), [
      {
        code: 'key-policy-not-ours',
        message: `Jobs read bucket logs, and the key ${FOREIGN_KEY} belongs to account 444455556666, so its policy cannot be read here: name a key of account ${ACCOUNT} in the policy.`,
      },
    ]);
  });

  test('has one code for everything, where that is wanted', () => {
    const party = { ...PARTY, codes: always('reader-service') };
    for (const statements of [[], [DENY]]) {
      const safety = seen(...statements);
      assert.deepEqual(
        codesOf(partyReasons(party, { ...change, safety })).map(([code]) => code),
        ['reader-service'],
      );
    }
  });

  test('that is a service is not surely let in by "*" in an Allow', () => {
    const party = { ...PARTY, requests: [byService(SERVICE)], paste: undefined };
    const codes = (...statements: object[]) =>
      codesOf(partyReasons(party, { ...change, safety: seen(...statements) })).map(([code]) => code);
    assert.deepEqual(codes(statement('*')), ['key-policy-unclear']);
    assert.deepEqual(codes(statement({ Service: SERVICE })), []);
  });
});

describe('many parties together', () => {
  const safety = seen(...Array.from({ length: 100 }, (_, at) => statement({ AWS: `${ROLE}-${at}` })));
  const roles = (count: number) => Array.from({ length: count }, (_, at) => `${ROLE}-${at}`);
  const asked = (
    names: readonly string[],
    over: object = {},
    mendedAtOnce: (name: string) => unknown = (name) => name,
  ) =>
    groupReasons(
      names,
      mendedAtOnce,
      (_, all) => ({ ...PARTY, named: all.join(' and '), requests: all.filter((one) => one !== 'nobody').map(byRole) }),
      { does: 'Many read bucket logs', change: { key: USABLE, safety, state: STATE, partition: 'aws', ...over } },
    );

  test('may be too much to compare, though each is not, and are told once, beside those whom no key policy can name', () => {
    assert.equal(asked(roles(300)).length, 200);
    const names = [...roles(400), 'nobody'];
    assert.deepEqual(asked(names), [
      {
        code: 'too-complex',
        message: `Many read bucket logs, and the policy of key ${KEY} and what is known of all of them are too much to compare: name fewer in either policy, or name another key in the policy.`,
      },
    ]);
  });

  test('are compared with nothing where no policy is there', () => {
    const unseen = [{ key: undefined }, { key: { ...USABLE, manager: 'AWS' } }, { safety: safetyWith({}) }];
    for (const over of unseen) assert.equal(asked(roles(400), over).length, 400);
  });

  test('of those that are mended at once, the ones that are kept out are named in one reason', () => {
    const [found, ...more] = asked([`${ROLE}-1`, `${ROLE}-x`, `${ROLE}-y`], {}, () => '');
    assert.match(found?.message ?? '', /does not let \S+-x and \S+-y call/);
    assert.deepEqual([more, asked([`${ROLE}-1`, `${ROLE}-2`], {}, () => '')], [[], []]);
  });
});

test('a reason of its own words is one sentence, with the statement where there is one', () => {
  const does = 'A does';
  assert.deepEqual(told({ does }, 'writer-unknown', { lock: 'b is shut', remedy: 'open it' }), {
    code: 'writer-unknown',
    message: 'A does, and b is shut: open it.',
  });
  const also = ', and c';
  assert.deepEqual(told({ does, also }, 'writer-unknown', { lock: 'b is shut', remedy: 'open it', paste: '{}' }), {
    code: 'writer-unknown',
    message: 'A does, and b is shut: open it, and c.',
    paste: '{}',
  });
});

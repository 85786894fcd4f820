import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Request } from '../../../src/iam/match.ts';
import {
  allow,
  always,
  type KeyUse,
  keyUse,
  type Party,
  partyReasons,
  told,
  tooMuchForAll,
  useReasons,
} from '../../../src/policy/keys/party.ts';
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

function policy(...Statement: object[]) {
  return { statements: statementsOf({ Statement }), keyArn: KEY, partition: 'aws' };
}

const ASKING = { requests: [byRole(ROLE)], needs: NEEDS, paste: allow('Mend', ROLE, NEEDS) };

describe('who needs a key', () => {
  const use = (...statements: object[]) => keyUse(ASKING, policy(...statements));

  test('is let in by its account', () => {
    assert.deepEqual(use(statement({ AWS: ROOT })), {
      grant: 'allowed',
      because: [],
      action: '',
      mends: false,
      denials: [],
    });
  });

  test('is not let in by an empty policy, and what is pasted mends that', () => {
    assert.deepEqual(use(), { grant: 'no', because: [], action: NEEDS[0], mends: true, denials: [] });
    assert.equal(use(JSON.parse(ASKING.paste)).grant, 'allowed');
  });

  test('is not let in by one action of several, nor as somebody else', () => {
    assert.deepEqual(
      [use(statement({ AWS: ROOT }, NEEDS[0])).action, use(statement({ AWS: ROOT }, NEEDS[1])).action],
      [NEEDS[1], NEEDS[0]],
    );
    assert.equal(use(statement({ AWS: `${ROLE}-2` })).grant, 'no');
  });

  test('is not let in by whatever is pasted where a Deny stands in its way, which is named', () => {
    const { grant, mends, denials } = use(statement({ AWS: ROOT }), DENY);
    assert.deepEqual([grant, mends, denials], ['denied', false, ['statement No']]);
  });

  test('is not mended by a statement for one of its two principals, and each must be let in', () => {
    const requests = [byService('a.amazonaws.com'), byService('b.amazonaws.com')];
    const both = statement({ Service: ['a.amazonaws.com', 'b.amazonaws.com'] });
    for (const Service of ['a.amazonaws.com', 'b.amazonaws.com']) {
      const paste = JSON.stringify(statement({ Service }));
      const { grant, mends } = keyUse({ requests, needs: NEEDS, paste }, policy());
      assert.deepEqual([grant, mends], ['no', false], Service);
      assert.equal(keyUse({ requests, needs: NEEDS }, policy(JSON.parse(paste))).grant, 'no', Service);
    }
    assert.equal(keyUse({ requests, needs: NEEDS, paste: JSON.stringify(both) }, policy()).mends, true);
    assert.equal(keyUse({ requests, needs: NEEDS }, policy(both)).grant, 'allowed');
  });

  test('where nothing can be pasted nothing mends', () => {
    const { grant, mends, denials } = keyUse({ requests: ASKING.requests, needs: NEEDS }, policy(DENY));
    assert.deepEqual([grant, mends, denials], ['denied', false, []]);
  });
});

const PARTY: Party = {
  ...ASKING,
  does: 'Jobs read bucket logs',
  named: 'the role',
  otherwise: 'name another key in the policy',
  codes: {
    lacks: 'key-policy-lacks-account',
    denies: 'key-policy-denies',
    unclear: 'key-policy-unclear',
    unseen: 'key-policy-not-ours',
  },
};
const ADD = 'add the statement below (reseal policy explain shows it too) to the key policy';

describe('a reason', () => {
  const USE: KeyUse = { grant: 'no', because: [], action: 'kms:Decrypt', mends: true, denials: [] };
  const reasons = (over: Partial<KeyUse>, more: Partial<Party> = {}) =>
    useReasons({ ...PARTY, ...more }, { ...USE, ...over }, KEY);

  test('whoever may use the key is no reason', () => assert.deepEqual(reasons({ grant: 'allowed' }), []));

  const OPEN = ['aws:PrincipalOrgID (statement Perimeter)'];
  const OU = ' (the stack parameter OuPath names the organization of the account and would decide such a condition)';
  const EXCLUDE = 'because no Allow outweighs a Deny, or name another key in the policy';
  const rows: [name: string, over: Partial<KeyUse>, code: string, pastes: boolean, says: string][] = [
    [
      'a lack that a statement mends',
      {},
      'key-policy-lacks-account',
      true,
      `the policy of key ${KEY} does not let the role call kms:Decrypt: ${ADD}, or name another key in the policy.`,
    ],
    [
      'a lack behind a Deny',
      { mends: false, denials: ['statement No'] },
      'key-policy-lacks-account',
      false,
      `does not let the role call kms:Decrypt: exclude the role from statement No, ${EXCLUDE}.`,
    ],
    [
      'a denial',
      { grant: 'denied', because: ['statement No'], mends: false, denials: ['statement No'] },
      'key-policy-denies',
      false,
      `the policy of key ${KEY} denies the role the action kms:Decrypt (statement No): exclude the role from statement No, ${EXCLUDE}.`,
    ],
    [
      'a perhaps that a statement settles',
      { grant: 'perhaps', because: OPEN },
      'key-policy-unclear',
      true,
      `whether the policy of key ${KEY} lets the role call kms:Decrypt could not be decided, because it depends on ${OPEN[0]}: ${ADD}, or name another key in the policy${OU}.`,
    ],
    [
      'a perhaps behind a Deny, by its statement alone',
      { grant: 'perhaps', because: OPEN, mends: false, denials: OPEN },
      'key-policy-unclear',
      false,
      `: exclude the role from statement Perimeter, ${EXCLUDE}${OU}.`,
    ],
    [
      'a lack for which there is no statement',
      { mends: false },
      'key-policy-lacks-account',
      false,
      'does not let the role call kms:Decrypt: name another key in the policy.',
    ],
    [
      'what is too much to compare, by that name and nothing else',
      { grant: 'perhaps', mends: false, isTooMuch: true },
      'too-complex',
      false,
      `the policy of key ${KEY} and what is known of the role are too much to compare: name fewer in either policy, or name another key in the policy.`,
    ],
  ];
  for (const [name, over, code, pastes, says] of rows) {
    test(name, () => {
      const [found, ...more] = reasons(over);
      assert.deepEqual([found?.code, found?.paste, more], [code, pastes ? PARTY.paste : undefined, []]);
      assert.ok(found?.message.startsWith('Jobs read bucket logs, and '), found?.message);
      assert.ok(found?.message.endsWith(says), found?.message);
    });
  }

  test('of many causes three are named, and how many more there are', () => {
    const [found] = reasons({ grant: 'denied', because: ['a1', 'a2', 'a3', 'a4'], mends: false });
    assert.match(found?.message ?? '', /\(a1, a2, a3 and 1 more\)/);
    assert.doesNotMatch(found?.message ?? '', /a4/);
  });

  test('says whom a Deny leaves out, and what must be seen to as well', () => {
    const [found] = reasons(
      { grant: 'denied', because: ['statement No'] },
      { denied: 'the role (except at night)', also: ', and see to IAM' },
    );
    assert.match(found?.message ?? '', /denies the role \(except at night\) the action .*, and see to IAM\.$/);
  });

  test('of what the bucket policy leaves unsaid offers no wider statement, and only where it is that', () => {
    const unsaid = { keys: ['aws:SourceArn'], remedy: 'list the sources in the bucket policy' };
    const because = ['aws:SourceArn (statement Trails)'];
    const [found] = reasons({ grant: 'perhaps', because }, { unsaid });
    assert.deepEqual([found?.code, found?.paste], ['key-policy-unclear', undefined]);
    assert.match(found?.message ?? '', /: list the sources in the bucket policy, or name another key in the policy\.$/);
    const others: Partial<KeyUse>[] = [{ grant: 'perhaps', because: OPEN }, {}];
    for (const over of others) assert.equal(reasons(over, { unsaid })[0]?.paste, PARTY.paste);
  });
});

describe('a party and the key of its bucket', () => {
  const STATE = bucketWith({ algorithm: 'AES256' });
  const seen = (...statements: object[]) => safetyWith({ keyPolicy: policy(...statements).statements });
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
  const statements = Array.from({ length: 100 }, (_, at) => statement({ AWS: `${ROLE}-${at}` }));
  const safety = safetyWith({ keyPolicy: policy(...statements).statements });
  const requests = (count: number) => Array.from({ length: count }, (_, at) => byRole(`${ROLE}-${at}`));
  const asked = (count: number, over: object = {}) =>
    tooMuchForAll('Many read bucket logs', requests(count), { key: USABLE, safety, ...over });

  test('may be too much to compare, though each is not, and are told once', () => {
    assert.equal(asked(300), undefined);
    assert.deepEqual(asked(400), {
      code: 'too-complex',
      message: `Many read bucket logs, and the policy of key ${KEY} and what is known of all of them are too much to compare: name fewer in either policy, or name another key in the policy.`,
    });
  });

  test('are compared with nothing where no policy is there', () => {
    const unseen = [{ key: undefined }, { key: { ...USABLE, manager: 'AWS' } }, { safety: safetyWith({}) }];
    for (const over of unseen) assert.equal(asked(400, over), undefined);
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

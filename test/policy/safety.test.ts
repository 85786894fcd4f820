import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Facts } from '../../src/policy/facts.ts';
import { reasonsOf, safetyOf } from '../../src/policy/safety.ts';
import { policyOf, statementsOf } from '../iam/documents.ts';
import { ACCOUNT, bucketWith, FOUND, KEY, safetyWith } from './literals.ts';

const UNREAD = { kind: 'unread', why: 'It could not be read.', denied: true } as const;
const MISREAD = 'was read and not understood: it is not JSON. Correct it, or judge the bucket by hand.';

function reading(facts: Facts) {
  return safetyOf({ state: bucketWith({}), partition: 'aws', facts }, FOUND);
}

const read = <T>(value: T) => ({ kind: 'read', value }) as const;

test('what was read is a value, and what no rule needs is empty', () => {
  assert.deepEqual(reading({}), { safety: safetyWith({}), unreadable: new Map() });
  const statement = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: '*', Resource: '*' };
  const facts: Facts = {
    bucketPolicy: read(undefined),
    keyPolicy: read(policyOf(statement)),
    website: read('site'),
    accessPoints: read([{ name: 'a', policy: policyOf(statement) }, { name: 'none' }]),
    ouPath: read('o-a1/r-b2'),
  };
  const statements = statementsOf({ Statement: [statement] });
  const expected = safetyWith({
    keyPolicy: statements,
    website: 'site',
    accessPoints: [
      { name: 'a', statements },
      { name: 'none', statements: [] },
    ],
    organization: { 'aws:principalorgid': 'o-a1', 'aws:principalorgpaths': 'o-a1/r-b2/' },
  });
  assert.deepEqual(reading(facts), { safety: expected, unreadable: new Map() });
});

describe('what could not be read or understood is one reason by name', () => {
  const rows: [fact: keyof Facts, given: Facts, code: string, message: string][] = [
    ...(
      [
        ['bucketPolicy', 'bucket-policy-unreadable'],
        ['acl', 'acl-unreadable'],
        ['keyPolicy', 'key-policy-unreadable'],
        ['replication', 'replication-unreadable'],
        ['website', 'website-unreadable'],
        ['accessPoints', 'access-points-unreadable'],
      ] as const
    ).map(([fact, code]): [keyof Facts, Facts, string, string] => [fact, { [fact]: UNREAD }, code, UNREAD.why]),
    ['bucketPolicy', { bucketPolicy: read('{') }, 'bucket-policy-unreadable', `The policy of bucket logs ${MISREAD}`],
    ['keyPolicy', { keyPolicy: read('') }, 'key-policy-unreadable', `The policy of key ${KEY} ${MISREAD}`],
    [
      'accessPoints',
      { accessPoints: read([{ name: 'a', policy: '<html>' }]) },
      'access-points-unreadable',
      `The policy of access point a of bucket logs ${MISREAD}`,
    ],
  ];
  for (const [fact, given, code, message] of rows) {
    test(`${fact}: ${message.slice(0, 40)}`, () => {
      assert.deepEqual(reasonsOf(reading(given), [fact]), [{ code, message }]);
      assert.deepEqual(reasonsOf(reading(given), []), []);
    });
  }

  test('several of them, each once', () => {
    const all = reading({
      bucketPolicy: UNREAD,
      acl: UNREAD,
      accessPoints: read(['a', 'b'].map((name) => ({ name, policy: '[' }))),
    });
    assert.deepEqual(
      reasonsOf(all, ['bucketPolicy', 'acl', 'accessPoints']).map(({ code }) => code),
      ['bucket-policy-unreadable', 'acl-unreadable', 'access-points-unreadable'],
    );
  });
});

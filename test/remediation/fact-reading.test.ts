import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FACT_NAMES, type FactName } from '../../src/policy/facts.ts';
import { type Age, type FactDeps, factReading, factsAtHand } from '../../src/remediation/gather.ts';
import { ACCOUNT, FOUND } from '../policy/literals.ts';

type Named = Parameters<typeof factReading>[0];

const NAMED: Named = { bucket: 'logs', account: ACCOUNT };
const SWEEP: Named = { ...NAMED, cause: 'sweep', causeId: 'sweep-1' };
const KEYS = { key: 'alias/reseal', currentKey: 'the current key', keyPolicy: 'the key of the policy' };
const BUCKET = 'logs of 111122223333';

/** What every reader was asked, in words. */
async function asked(names: readonly FactName[], named: Named = NAMED, age?: Age, keys: object = KEYS) {
  const calls: string[] = [];
  const telling =
    (name: string) =>
    async (...of: unknown[]) => {
      const words = of.filter((each) => each !== undefined).map(wordOf);
      calls.push(`${name}: ${words.join(', ')}`);
      return { kind: 'read', value: name };
    };
  const facts = new Proxy({}, { get: (_, name) => telling(String(name)) });
  const read = async (...of: unknown[]) => {
    await telling('key')(...of);
    return FOUND;
  };
  const membership = async (...of: unknown[]) => {
    await telling('account')(...of);
    return { ouPath: FOUND };
  };
  const deps = { region: 'eu-west-1', facts, keys: { read }, ledger: { read: telling('ledger') }, membership };
  const answers = await factReading(named, deps as unknown as FactDeps)(names, keys, age);
  return { calls, answers };
}

function wordOf(each: unknown): string {
  if (typeof each !== 'object' || each === null) return String(each);
  return `${Reflect.get(each, 'bucket')} of ${Reflect.get(each, 'account')}`;
}

describe('every fact is asked of its own reader', () => {
  const rows: Record<FactName, string[]> = {
    tags: [`tags: ${BUCKET}`],
    createdAt: ['createdAt: logs'],
    ouPath: [`account: ${ACCOUNT}`],
    remembered: [`ledger: ${BUCKET}`],
    key: ['key: alias/reseal, 60000'],
    currentKey: ['key: the current key, 60000'],
    history: [`ledger: ${BUCKET}`],
    bucketPolicy: [`bucketPolicy: ${BUCKET}`],
    acl: [`acl: ${BUCKET}`],
    keyPolicy: ['keyPolicy: the key of the policy'],
    replication: [`replication: ${BUCKET}`],
    website: [`website: ${BUCKET}`],
    accessPoints: [`accessPoints: ${BUCKET}`],
  };
  for (const name of FACT_NAMES) {
    test(name, async () => {
      const { calls, answers } = await asked([name]);
      assert.deepEqual([calls, Object.keys(answers)], [rows[name], [name]]);
    });
  }
});

test('what the event said of the creation date is not asked again', async () => {
  const createdAt = '2026-11-02T10:00:00Z';
  const { calls, answers } = await asked(['createdAt'], { ...NAMED, createdAt });
  assert.deepEqual([calls, answers], [[], { createdAt: { kind: 'read', value: createdAt } }]);
});

test('a key may be a minute old for a comparison and two seconds before a write', async () => {
  const ages = [undefined, 'shared', 'fresh'] as const;
  const told = await Promise.all(ages.map(async (age) => (await asked(['key'], NAMED, age)).calls));
  assert.deepEqual(told.flat(), ['key: alias/reseal, 60000', 'key: alias/reseal, 60000', 'key: alias/reseal, 2000']);
});

test('the policy of a key is shared by the looks of one sweep, and by nobody else', async () => {
  const rows: [named: Named, age: Age | undefined, call: string][] = [
    [SWEEP, 'shared', 'keyPolicy: the key of the policy, sweep-1'],
    [SWEEP, undefined, 'keyPolicy: the key of the policy'],
    [SWEEP, 'fresh', 'keyPolicy: the key of the policy'],
    [{ ...SWEEP, cause: 'access-changed' }, 'shared', 'keyPolicy: the key of the policy'],
    [NAMED, 'shared', 'keyPolicy: the key of the policy'],
  ];
  for (const [named, age, call] of rows) assert.deepEqual((await asked(['keyPolicy'], named, age)).calls, [call]);
});

test('a key that cannot be read is unread, with what to allow', async () => {
  const read = () => Promise.reject(Object.assign(new Error('said KMS'), { name: 'AccessDeniedException' }));
  const deps = { account: ACCOUNT, region: 'eu-west-1', keys: { read } } as unknown as FactDeps;
  assert.deepEqual(await factReading(NAMED, deps)(['key'], KEYS), {
    key: {
      kind: 'unread',
      why: 'The key alias/reseal could not be read with kms:DescribeKey: AccessDeniedException: said KMS; allow this role kms:DescribeKey on it.',
      denied: true,
    },
  });
});

test('of the facts at hand are the place in the organization and the sources of access logs, where somebody said them', () => {
  const sources = [{ bucket: 'app', prefix: '' }];
  const ouPath = { kind: 'read', value: 'o-1/r-1/' } as const;
  assert.deepEqual(factsAtHand({ ...NAMED, logSources: sources }, { ouPath }), { ouPath, logSources: sources });
  assert.deepEqual(factsAtHand(NAMED, { ouPath }), { ouPath });
});

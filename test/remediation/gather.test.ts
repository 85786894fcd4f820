import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Known } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import { concluded, gather, type ReadFacts } from '../../src/remediation/gather.ts';
import { policyOf } from '../iam/documents.ts';
import { ACCOUNT, bucketWith, FOUND, KEY, NOW, USABLE } from '../policy/literals.ts';

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const ROOT = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'kms:*', Resource: '*' };
const known: Known = {
  state: bucketWith({ algorithm: 'AES256' }),
  kind: 'general-purpose',
  partition: 'aws',
  policy: parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } }),
  facts: {},
  now: NOW,
};
const ACCOUNT_FACTS: Facts = {
  key: FOUND,
  bucketPolicy: read(undefined),
  acl: read([]),
  keyPolicy: read(policyOf(ROOT)),
  website: read('none'),
  replication: read([]),
};
const history = read({ repairs: [], logSources: [] });

/** A reader that knows `facts`, and every round of reading that it was asked for. */
function recording(facts: Facts, fresh: Facts = facts): { read: ReadFacts; rounds: string[][] } {
  const rounds: string[][] = [];
  return {
    rounds,
    read: async (names, _keys, age) => {
      rounds.push(age === 'fresh' ? [...names, age] : [...names]);
      const from = age === 'fresh' ? fresh : facts;
      return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
    },
  };
}

test('a bucket below its standard is handed back once its key was looked up again, and judged with its history', async () => {
  const reader = recording(ACCOUNT_FACTS);
  const { decision, facts } = await gather(known, reader.read);
  assert.ok(decision.kind === 'needs');
  assert.deepEqual([decision.stage, facts], ['history', { key: FOUND }]);
  const gathered = await concluded({ ...known, facts: { ...facts, history } }, reader.read);
  assert.equal(gathered.decision.verdict.kind, 'repair');
  assert.deepEqual(reader.rounds, [
    ['key'],
    ['key', 'fresh'],
    ['bucketPolicy', 'acl', 'keyPolicy', 'website', 'replication'],
  ]);
});

test('a key that is not what it was a minute ago is judged anew before the history is needed', async () => {
  const disabled: Facts = { key: { kind: 'found', key: { ...USABLE, state: 'Disabled' } } };
  const { decision, facts } = await gather(known, recording(ACCOUNT_FACTS, disabled).read);
  assert.ok(decision.kind === 'needs');
  assert.deepEqual([decision.stage, facts], ['history', disabled]);
});

test('a compliant bucket is decided without a history', async () => {
  const state = bucketWith({ algorithm: 'aws:kms', keyId: KEY, bucketKey: true });
  const reader = recording(ACCOUNT_FACTS);
  const { decision } = await gather({ ...known, state }, reader.read);
  assert.deepEqual([decision.kind, reader.rounds], ['decided', [['key'], ['bucketPolicy', 'keyPolicy']]]);
});

test('a reader that does not answer ends the judging with an error, and not in a loop', async () => {
  await assert.rejects(gather(known, recording({}).read), { code: 'unreadable' });
  await assert.rejects(concluded(known, recording(ACCOUNT_FACTS).read), { code: 'unreadable' });
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '../../../src/policy/document/document.ts';
import type { When } from '../../../src/policy/document/document-when.ts';
import { policyWarnings } from '../../../src/policy/document/warnings.ts';

const KEY_ARN = 'arn:aws:kms:eu-weast-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const NOW = new Date('2026-11-02T10:15:30Z');

test('a good policy has no warnings', () => {
  assert.deepEqual(warnings({ rules: [{ buckets: ['app-*'] }, { buckets: ['web-*'] }, {}] }), []);
});

test('a Region that nobody knows, wherever the policy names one', () => {
  const document = parsePolicy({
    version: 1,
    standard: {
      algorithm: 'aws:kms',
      key: {
        'eu-wset-1': 'alias/a',
        '111122223333/us-esat-1': 'alias/b',
        'mars-north-1': 'alias/c',
        default: 'alias/d',
      },
    },
    rules: [
      { name: 'a', when: { regions: ['eu-west-1', 'eu-wets-1'] } },
      { name: 'b', when: { kind: 'directory' }, standard: { key: KEY_ARN } },
    ],
    exceptions: [{ when: { regions: ['ap-suoth-1'] }, reason: 'r', owner: 'o', until: '2027-01-31' }],
  });
  const told = policyWarnings(document, NOW).map(({ path, expected, found }) => [path.join('.'), expected, found]);
  const meant = (region: string) =>
    `a Region that this version knows${region}, because no bucket is in one that is misspelt`;
  assert.deepEqual(told, [
    ['rules.0.when.regions.1', meant(' (eu-west-1?)'), '"eu-wets-1"'],
    ['exceptions.0.when.regions.0', meant(' (ap-south-1?)'), '"ap-suoth-1"'],
    ['standard.key.eu-wset-1', meant(' (eu-west-1?)'), '"eu-wset-1"'],
    ['standard.key.111122223333/us-esat-1', meant(' (us-east-1?)'), '"us-esat-1"'],
    ['standard.key.mars-north-1', meant(''), '"mars-north-1"'],
    ['rules.1.standard.key', meant(' (eu-west-1?)'), '"eu-weast-1"'],
  ]);
});

describe('a rule that an earlier one leaves nothing to', () => {
  const rows: [string, When, When][] = [
    ['every bucket', {}, { buckets: ['a'] }],
    ['a wider name', { buckets: ['x', 'app-*'] }, { buckets: ['app-a', 'app-b-*'], kind: 'directory' }],
    ['an ending', { buckets: ['*-logs'] }, { buckets: ['app-*-logs'] }],
    ['a name in the middle', { buckets: ['*mid*'] }, { buckets: ['a-mid-?'] }],
    [
      'more accounts',
      { accounts: ['111122223333', '444455556666'] },
      { accounts: ['444455556666'], regions: ['eu-west-1'] },
    ],
    ['more Regions', { regions: ['eu-west-1', 'eu-west-2'] }, { regions: ['eu-west-2', 'eu-west-1'] }],
    ['an OU above', { ou: 'o-1/r-1' }, { ou: ['o-1/r-1/ou-1-1', 'o-1/r-1/ou-1-2/'] }],
    ['fewer tags', { tags: [{ key: 'a' }] }, { tags: [{ key: 'b' }, { key: 'a', value: '1' }] }],
    ['the same kind', { kind: 'directory' }, { kind: 'directory', buckets: ['a'] }],
    ['the same log targets', { logTarget: true }, { logTarget: true, accounts: ['111122223333'] }],
    ['a later end', { createdBefore: '2026-03-01' }, { createdBefore: '2026-02-01' }],
    ['the same end', { createdBefore: '2026-03-01' }, { createdBefore: '2026-03-01', kind: 'directory' }],
    ['a longer time', { createdAfter: '2026-01-01' }, { createdAfter: '2026-02-01', createdBefore: '2026-03-01' }],
  ];
  for (const [name, earlier, later] of rows) {
    test(name, () => {
      assert.deepEqual(warnings({ rules: [{ buckets: ['never'] }, earlier, later] }), [
        {
          path: ['rules', 2],
          expected: 'buckets that no earlier rule takes',
          found: 'rule "r2", whose buckets all go to rules[1] "r1"',
        },
      ]);
      assert.deepEqual(warnings({ rules: [later, { buckets: ['never'] }] }), []);
    });
  }
});

describe('rules that only look alike are not warned of', () => {
  const rows: [string, When, When][] = [
    ['a narrower name', { buckets: ['app-a*'] }, { buckets: ['app-*'] }],
    ['one name of two', { buckets: ['app-*'] }, { buckets: ['app-a', 'web-a'] }],
    ['an OU beside', { ou: 'o-1/r-1/ou-1-1' }, { ou: 'o-1/r-1/ou-1-11' }],
    ['more tags', { tags: [{ key: 'a' }, { key: 'b' }] }, { tags: [{ key: 'a' }] }],
    ['one value', { tags: [{ key: 'a', value: '1' }] }, { tags: [{ key: 'a' }] }],
    ['no condition of the kind', { kind: 'directory' }, { buckets: ['a'] }],
    ['the other log targets', { logTarget: true }, { logTarget: false }],
    ['a shorter time', { createdBefore: '2026-01-01' }, { createdBefore: '2026-02-01' }],
  ];
  for (const [name, earlier, later] of rows) {
    test(name, () => assert.deepEqual(warnings({ rules: [earlier, later] }), []));
  }
});

test('exceptions that are over or already covered, and values said twice', () => {
  const entry = { reason: 'r', owner: 'o' };
  const exceptions = [
    { bucket: 'old', ...entry, until: '2026-11-01' },
    {
      when: { buckets: ['imp-*'], accounts: ['111122223333', '444455556666', '111122223333'] },
      ...entry,
      until: '2027-01-01',
    },
    { when: { buckets: ['imp-a'], accounts: ['111122223333'] }, ...entry, until: '2026-12-31' },
    { when: { buckets: ['imp-b'], accounts: ['111122223333'] }, ...entry, until: '2027-01-02' },
  ];
  assert.deepEqual(policyWarnings(parsePolicy(policy({ exceptions })), NOW), [
    { path: ['exceptions', 0, 'until'], expected: 'a day that is not over', found: '"2026-11-01"' },
    {
      path: ['exceptions', 2],
      expected: 'buckets that no earlier exception exempts as long',
      found: 'an exception whose buckets are all in exceptions[1], which ends on 2027-01-01',
    },
    {
      path: ['exceptions', 1, 'when', 'accounts', 2],
      expected: 'each value once',
      found: '"111122223333", which accounts[0] says already',
    },
  ]);
});

test('a name in capitals, which no new bucket can have', () => {
  const rules = [{ name: 'a', when: { buckets: ['app-*', 'App-?'] } }];
  const exceptions = [{ bucket: 'Old' }, { when: { buckets: ['LOGS-*'] } }].map((which) => ({
    ...which,
    reason: 'r',
    owner: 'o',
    until: '2027-01-31',
  }));
  assert.deepEqual(
    policyWarnings(parsePolicy(policy({ rules, exceptions })), NOW).map(({ path, found }) => [path.join('.'), found]),
    [
      ['rules.0.when.buckets.1', '"App-?"'],
      ['exceptions.1.when.buckets.0', '"LOGS-*"'],
      ['exceptions.0.bucket', '"Old"'],
    ],
  );
});

test('an exception that goes past a year is warned of, to the day', () => {
  const exceptions = ['2027-11-02', '2027-11-03', '2027-11-04', '2099-12-31'].map((until, index) => ({
    bucket: `bucket-${index}`,
    reason: 'r',
    owner: 'o',
    until,
  }));
  assert.deepEqual(
    policyWarnings(parsePolicy(policy({ exceptions })), NOW),
    ['2027-11-04', '2099-12-31'].map((until, index) => ({
      path: ['exceptions', index + 2, 'until'],
      expected: 'a day within a year, to be renewed then',
      found: `"${until}"`,
    })),
  );
});

function warnings({ rules }: { rules: When[] }) {
  const named = rules.map((each, index) => ({ name: `r${index}`, when: each }));
  return policyWarnings(parsePolicy(policy({ rules: named })), NOW);
}

function policy(change: object): object {
  return { version: 1, standard: { algorithm: 'AES256' }, ...change };
}

function told(objects: object, rules: object[] = []) {
  const document = parsePolicy({
    version: 1,
    standard: { algorithm: 'AES256' },
    objects,
    rules: rules.map((each, index) => ({ name: `r${index}`, when: { buckets: [`b${index}`] }, objects: each })),
  });
  return policyWarnings(document, NOW).map(({ path, found }) => `${path.join('.')}: ${found}`);
}

test('a small bucket at once, and restores, without the one method that does them', () => {
  const restore = { tier: 'Bulk', days: 1 };
  assert.deepEqual(told({ inlineUpTo: 10, restore }), [
    'objects.inlineUpTo: update-encryption and copy',
    'objects.restore: update-encryption and copy',
  ]);
  assert.deepEqual(told({ inlineUpTo: 10, restore, methods: ['copy', 'own-copy'] }, [{ methods: ['copy'] }]), []);
  assert.deepEqual(told({}, [{ inlineUpTo: 5, methods: ['copy'] }, { inlineUpTo: 0 }, {}]), [
    'rules.0.objects.inlineUpTo: copy',
  ]);
});

test('noncurrent versions that are wanted without the one method that takes them', () => {
  assert.deepEqual(told({ versions: 'all', methods: ['copy'] }), ['objects.methods: copy alone']);
  assert.deepEqual(told({ versions: 'all' }, [{ methods: ['copy'] }, { proof: 1 }]), [
    'rules.0.objects.methods: copy alone',
  ]);
  assert.deepEqual(told({ versions: 'all', methods: ['copy', 'own-copy'] }), [
    'objects.methods: copy and own-copy alone',
  ]);
  assert.deepEqual(
    told({ methods: ['copy'] }, [{ versions: 'all' }, { versions: 'all', methods: ['update-encryption'] }]),
    ['rules.0.objects.versions: copy alone'],
  );
});

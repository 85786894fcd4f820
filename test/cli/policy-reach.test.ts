import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { reachOf } from '../../cli/policy-reach.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';

const web = { name: 'web', when: { buckets: ['www.*'] } };
const all = { name: 'all', when: {} };
const NO = 'Reseal changes no bucket under this policy';
const YES = 'Reseal changes buckets under this policy';

describe('whose buckets are changed', () => {
  const rows: [name: string, policy: object, told: string][] = [
    ['all', {}, `${YES} (mode: enforce).`],
    ['none', { mode: 'observe', rules: [web] }, `${NO} (mode: observe).`],
    [
      'those of a rule',
      { mode: 'observe', rules: [{ ...web, mode: 'enforce' }] },
      'Reseal changes only the buckets of rule "web" (mode: observe).',
    ],
    [
      'all but those of a rule',
      { rules: [{ ...web, mode: 'observe' }] },
      `${YES} (mode: enforce), but not those of rule "web".`,
    ],
    [
      'none, because an earlier rule takes them all and observes',
      { rules: [{ ...all, mode: 'observe' }, web] },
      `${NO} (all others go to rule "all", mode: observe).`,
    ],
    [
      'none, because a rule for every name does',
      { rules: [{ name: 'all', when: { buckets: ['*'] }, mode: 'observe' }, web] },
      `${NO} (all others go to rule "all", mode: observe).`,
    ],
    [
      'only those before such a rule',
      { rules: [web, { ...all, mode: 'observe' }] },
      'Reseal changes only the buckets of rule "web" (all others go to rule "all", mode: observe).',
    ],
    [
      'all, because a rule takes them and enforces',
      { mode: 'observe', rules: [{ ...all, mode: 'enforce' }, web] },
      `${YES} (all others go to rule "all", mode: enforce).`,
    ],
  ];
  for (const [name, policy, told] of rows) {
    test(name, () => {
      const standard = { algorithm: 'aws:kms', key: 'alias/reseal' };
      assert.equal(reachOf(parsePolicy({ version: 1, standard, ...policy })), told);
    });
  }
});

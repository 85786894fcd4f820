import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyDifference } from '../../cli/policy-difference.ts';

const web = { name: 'web', when: { buckets: ['www.*'] } };
const app = { name: 'app', when: {}, standard: { bucketKey: false } };
const old = { bucket: 'old', until: '2026-12-31' };
const sandbox = { when: { ou: 'o-1/r-1' }, until: '2026-12-31' };

const ROWS: [name: string, before: unknown, after: unknown, lines: string[]][] = [
  ['the same', { mode: 'enforce', rules: [web] }, { rules: [web], mode: 'enforce' }, []],
  ['a value', { mode: 'enforce' }, { mode: 'observe' }, ['- mode: "enforce"', '+ mode: "observe"']],
  [
    'another shape',
    { standard: { key: 'alias/a' } },
    { standard: { key: { default: 'alias/a' } } },
    ['- standard.key: "alias/a"', '+ standard.key.default: "alias/a"'],
  ],
  [
    'a rule above another',
    { rules: [web] },
    { rules: [app, web] },
    [
      '- rules in order: "web"',
      '+ rules in order: "app", "web"',
      '+ rules."app".name: "app"',
      '+ rules."app".when: {}',
      '+ rules."app".standard.bucketKey: false',
    ],
  ],
  [
    'rules in another order',
    { rules: [web, app] },
    { rules: [app, web] },
    ['- rules in order: "web", "app"', '+ rules in order: "app", "web"'],
  ],
  [
    'an exception that lasts longer, and one that is gone',
    { exceptions: [old, sandbox] },
    { exceptions: [{ ...old, until: '2027-01-31' }] },
    [
      '- exceptions in order: old, {"ou":"o-1/r-1"}',
      '+ exceptions in order: old',
      '- exceptions.old.until: "2026-12-31"',
      '+ exceptions.old.until: "2027-01-31"',
      '- exceptions.{"ou":"o-1/r-1"}.when.ou: "o-1/r-1"',
      '- exceptions.{"ou":"o-1/r-1"}.until: "2026-12-31"',
    ],
  ],
  ['a list of texts', { regions: ['a', 'b'] }, { regions: ['a'] }, ['- regions: ["a","b"]', '+ regions: ["a"]']],
  [
    'the last rule',
    { rules: [app] },
    { rules: [] },
    [
      '- rules in order: "app"',
      '- rules."app".name: "app"',
      '- rules."app".when: {}',
      '- rules."app".standard.bucketKey: false',
      '+ rules: []',
    ],
  ],
  ['what was no policy', 'broken', { mode: 'observe' }, ['- : "broken"', '+ mode: "observe"']],
];

for (const [name, before, after, lines] of ROWS) {
  test(name, () => assert.deepEqual(policyDifference(before, after), lines));
}

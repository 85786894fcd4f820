import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { reasonsPage } from '../../scripts/reasons-page.ts';
import { ENDED } from '../../cli/jobs/job-filter.ts';
import { TASK_CAUSES, UNKNOWN_CAUSE } from '../../src/policy/plan/task-codes.ts';
import { LACKS, LEFT_CODES } from '../../src/policy/plan/object-standing.ts';
import { REASONS } from '../../src/policy/reasons.ts';
import { documentsOfReseal, quotedIn, ROOT } from './documents.ts';

const codes = Object.keys(REASONS);
/** Why one task of a job failed. */
const causes = [...TASK_CAUSES, UNKNOWN_CAUSE].map(({ id }) => id);

describe('the catalogue of reason codes', () => {
  test('is what docs/reasons.md shows', () => {
    assert.equal(readFileSync(path.join(ROOT, 'docs/reasons.md'), 'utf8'), reasonsPage(), 'run npm run schema');
  });

  test('has no code on two lists, and every code in its page once', () => {
    const shown = [...reasonsPage().matchAll(/^\| `([^`]+)` \|/gm)].map(([, code = '']) => code);
    assert.deepEqual(shown.toSorted(), [...codes, ...causes].toSorted());
  });

  // That no code is used which is not here, the compiler proves: Reason.code is the union of the keys.
  test('holds no code that src never gives', () => {
    const files = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !/\/reasons(-of-\w+)?\.ts$/.test(file));
    const source = files.map((file) => readFileSync(path.join(ROOT, file), 'utf8')).join('\n');
    assert.deepEqual(
      codes.filter((code) => !source.includes(`'${code}'`)),
      [],
    );
  });

  test('says each meaning and remedy in whole sentences', () => {
    for (const [code, { meaning, remedy }] of Object.entries(REASONS)) {
      assert.match(meaning, /^[A-Z].*\.$/, code);
      assert.match(remedy, /^[A-Z].*\.$/, code);
    }
  });
});

describe('a word in a document that looks like a reason code is one, or another known word', () => {
  for (const { file, text } of documentsOfReseal()) {
    test(file, () => assert.deepEqual(strangersIn(text), [], 'no reason code, and not in OTHERS'));
  }

  test('and an invented code is found, in prose and in an example', () => {
    const example = '```json\n{"reasons": [{"code": "key-too-old", "message": "..."}]}\n```\n';
    assert.deepEqual(strangersIn(`Held by \`key-is-tired\`.\n${example}`), ['key-is-tired', 'key-too-old']);
  });
});

/** Words of the same form that are something else: functions, roles, packages, folders of events, names of buckets, states and values. */
const OTHERS = [
  'announce-change assess-bucket track-job reencrypt-object by-place large-object inline-lane reseal-hub-reencrypt-object',
  'reseal-hub-assess-bucket reseal-assess-bucket reseal-hub-track-job reseal-track-job reseal-track-job reseal-hub-track-job reseal-batch reseal-reencrypt-object reseal-forward reseal-forward-writes reseal-reader reseal-reports reseal-organization',
  Object.keys(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).devDependencies).join(' '),
  globSync('events/*/', { cwd: ROOT })
    .map((folder) => path.basename(folder))
    .join(' '),
  'bucket-repaired complete-with-failures nothing-to-do general-purpose built-in update-encryption own-copy eu-west-1 x-amz-bucket-region',
  // How objects stand and jobs end, and the words of an item.
  [...LEFT_CODES, ...LACKS, ...ENDED, 'next-sweep', 'not-said', 'customer-key'].join(' '),
  'elb-logs escrow-uploads legacy-export legacy-import legacy-import-2 org-trail scratch-1 shop-assets shop-public-assets',
].flatMap((words) => words.split(' '));

function strangersIn(text: string): string[] {
  const words = quotedIn(text).filter((word) => /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(word));
  const examples = [...text.matchAll(/"code": "([a-z0-9-]+)",\s*"message"/g)].map(([, code = '']) => code);
  const known = new Set<string>([...codes, ...causes, ...OTHERS]);
  return [...new Set([...words, ...examples])].filter((word) => !known.has(word));
}

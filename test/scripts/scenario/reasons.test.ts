import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offencesOf } from '../../../scripts/scenario/offences.ts';
import { renderReasons } from '../../../scripts/scenario/reasons.ts';
import type { BucketResult } from '../../../scripts/scenario/result.ts';

function result(bucket: string, over: Partial<Omit<BucketResult, 'objects'>> & { excused?: number; below?: number }) {
  const { excused = 0, below = 0, ...rest } = over;
  const place = { account: '111111111111', region: 'eu-west-1' };
  const rule = { rule: 'default', before: 'SSE-S3', after: 'SSE-S3' };
  const objects = { total: 9, identical: 9, reencrypted: 0, below, excused };
  return { bucket, ...place, verdict: 'repair', reasons: [told(`Why ${bucket}.`)], ...rule, ...rest, objects };
}

const told = (message: string, statement?: object) => ({ code: 'why', message, ...(statement && { statement }) });
const LEFT_OVER = { code: 'directory-bucket', message: 'No job can.' };

test('each bucket that is held, unreadable or left as it is has its first reason, with the statement to paste', () => {
  const results = [
    result('repaired', { excused: 3 }),
    result('directory', { excused: 3, reasons: [told('It was below.'), LEFT_OVER] }),
    result('versions', { excused: 0, reasons: [told('It was below.'), LEFT_OVER] }),
    result('logs', { verdict: 'compliant', excused: 2 }),
    result('unread', { verdict: 'unreadable', reasons: [told('Two\n  lines.'), told('More.')] }),
    result('right', { verdict: 'compliant' }),
    result('site', { verdict: 'hold', reasons: [told('Visitors read it.', { Sid: 'A' }), told('It is below.')] }),
    result('exempt', { verdict: 'exempt', excused: 1 }),
    result('shared', { verdict: 'hold', reasons: [] }),
  ];
  assert.deepEqual(renderReasons(results, 80).split('\n'), [
    'Held, so nothing was changed until somebody has dealt with it:',
    '  site',
    '    Visitors read it.',
    '      {',
    '        "Sid": "A"',
    '      }',
    '  shared',
    '    no reason was recorded',
    '',
    'Unreadable, so nothing was judged:',
    '  unread',
    '    Two lines.',
    '',
    'Left as they are:',
    '  logs',
    '    Why logs.',
    '  exempt',
    '    Why exempt.',
    '',
    'Repaired, with objects that stay as they are:',
    '  directory',
    '    No job can.',
  ]);
});

test('nothing is said where every bucket is right', () => {
  assert.equal(renderReasons([result('repaired', {}), result('right', { verdict: 'compliant' })], 80), '');
});

test('objects below, unexpected verdicts and what is broken are offences, by name', () => {
  const results = [result('fine', {}), result('missed', { below: 2 }), result('site', {}), result('new', {})];
  const broken = ['site: the website no longer works: Error: index.html is answered with 403'];
  const expected = new Map([
    ['fine', 'repair'],
    ['missed', 'repair'],
    ['site', 'hold'],
  ]);
  assert.deepEqual(offencesOf({ results, broken }, expected), [
    'missed: 2 objects below standard',
    'site: expected the verdict hold, found repair',
    'new: expected the verdict undefined, found repair',
    ...broken,
  ]);
  assert.deepEqual(offencesOf({ results: results.slice(0, 1), broken: [] }, expected), []);
});

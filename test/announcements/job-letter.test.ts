import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterOf } from '../../src/announcements/announcement-text.ts';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import type { ClosedJob } from '../../src/ledger/job-item.ts';
import { jobOf } from './ledger-images.ts';

function textOf(over: Partial<ClosedJob>, without: readonly (keyof ClosedJob)[] = []): string {
  const job = jobOf(over);
  for (const name of without) delete job[name];
  const [announcement] = jobAnnouncements(job);
  return letterOf(announcement ?? assert.fail('nothing is announced')).text;
}

test('what was not tried is counted, and said to be unknown where it is', () => {
  const cancelled = { status: 'cancelled', total: 300, succeeded: 4, failed: 2 };
  assert.match(textOf({ ...cancelled, untried: 294 }), /^Objects: 300 in all, 4 done, 2 failed, 294 not tried$/m);
  const unknown = { ...cancelled, total: 0, succeeded: 0, failed: 0 };
  assert.match(textOf(unknown, ['untried']), /^Objects: not known how many$/m);
});

test('a report or a list that does not exist is not named', () => {
  const both = textOf({});
  assert.match(both, /^Report: s3:/m);
  assert.match(both, /^List of its objects: s3:/m);
  assert.doesNotMatch(textOf({}, ['report', 'list', 'proof']), /^(?:Report|List of its objects|Sample):/m);
});

test('what Reseal does next is said', () => {
  const next = {
    now: /tries what is left once more now/,
    'next-sweep': /next sweep has what is left/,
    no: /by itself/,
  };
  for (const [again, words] of Object.entries(next)) {
    const [line = ''] = /^Next: .*$/m.exec(textOf({ again: again as keyof typeof next })) ?? [];
    assert.match(line, words);
  }
  assert.doesNotMatch(textOf({}, ['again']), /^Next:/m);
});

test('a sample that missed is told with its keys', () => {
  const proof = { sampled: 100, seed: 'abc', missed: 2, unread: 1, changed: 3, keys: ['a', 'b c'] };
  assert.match(
    textOf({ proof }),
    /^Sample: 2 of 100 objects are not as the job should have left them, 3 were changed since, 1 could not be read \(seed abc\)\nNot as it should be: a\nNot as it should be: b c$/m,
  );
});

test('a job that S3 never took is named by its token', () => {
  const text = textOf({ status: 'refused' }, ['jobId']);
  assert.match(text, /^Job: never launched, refused$/m);
  assert.match(text, /reseal job [0-9a-f]{40} --retry/);
});

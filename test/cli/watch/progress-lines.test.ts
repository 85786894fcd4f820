import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { liveBlock } from '../../../cli/live-block.ts';
import { progressLines } from '../../../cli/watch/progress-lines.ts';
import { sweepReport } from '../../../cli/watch/sweep-report.ts';
import { bucketsOf, tallyOf } from '../status/some-overview.ts';
import { goingOn, jobOf, progressWith } from './some-progress.ts';

const ENDED_JOB = jobOf({
  status: 'complete-with-failures',
  closedAt: '2026-11-30T16:03:00.000Z',
  succeeded: 12_000,
  failed: 3,
  failures: [{ code: 'Access\u0007Denied', count: 3 }],
});

const HALF = goingOn({ sent: 2_000, waiting: 500, tally: tallyOf([jobOf(), ENDED_JOB]) });

describe('progress', () => {
  test('is bars on a terminal, with the pace, the time left, and failures by code', () => {
    assert.deepEqual(progressLines(HALF, { perSecond: 210.04, secondsLeft: 42 }, 80).block, [
      'accounts [###########------------] 1 of 2',
      'buckets  [#################------] 1,500 of 2,000 so far judged, 210/s, 42 seconds left',
      'jobs     1 open, 1 ended',
      'objects  12,000 re-encrypted, 3 failed (Access\\u{7}Denied 3)',
    ]);
  });

  test('says how many jobs wait for somebody', () => {
    const tally = tallyOf([jobOf(), jobOf({ status: 'suspended' })]);
    assert.match(progressLines(goingOn({ tally }), {}, 80).line ?? '', /jobs 2 open \(1 to be confirmed\), 0 ended/);
  });

  test('is one line elsewhere', () => {
    assert.equal(
      progressLines(HALF, {}, 80).line,
      'accounts 1 of 2, buckets 1,500 of 2,000 so far, jobs 1 open, 1 ended, objects 12,000 re-encrypted, 3 failed (Access\\u{7}Denied 3)',
    );
  });

  test('of a sweep that does not know its accounts yet, or whose queue has more of others, is none', () => {
    const { sweep, ...rest } = goingOn({ accountsDone: 0, sent: 2, waiting: 9 });
    const { accounts: _, ...unknown } = sweep;
    assert.deepEqual(progressLines({ ...rest, sweep: unknown }, {}, 40).block.slice(0, 2), [
      'accounts [----------] 0 of ?',
      'buckets  [----------] 0 of 2 so far judged',
    ]);
  });
});

describe('what is shown', () => {
  function shownOn({ isTTY, columns = 40 }: { isTTY: boolean; columns?: number }): string {
    let text = '';
    const out = {
      isTTY,
      columns,
      write: (chunk: string | Uint8Array) => ((text += String(chunk)), true),
      on: () => process.stdout,
      off: () => process.stdout,
    };
    using block = liveBlock(out);
    const shown = { block: ['one '.repeat(20), 'two'], line: 'one two' };
    block.show(shown);
    block.show(shown);
    block.say('stays');
    return text;
  }

  test('is rewritten in place on a terminal, and never folded by it', (t) => {
    const { NO_COLOR: before } = process.env;
    delete process.env['NO_COLOR'];
    t.after(() => before !== undefined && (process.env['NO_COLOR'] = before));
    const text = shownOn({ isTTY: true });
    const clear = '\r\u001b[2A\u001b[J';
    const block = `${'one '.repeat(20).slice(0, 39)}\ntwo\n`;
    assert.equal(text, `${block}${clear}${block}${clear}stays\n`);
  });

  test('is no higher than the terminal, because what has scrolled away cannot be rewritten', (t) => {
    const { NO_COLOR: before } = process.env;
    delete process.env['NO_COLOR'];
    t.after(() => before !== undefined && (process.env['NO_COLOR'] = before));
    let text = '';
    const none = () => process.stdout;
    const write = (chunk: string | Uint8Array) => ((text += String(chunk)), true);
    using block = liveBlock({ isTTY: true, columns: 40, rows: 3, write, on: none, off: none });
    block.show({ block: ['1', '2', '3', '4'] });
    assert.equal(text, '1\n... 3 more lines\n');
  });

  test('is a line a change without a terminal, with no control character', () => {
    assert.equal(shownOn({ isTTY: false }), 'one two\nstays\n');
  });
});

test('the end is a report: verdicts with reasons, jobs, failures, what was not reached', () => {
  const tally = tallyOf([
    ...bucketsOf(1, 'compliant'),
    ...bucketsOf(3, 'repair'),
    ...bucketsOf(2, 'hold', 'flapping'),
    ...bucketsOf(1, 'unreadable', 'read-denied'),
    ENDED_JOB,
  ]);
  const unreached = { accounts: 1, first: [{ account: '444455556666', why: 'AccessDenied' }] };
  assert.equal(
    sweepReport(progressWith({ tally }, { unreached, missing: ['gone'] }), [], 80),
    `sweep         sweep-1
accounts      2 in 4 minutes; 1 not reached: 444455556666 (AccessDenied)
buckets       8 looked at; not found: gone
repaired      3
held          2: flapping 2 (flapping-0, flapping-1)
unreadable    1: read-denied 1 (read-denied-0)
jobs          1, 12,000 objects re-encrypted
failed        3 objects, Access\\u{7}Denied

Nothing needs a person.`,
  );
});

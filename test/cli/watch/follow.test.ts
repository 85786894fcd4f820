import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { follow, type Pace } from '../../../cli/watch/follow.ts';
import { ResealError } from '../../../src/errors.ts';
import type { SweepProgress } from '../../../src/remediation/sweep-progress.ts';
import { tallyOf } from '../status/some-overview.ts';
import { ENDED, goingOn, jobOf, progressWith } from './some-progress.ts';

/** Follows through these readings, by a clock that moves as long as is waited for. */
async function followed(readings: (SweepProgress | Error)[], startMs = Date.parse(ENDED)) {
  let nowMs = startMs;
  const waits: number[] = [];
  const paces: Pace[] = [];
  const failures: unknown[] = [];
  const end = await follow({
    read: async () => {
      const reading = readings.shift();
      if (reading === undefined) throw new Error('it goes on after its end');
      if (reading instanceof Error) throw reading;
      return reading;
    },
    show: (_, pace) => paces.push(pace),
    failed: (error) => failures.push(error),
    now: () => new Date(nowMs),
    wait: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  });
  return { end, waits, paces, failures, left: readings.length };
}

const unread = (retryable: boolean) => new ResealError('unreadable', 'no answer', { retryable });

describe('a sweep is followed', () => {
  test('until it has ended, its queue was empty twice in a row, and no job of it is open', async () => {
    const open = progressWith({ tally: tallyOf([jobOf()]) });
    const readings = [goingOn({ waiting: 4 }), goingOn(), progressWith({ waiting: 3 }), open, open, progressWith()];
    const { left, waits } = await followed(readings);
    assert.equal(left, 0);
    assert.equal(waits.length, 5);
    const busyAgain = await followed([progressWith(), progressWith({ waiting: 1 }), progressWith(), progressWith()]);
    assert.equal(busyAgain.left, 0);
  });

  test('no longer than until all of its open jobs wait for somebody to confirm them', async () => {
    const asks = progressWith({ tally: tallyOf([jobOf({ status: 'suspended' })]) });
    const both = progressWith({ tally: tallyOf([jobOf(), jobOf({ status: 'suspended' })]) });
    assert.equal((await followed([both, both, both, asks])).left, 0);
  });

  test('for one reading where it ended long ago', async () => {
    const { waits } = await followed([progressWith()], Date.parse(ENDED) + 3_600_000);
    assert.deepEqual(waits, []);
  });

  test('for one reading where it ended a day ago, whatever waits for others, or began so long ago that it never ends', async () => {
    const dayMs = 24 * 3_600_000;
    const late = await followed([progressWith({ waiting: 9 })], Date.parse(ENDED) + 1.1 * dayMs);
    assert.deepEqual(late.waits, []);
    const lost = await followed([goingOn({ waiting: 9 })], Date.parse(ENDED) + 4.1 * dayMs);
    assert.deepEqual(lost.waits, []);
    const slow = await followed([goingOn(), progressWith()], Date.parse(ENDED) + 3.9 * dayMs);
    assert.deepEqual(slow.waits, [2_000]);
  });

  test('at growing intervals of at least 2 s, and ten times as long as a scan takes', async () => {
    const readings = Array.from({ length: 30 }, () => goingOn());
    const { waits } = await followed([...readings, progressWith(), progressWith()]);
    assert.deepEqual([waits[0], waits[1], waits[29]], [2_000, 2_400, 30_000]);
    const slow = await followed([goingOn({ scanMs: 9_000 }), progressWith(), progressWith()]);
    assert.deepEqual(slow.waits[0], 90_000);
  });

  test('past readings that AWS did not answer, but no more than five in a row', async () => {
    const { failures } = await followed([unread(true), unread(true), progressWith(), unread(true), progressWith()]);
    assert.equal(failures.length, 3);
    await assert.rejects(followed(Array.from({ length: 5 }, () => unread(true))), { message: 'no answer' });
    await assert.rejects(followed([unread(false), progressWith()]), { message: 'no answer' }, 'a denial does not pass');
  });
});

test('the pace is that of the time it was watched, and the time left that of what waits', async () => {
  const { paces } = await followed([
    goingOn({ sent: 100, waiting: 80 }),
    goingOn({ sent: 100, waiting: 60 }),
    progressWith({ sent: 100 }),
    progressWith({ sent: 100 }),
  ]);
  assert.deepEqual(paces.slice(0, 2), [{}, { perSecond: 10, secondsLeft: 6 }]);
  assert.equal(paces[2]?.secondsLeft, undefined);
});

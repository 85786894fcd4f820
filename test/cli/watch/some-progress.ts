import type { SweepProgress } from '../../../src/remediation/sweep-progress.ts';
import { ENDED_SWEEP, tallyOf } from '../status/some-overview.ts';

export const BEGUN = '2026-11-30T16:00:00.000Z';
export const ENDED = '2026-11-30T16:04:00.000Z';

/** A sweep of 2 accounts that has just ended, with 8 buckets; `over` replaces parts. */
export function progressWith(
  over: Partial<SweepProgress> = {},
  sweep: Partial<SweepProgress['sweep']> = {},
): SweepProgress {
  return {
    sweep: { ...ENDED_SWEEP, sweep: 'sweep-1', at: BEGUN, endedAt: ENDED, buckets: 8, ...sweep },
    accountsDone: 2,
    sent: 8,
    waiting: 0,
    tally: tallyOf([]),
    scanMs: 0,
    ...over,
  };
}

/** The same while it goes on. */
export function goingOn(over: Partial<SweepProgress> = {}): SweepProgress {
  const progress = progressWith({ accountsDone: 1, ...over });
  const { endedAt: _, ...sweep } = progress.sweep;
  return { ...progress, sweep };
}

/** A job of the sweep, open or with its end. */
export function jobOf(more: object = {}): object {
  return {
    sk: 'JOB',
    account: '111122223333',
    region: 'eu-west-1',
    bucket: 'orders',
    jobId: 'j',
    status: 'open',
    ...more,
  };
}

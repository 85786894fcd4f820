import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { longestPauseHours } from '../../scripts/schedule-pause.mjs';
import { packaged } from '../infra/packaged-template.ts';

const PAUSES: [schedule: string, hours: number][] = [
  ['rate(1 minute)', 1 / 60],
  ['rate(90 minutes)', 1.5],
  ['rate(1 hour)', 1],
  ['rate(12 hours)', 12],
  ['rate(1 day)', 24],
  ['rate(6 days)', 144],
  ['cron(0 3 * * ? *)', 24],
  ['cron(0/30 * ? * * *)', 1],
  ['cron(0 */6 * * ? *)', 6],
  ['cron(0 0/8 * * ? *)', 8],
  ['cron(0 2,8,20 * * ? *)', 12],
  ['cron(0 9-17 * * ? *)', 24],
  ['cron(0 3 ? * MON-FRI *)', 72],
  ['cron(0 3 ? * FRI-MON *)', 96],
  ['cron(0 3 ? * MON,THU *)', 96],
  ['cron(0 3 ? * 1,7 *)', 144],
];
const TOO_LONG = [
  'rate(7 days)',
  'rate(145 hours)',
  'rate(8000 minutes)',
  'rate(1 days)',
  'rate(2 day)',
  'cron(0 3 1 * ? *)',
  'cron(0 3 ? * MON *)',
  'cron(0 3 ? * MON#1 *)',
  'cron(0 3 ? 6 MON,THU *)',
  'cron(0 3 * * ? 2026)',
];

describe('a schedule of the sweep', () => {
  const { AllowedPattern } = packaged.Parameters['SweepSchedule'] ?? {};
  const allowed = new RegExp(String(AllowedPattern));

  for (const [schedule, hours] of PAUSES) {
    it(`${schedule} pauses for ${hours} hours at the longest`, () => {
      assert.match(schedule, allowed);
      assert.equal(longestPauseHours(schedule), hours);
    });
  }

  for (const schedule of TOO_LONG) {
    it(`${schedule} is refused: an alarm cannot look back so far, or it is none`, () => {
      assert.doesNotMatch(schedule, allowed);
    });
  }
});

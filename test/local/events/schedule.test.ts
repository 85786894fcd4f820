import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rateMs, startSchedule } from '../../../local/events/schedule.ts';

const rates: [expression: string, ms: number][] = [
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(1 hour)', 3_600_000],
  ['rate(2 days)', 172_800_000],
];

describe('a schedule', () => {
  for (const [expression, ms] of rates) {
    test(`of ${expression} is ${ms} ms`, () => assert.equal(rateMs(expression), ms));
  }

  for (const expression of ['rate(1 minutes)', 'rate(5 minute)', 'rate(0 minutes)', 'rate(1 week)', 'every day']) {
    test(`of ${expression} is refused`, () => assert.throws(() => rateMs(expression), { name: 'ValidationException' }));
  }

  test('of cron is not emulated', () => {
    assert.throws(() => rateMs('cron(0 12 * * ? *)'), { name: 'NotImplemented', message: /cron\(0 12/ });
  });

  test('fires after every period, longer than a timer can wait as well, until it is stopped', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const dayMs = 86_400_000;
    let fired = 0;
    const schedule = startSchedule(30 * dayMs, () => {
      fired++;
    });
    const counts = [29, 2, 32].map((days) => {
      for (let day = 0; day < days; day++) {
        t.mock.timers.tick(dayMs);
      }
      return fired;
    });
    schedule.stop();
    t.mock.timers.tick(dayMs);
    assert.deepEqual([...counts, fired], [0, 1, 2, 2]);
  });

  test('fires once for all periods that go by at once, and keeps the rest of one that has begun', (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const hourMs = 3_600_000;
    let fired = 0;
    const schedule = startSchedule(6 * hourMs, () => {
      fired++;
    });
    const counts = [5, 13].map((hours) => {
      schedule.forward(hours * hourMs);
      return fired;
    });
    t.mock.timers.tick(6 * hourMs);
    schedule.stop();
    assert.deepEqual([...counts, fired], [0, 1, 2]);
  });
});

// Plain JavaScript, because an osls plugin uses it on whatever Node runs osls.

const UNIT_HOURS = { minute: 1 / 60, hour: 1, day: 24 };
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * The hours between two runs of a schedule that infra/parameters.yml allows for SweepSchedule, where they are furthest apart, or somewhat more
 * (EventBridge guide, cron and rate expressions; days of the week count from 1 for Sunday).
 */
export function longestPauseHours(schedule) {
  const [, count, unit] = /^rate\((\d+) (\w+?)s?\)$/.exec(schedule) ?? [];
  if (unit !== undefined) return Number(count) * UNIT_HOURS[unit];
  const [, hour, , , dayOfWeek] = schedule.slice('cron('.length, -1).split(' ');
  const days = daysOf(dayOfWeek);
  const apart = days.map((day, at) => (days[at + 1] ?? days[0] + 7) - day);
  return Math.max(...apart) === 1 ? hoursApart(hour) : 24 * Math.max(...apart);
}

function daysOf(field) {
  if (/^[*?]$/.test(field)) return DAYS.map((_, day) => day);
  const numbered = (name) => (/^\d$/.test(name) ? Number(name) - 1 : DAYS.indexOf(name));
  const days = field.split(',').flatMap((part) => {
    const [from, to] = part.split('-').map(numbered);
    return to === undefined
      ? [from]
      : Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7);
  });
  return [...new Set(days)].sort((a, b) => a - b);
}

/** Of a schedule that runs every day. */
function hoursApart(field) {
  if (field === '*') return 1;
  const [, every] = /^(?:\*|0)\/(\d+)$/.exec(field) ?? [];
  if (every !== undefined) return Math.min(24, Number(every));
  if (!/^\d+(,\d+)+$/.test(field)) return 24;
  const hours = field
    .split(',')
    .map(Number)
    .sort((a, b) => a - b);
  return Math.max(...hours.map((hour, at) => (hours[at + 1] ?? hours[0] + 24) - hour));
}

import type { Announcement } from './announcement.ts';

type JobEnded = Extract<Announcement, { kind: 'job-ended' }>;

/** What `reseal job` names it by; of anything but a job nothing. */
export function jobOf(announcement: Announcement): string {
  if (announcement.kind !== 'job-ended') return '';
  return announcement.jobId ?? announcement.token ?? '';
}

/** How a job ended, in lines: only what exists is named. */
export function detailsOfJob(announcement: JobEnded): string[] {
  const { jobId = 'never launched', status, total, succeeded, failed, untried, report, list, why } = announcement;
  const isUnknown = untried === undefined && total === 0;
  const objects = isUnknown
    ? 'not known how many'
    : `${total} in all, ${succeeded} done, ${failed} failed${untried ? `, ${untried} not tried` : ''}`;
  return [
    `Job: ${jobId}, ${status}`,
    `Objects: ${objects}`,
    ...sampleOf(announcement),
    ...letterLine('Why', why),
    ...letterLine('Report', report),
    ...letterLine('List of its objects', list),
    ...letterLine('Next', nextOf(announcement)),
  ];
}

/** A line of a letter, where there is something to say. */
export function letterLine(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${name}: ${value}`];
}

function sampleOf({ proof }: JobEnded): string[] {
  if (proof === undefined || proof.sampled === 0) return [];
  const { sampled, seed, missed, unread, changed, keys = [] } = proof;
  const counts = [
    `${missed} of ${sampled} objects are not as the job should have left them`,
    ...(changed > 0 ? [`${changed} were changed since`] : []),
    ...(unread > 0 ? [`${unread} could not be read`] : []),
  ];
  return [`Sample: ${counts.join(', ')} (seed ${seed})`, ...keys.map((key) => `Not as it should be: ${key}`)];
}

function nextOf({ again }: JobEnded): string | undefined {
  switch (again) {
    case 'now':
      return 'Reseal tries what is left once more now.';
    case 'next-sweep':
      return 'the next sweep has what is left tried once more.';
    case 'no':
      return 'Reseal does not try anything of it again by itself.';
    case undefined:
      return undefined;
  }
}

export function failuresOfJob({ failures }: JobEnded): string[] {
  if (failures.length === 0) return [];
  const lines = failures.map(
    ({ code, count, remedy }) => `- ${code}: ${count}${remedy === undefined ? '' : `. ${remedy}`}`,
  );
  return [['Failures:', ...lines].join('\n')];
}

import { announcementId } from './announcement-id.ts';
import type { Announcement } from './announcement.ts';
import type { JobImage } from './ledger-image.ts';

/** The end of a job whose objects were not all re-encrypted; nothing for any other. `home` stands in for what the item lacks. */
export function jobAnnouncements(job: JobImage, home: { account: string; region: string }): Announcement[] {
  if (!ENDED_BADLY.includes(job.status)) return [];
  const { token, jobId, bucket, account = home.account, region = home.region, closedAt = '', ...rest } = job;
  const place = { bucket, account, region };
  return [
    {
      kind: 'job-ended',
      version: 1,
      id: announcementId(place, 'job-ended', token, rest.status),
      at: closedAt,
      ...place,
      jobId,
      ...rest,
    },
  ];
}

export const ENDED_BADLY: readonly string[] = ['complete-with-failures', 'failed', 'cancelled', 'forgotten'];

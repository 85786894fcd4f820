import { type Announcement, detailTypeOf, eventDetailOf } from '../../src/announcements/announcement.ts';

/** The event as a rule's target gets it, but for what EventBridge adds: version, id and account. */
export function eventOf(announcement: Announcement) {
  return {
    source: 'reseal',
    'detail-type': detailTypeOf(announcement.kind),
    time: announcement.at,
    region: announcement.region,
    resources: [`arn:aws:s3:::${announcement.bucket}`],
    detail: eventDetailOf(announcement),
  };
}

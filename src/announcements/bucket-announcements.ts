import { announcementId } from './announcement-id.ts';
import type { Announcement, STANDING_KINDS } from './announcement.ts';
import type { BucketImage, RepairImage } from './ledger-image.ts';
import { NOTICES, type NoticeCode } from './standing.ts';

/** A kind that tells how a bucket stands. */
export type StandingAnnouncement = (typeof STANDING_KINDS)[number];

export function repaired(image: BucketImage, repair: RepairImage, index: number): Announcement {
  const { at, replaced, wrote, policySha256, reasons, ...cause } = repair;
  return {
    kind: 'bucket-repaired',
    version: 1,
    id: announcementId(image, 'bucket-repaired', at, String(index)),
    at,
    ...placeOf(image),
    verdict: 'repair',
    rule: image.rule,
    policySha256,
    reasons: reasons ?? [],
    ...cause,
    replaced,
    wrote,
    jobs: image.jobs,
    leftovers: image.leftovers,
  };
}

export function rolledBack(image: BucketImage): Announcement {
  const { at = '', by = '', ...rules } = image.rolledBack ?? {};
  const id = announcementId(image, 'bucket-rolled-back', at);
  return { kind: 'bucket-rolled-back', version: 1, id, at, ...placeOf(image), by, ...rules };
}

export function acknowledged(image: BucketImage): Announcement {
  const { acknowledgedAt: at = '', acknowledgedBy: by = 'somebody' } = image;
  const id = announcementId(image, 'bucket-acknowledged', at);
  return { kind: 'bucket-acknowledged', version: 1, id, at, ...placeOf(image), by };
}

export function leftOver(image: BucketImage): Announcement {
  const codes = image.leftovers.map(({ code }) => code);
  return stood(image, 'objects-left-over', announcementId(image, 'objects-left-over', image.assessedAt, ...codes));
}

/** `follows` is the id of what was told before, so that the same notice can come again another time. */
export function noticed(image: BucketImage, code: NoticeCode, follows: string): Announcement {
  const messages = image.reasons.filter((reason) => reason.code === code).map(({ message }) => message);
  return stood(image, NOTICES[code], announcementId(image, NOTICES[code], follows, ...messages));
}

export function stood(image: BucketImage, kind: StandingAnnouncement, id: string): Announcement {
  const { verdict, rule, policySha256, reasons, causeId, cause, actor, sourceAddress, userAgent, leftovers } = image;
  const { found, price } = image;
  return {
    kind,
    version: 1,
    id,
    at: image.verdict === 'gone' ? (image.goneAt ?? image.assessedAt) : image.assessedAt,
    ...placeOf(image),
    verdict,
    rule,
    policySha256,
    reasons,
    causeId,
    cause,
    ...(actor === undefined ? {} : { actor }),
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(found === undefined ? {} : { found }),
    ...(price === undefined ? {} : { price }),
    leftovers,
  };
}

function placeOf({ bucket, account, region }: BucketImage) {
  return { bucket, account, region };
}

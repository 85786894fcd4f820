import { announcementId } from './announcement-id.ts';
import type { Announcement } from './announcement.ts';
import {
  acknowledged,
  leftOver,
  noticed,
  repaired,
  rolledBack,
  type StandingAnnouncement,
  stood,
} from './bucket-announcements.ts';
import type { BucketImage, RepairImage } from './ledger-image.ts';
import {
  kindOfStanding,
  type NoticeCode,
  noticesOf,
  ROLLED_BACK,
  type Standing,
  type StandingKind,
  standingOf,
} from './standing.ts';

/** What was told of a bucket last. */
export interface Told {
  standing?: Standing;
  /** The id of the announcement that told it: the next one's id follows from it, whenever it is told. */
  standingId?: string;
  notices: readonly NoticeCode[];
}

export interface BucketChange {
  /** Absent where the bucket is new to the ledger. */
  before?: BucketImage | undefined;
  after: BucketImage;
}

/** What is to be told, and what will have been told then. */
export interface News {
  announcements: Announcement[];
  told: Told;
}

/**
 * True where there can be no news: the bucket is as good as it was, or is still being tried. Decided without what was told
 * before, because nearly every change is of this kind.
 */
export function isQuiet({ before, after }: BucketChange): boolean {
  if (hasDeeds(before, after)) return false;
  const isFine = (image: BucketImage) => isGood(standingOf(image)) && noticesOf(image).length === 0;
  return standingOf(after) === undefined || (isFine(after) && (before === undefined || isFine(before)));
}

/**
 * What changed of a bucket since it was last told. A bucket that stands as it was told is not told again; one that nobody was
 * told of is, even where this change is not the one that brought it there. The same images and memory always give the same ids.
 */
export function announcementsOf({ before, after, told }: BucketChange & { told: Told | undefined }): News {
  const repairs = newRepairs(before, after);
  const deeds = [
    ...repairs.map((repair, index) => repaired(after, repair, index)),
    ...(repairs.length === 0 && hasNewLeftovers(before, after) ? [leftOver(after)] : []),
    ...(isNewlyRolledBack(before, after) ? [rolledBack(after)] : []),
    ...(isNewlyAcknowledged(before, after) ? [acknowledged(after)] : []),
  ];
  const standing = standingOf(after);
  if (standing === undefined) return { announcements: deeds, told: told ?? { notices: [] } };
  const stands = settled(deeds, standing) ?? standingNews({ before, after, told, standing });
  const notices = noticesOf(after);
  const unheard = notices.filter((code) => told?.notices.includes(code) !== true);
  return {
    announcements: [
      ...deeds,
      ...(stands.announced === undefined ? [] : [stands.announced]),
      ...unheard.map((code) => noticed(after, code, told?.standingId ?? '')),
    ],
    told: {
      standing: stands.standing,
      ...(stands.id === undefined ? {} : { standingId: stands.id }),
      notices,
    },
  };
}

interface Stands {
  standing: Standing;
  id?: string;
  announced?: Announcement;
}

/** A repair and a rollback say themselves how the bucket stands. */
function settled(deeds: readonly Announcement[], standing: Standing): Stands | undefined {
  const last = deeds.at(-1);
  if (last?.kind === 'bucket-rolled-back') {
    return standing === ROLLED_BACK || standing === 'good' ? { standing: ROLLED_BACK, id: last.id } : undefined;
  }
  return last?.kind === 'bucket-repaired' && standing === 'good' ? { standing, id: last.id } : undefined;
}

function standingNews({
  before,
  after,
  told,
  standing,
}: BucketChange & { told: Told | undefined; standing: Standing }): Stands {
  const followed = told?.standingId === undefined ? {} : { id: told.standingId };
  if (told?.standing === standing) return { standing, ...followed };
  const was = before === undefined ? undefined : standingOf(before);
  // A change of something else beside a verdict that has not been looked at again says nothing of it.
  if (isGood(standing) && isGood(was)) return { standing: told?.standing ?? standing, ...followed };
  const last = told?.standing ?? was;
  const kind = kindOfNews(kindOfStanding(standing), kindOfStanding(last));
  if (kind === undefined) return { standing, ...followed };
  const announced = stood(after, kind, announcementId(after, kind, standing, told?.standingId ?? ''));
  return { standing, id: announced.id, announced };
}

function kindOfNews(now: StandingKind | undefined, last: StandingKind | undefined): StandingAnnouncement | undefined {
  switch (now) {
    case 'hold':
      return 'bucket-held';
    case 'parked':
      return 'bucket-unreadable';
    case 'observed':
      return 'bucket-observed';
    case 'exempt':
      return 'bucket-exempt';
    case 'good':
      if (last === undefined || isGood(last)) return undefined;
      return last === 'hold' ? 'hold-ended' : 'bucket-compliant';
    case 'gone':
      return last === 'hold' || last === 'parked' || last === 'observed' ? 'bucket-gone' : undefined;
    case undefined:
      return undefined;
  }
}

function isGood(standing: Standing | undefined): boolean {
  return standing === 'good' || standing === 'gone';
}

/** What Reseal or somebody did, apart from how the bucket stands. */
function hasDeeds(before: BucketImage | undefined, after: BucketImage): boolean {
  return (
    newRepairs(before, after).length > 0 ||
    hasNewLeftovers(before, after) ||
    isNewlyRolledBack(before, after) ||
    isNewlyAcknowledged(before, after)
  );
}

/** Repairs are appended, and the oldest are dropped. */
function newRepairs(before: BucketImage | undefined, after: BucketImage): RepairImage[] {
  const newest = before?.repairs.at(-1)?.at;
  return after.repairs.filter(({ at }) => newest === undefined || Date.parse(at) > Date.parse(newest));
}

function hasNewLeftovers(before: BucketImage | undefined, after: BucketImage): boolean {
  const codes = (image: BucketImage | undefined) => (image?.leftovers ?? []).map(({ code }) => code).sort();
  return after.leftovers.length > 0 && codes(before).join(' ') !== codes(after).join(' ');
}

function isNewlyRolledBack(before: BucketImage | undefined, after: BucketImage): boolean {
  return after.rolledBack !== undefined && after.rolledBack.at !== before?.rolledBack?.at;
}

function isNewlyAcknowledged(before: BucketImage | undefined, after: BucketImage): boolean {
  return after.acknowledgedAt !== undefined && after.acknowledgedAt !== before?.acknowledgedAt;
}

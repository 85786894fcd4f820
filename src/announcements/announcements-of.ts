import type * as z from 'zod/mini';
import {
  type Announcement,
  type AnnouncementKind,
  announcementId,
  jobEnded,
  repaired,
  standing,
  type StandingAnnouncement,
  writerNamed,
} from './announcement.ts';
import type { AnnouncedItem } from '../ledger/announced-item.ts';
import type { JudgedBucketItem, Repair } from '../ledger/bucket-item.ts';
import { type ClosedJob, ENDED_BADLY } from '../ledger/job-item.ts';
import { causeById } from '../policy/plan/task-codes.ts';
import { toldWriters, type WritersItem } from '../ledger/writers-item.ts';
import { present } from '../present.ts';
import {
  isProblem,
  kindOfStanding,
  type NoticeCode,
  NOTICES,
  noticesOf,
  ROLLED_BACK,
  type Standing,
  type StandingKind,
  STANDINGS,
  standingOf,
} from './standing.ts';
import { writerAdvice } from '../policy/writer-advice.ts';

/** What was last announced about a bucket. */
export interface Announced {
  standing?: Standing;
  /** The id of that announcement: the next id follows from it, whenever it is announced. */
  standingId?: string;
  notices: readonly NoticeCode[];
  deeds?: Deeds;
}

/** The newest of what was done, by when it was done; a text that is empty where nothing was. */
export type Deeds = NonNullable<AnnouncedItem['deeds']>;

export interface BucketChange {
  /** Absent where the bucket is new to the ledger. */
  before?: JudgedBucketItem | undefined;
  after: JudgedBucketItem;
}

/** A change, and what was announced before it. */
export type FollowedChange = BucketChange & { announced: Announced | undefined };

/** What is to be announced, and what has been announced after that. */
export interface News {
  announcements: Announcement[];
  announced: Announced;
}

/**
 * True where there can be no news of a bucket of which nothing was announced before: it is as good as it was, or is still being tried.
 * Nearly every change is of this kind.
 */
export function isQuiet({ before, after }: BucketChange): boolean {
  if (deedsOf({ before, after, announced: undefined }).length > 0) return false;
  const isFine = (item: JudgedBucketItem) => isGood(standingOf(item)) && noticesOf(item).length === 0;
  return standingOf(after) === undefined || (isFine(after) && (before === undefined || isFine(before)));
}

/**
 * What changed about a bucket since its last announcement. A bucket that stands as it was announced is not announced again; one that was never
 * announced is, even where this change is not the one that brought it there. The same items and memory always give the same ids.
 */
export function announcementsOf({ before, after, announced }: FollowedChange): News {
  const deeds = deedsOf({ before, after, announced });
  // Who hears of a repair takes the bucket to be good.
  const repaired = deeds.findLast(({ kind }) => kind === 'bucket-repaired');
  const heard: Announced | undefined =
    repaired === undefined ? announced : { notices: [], ...announced, standing: 'good', standingId: repaired.id };
  const standing = standingOf(after);
  if (standing === undefined)
    return { announcements: deeds, announced: { notices: [], ...heard, deeds: newestOf(after) } };
  const stands = standingAfter(deeds, standing) ?? standingNews({ before, after, announced: heard, standing });
  const notices = noticesOf(after);
  const newNotices = notices.filter((code) => announced?.notices.includes(code) !== true);
  return {
    announcements: [
      ...deeds,
      ...(stands.announcement === undefined ? [] : [stands.announcement]),
      ...newNotices.map((code) => noticeOf(after, code, announced?.standingId ?? '')),
    ],
    announced: { ...present({ standing: stands.standing, standingId: stands.id }), notices, deeds: newestOf(after) },
  };
}

interface Stands {
  standing: Standing;
  id?: string;
  announcement?: Announcement;
}

/** A repair and a rollback say themselves how the bucket stands. */
function standingAfter(deeds: readonly Announcement[], standing: Standing): Stands | undefined {
  const last = deeds.at(-1);
  if (last?.kind === 'bucket-rolled-back') {
    return standing === ROLLED_BACK || standing === 'good' ? { standing: ROLLED_BACK, id: last.id } : undefined;
  }
  return last?.kind === 'bucket-repaired' && standing === 'good' ? { standing, id: last.id } : undefined;
}

function standingNews({ before, after, announced, standing }: FollowedChange & { standing: Standing }): Stands {
  const followed = announced?.standingId === undefined ? {} : { id: announced.standingId };
  if (announced?.standing === standing) return { standing, ...followed };
  const was = before === undefined ? undefined : standingOf(before);
  // A change of something else beside a verdict that has not been looked at again says nothing of it.
  if (isGood(standing) && isGood(was) && before?.assessedAt === after.assessedAt)
    return { standing: announced?.standing ?? standing, ...followed };
  const last = announced?.standing ?? was;
  const kind = kindOfNews(kindOfStanding(standing), kindOfStanding(last));
  // Who listens still knows what was announced last.
  if (kind === undefined) return { standing: announced?.standing ?? standing, ...followed };
  const id = announcementId(after, kind, standing, announced?.standingId ?? '');
  return { standing, id, announcement: standingOfKind(after, kind, id) };
}

function kindOfNews(now: StandingKind | undefined, last: StandingKind | undefined): StandingAnnouncement | undefined {
  if (now === undefined) return undefined;
  if (now === 'good' && last === 'hold') return 'hold-ended';
  const isNoNews = now === 'good' ? last === undefined || isGood(last) : now === 'gone' && !isProblem(last);
  return isNoNews ? undefined : STANDINGS[now];
}

function isGood(standing: Standing | undefined): boolean {
  return standing === 'good' || standing === 'gone';
}

/** What Reseal or somebody did and nobody was told of, apart from how the bucket stands. */
function deedsOf({ before, after, announced }: FollowedChange): Announcement[] {
  const told = announced === undefined ? newestOf(undefined) : (announced.deeds ?? newestOf(before));
  const { leftovers, rolledBack, acknowledged } = newestOf(after);
  const repairs = (after.repairs ?? []).filter(
    ({ at }) => told.repaired === '' || Date.parse(at) > Date.parse(told.repaired),
  );
  const isNew = (what: string, last: string) => what !== '' && what !== last;
  return [
    ...repairs.map((repair) => repairOf(after, repair, repairs.filter(({ at }) => at === repair.at).indexOf(repair))),
    ...(repairs.length === 0 && isNew(leftovers, told.leftovers) ? [leftoversOf(after)] : []),
    ...(isNew(rolledBack, told.rolledBack) ? [rollbackOf(after)] : []),
    ...(isNew(acknowledged, told.acknowledged) ? [acknowledgementOf(after)] : []),
  ];
}

/** Repairs are appended, and the oldest are dropped. */
function newestOf(item: JudgedBucketItem | undefined): Deeds {
  return {
    repaired: item?.repairs?.at(-1)?.at ?? '',
    leftovers: (item?.leftovers ?? [])
      .map(({ code }) => code)
      .toSorted()
      .join(' '),
    rolledBack: item?.rolledBack?.at ?? '',
    acknowledged: item?.acknowledgedAt ?? '',
  };
}

// What an announcement takes over from the item is what its schema names: nothing is listed here.

export function repairOf(item: JudgedBucketItem, repair: Repair, index: number): Announcement {
  return repaired.parse({
    reasons: [],
    ...repair,
    ...headOf(item, 'bucket-repaired', repair.at, String(index)),
    verdict: 'repair',
    rule: item.rule,
    jobs: item.jobs ?? [],
    leftovers: item.leftovers ?? [],
  } satisfies z.input<typeof repaired>);
}

export function rollbackOf(item: JudgedBucketItem): Announcement {
  const { at = '', by = '', ...rules } = item.rolledBack ?? {};
  return { ...headOf(item, 'bucket-rolled-back', at), by, ...rules };
}

export function acknowledgementOf(item: JudgedBucketItem): Announcement {
  const { acknowledgedAt: at = '', acknowledgedBy: by = 'somebody' } = item;
  return { ...headOf(item, 'bucket-acknowledged', at), by };
}

export function leftoversOf(item: JudgedBucketItem): Announcement {
  const codes = (item.leftovers ?? []).map(({ code }) => code);
  const id = announcementId(item, 'objects-left-over', item.assessedAt, ...codes);
  return standingOfKind(item, 'objects-left-over', id);
}

/** `follows` is the id of the announcement before it, so that the same notice can come again another time. */
export function noticeOf(item: JudgedBucketItem, code: NoticeCode, follows: string): Announcement {
  const messages = item.reasons.filter((reason) => reason.code === code).map(({ message }) => message);
  return standingOfKind(item, NOTICES[code], announcementId(item, NOTICES[code], follows, ...messages));
}

export function standingOfKind(item: JudgedBucketItem, kind: StandingAnnouncement, id: string): Announcement {
  return standing.parse({
    leftovers: [],
    ...item,
    kind,
    version: 1,
    id,
    at: item.verdict === 'gone' ? (item.goneAt ?? item.assessedAt) : item.assessedAt,
  } satisfies z.input<typeof standing>);
}

/** What a deed at a time is told by. */
function headOf<Kind extends AnnouncementKind>(item: JudgedBucketItem, kind: Kind, at: string, ...what: string[]) {
  const { bucket, account, region } = item;
  const id = announcementId(item, kind, at, ...what);
  return { kind, version: 1, id, at, bucket, account, region } as const;
}

/** Those who write round the default of a bucket and of whom people are to be told now. */
export function writerAnnouncements(item: WritersItem): Announcement[] {
  const { bucket, account, region } = item;
  return toldWriters(item).map((writer) => {
    const { principal, applied, userAgent, toldAt: at = '' } = writer;
    const kind = applied === 'SSE_C' ? 'writes-with-customer-key' : 'writes-below-standard';
    const id = announcementId(item, kind, at, principal, applied);
    const named = { kind, version: 1, id, at, bucket, account, region } as const;
    return writerNamed.parse({ ...writer, ...named, advice: writerAdvice(applied, userAgent) });
  });
}

/** The end of a job whose objects were not all re-encrypted; nothing for any other. */
export function jobAnnouncements(job: ClosedJob): Announcement[] {
  if (!ENDED_BADLY.includes(job.status)) return [];
  const announcement = {
    ...job,
    failures: job.failures.map((failure) => ({
      ...failure,
      ...present({ remedy: causeById(failure.cause)?.remedy.replaceAll('job ID', `job ${job.jobId ?? job.token}`) }),
    })),
    kind: 'job-ended',
    version: 1,
    id: announcementId(job, 'job-ended', job.token, job.status),
    at: job.closedAt,
  } satisfies z.input<typeof jobEnded>;
  return [jobEnded.parse(announcement)];
}

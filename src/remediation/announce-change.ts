import type { AnnouncedMemory, ChangeLog } from '../aws/ledger/change-log.ts';
import type { createOwedNews } from '../aws/ledger/open-index.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { Announcement } from '../announcements/announcement.ts';
import {
  type Announced,
  announcementsOf,
  isQuiet,
  jobAnnouncements,
  writerAnnouncements,
  type News,
} from '../announcements/announcements-of.ts';
import { findingOf } from '../announcements/finding.ts';
import { isNotice, isStanding } from '../announcements/standing.ts';
import { bucketText } from '../bucket-id.ts';
import type { LedgerChange } from '../intake/parse-ledger-change.ts';
import type { AnnouncedItem } from '../ledger/announced-item.ts';
import { bucketKey } from '../ledger/bucket-item.ts';
import { jobKey } from '../ledger/job-item.ts';
import { present } from '../present.ts';
import { CHANNELS, findingNow, isResting, announceOwed, type ChannelDeps, type Owed } from './announce-owed.ts';

export interface AnnounceDeps extends ChannelDeps {
  changeLog: ChangeLog;
  memory: AnnouncedMemory;
  owedNews: ReturnType<typeof createOwedNews>;
}

export type AnnounceOutcome =
  | { kind: 'quiet' }
  | {
      kind: 'announced';
      /** As `bucketText` writes it. */
      bucket: string;
      announcements: { kind: string; id: string }[];
    };

/**
 * The story of one change of the ledger: what is new in it is kept for ever and announced by every channel. What a channel does not take is
 * owed to it, and announced by `announceAgain`. Throws where the ledger itself fails, before anything is announced.
 */
export async function announceChange(change: LedgerChange, deps: AnnounceDeps): Promise<AnnounceOutcome> {
  const subject = subjectOf(change);
  const memory = await deps.memory.read(subject);
  // A bucket of which nothing was ever announced. Of any other, an announcement may have been lost.
  if (memory === undefined && change.kind === 'bucket' && isQuiet(change)) return { kind: 'quiet' };
  if (wasHandled(change, memory)) return { kind: 'quiet' };
  const { announcements, announced } = newsOf(change, memory);
  const owed = [...(memory?.owed ?? [])];
  const fresh = new Map<string, Announcement>();
  for (const announcement of announcements) {
    // First of all: what is announced can be looked up there, and is announced from there later.
    const key = await deps.changeLog.write(announcement);
    fresh.set(key.sk, announcement);
    owed.push({ ...key, at: announcement.at, channels: CHANNELS });
  }
  const wanted = change.kind === 'bucket' ? findingOf(change.after) : undefined;
  const owing = {
    owed,
    ...present({ finding: memory && findingNow(memory), owedFinding: wanted ?? memory?.owedFinding }),
  };
  const { position: _, ...known } = memory ?? {};
  let rev = memory?.rev;
  const remember = async (left: Owed) => {
    const now = memoryOf(announced, left, rev);
    if (JSON.stringify(now) === JSON.stringify(known)) return;
    rev = await deps.memory.write(subject, { ...now, position: change.position });
  };
  // Remembered as owed first: else nobody knows of what is announced now, where it cannot be remembered afterwards.
  if (announcements.length > 0) await remember(owing);
  await remember(await announceOwed(owing, fresh, deps));
  if (announcements.length === 0) return { kind: 'quiet' };
  const named = announcements.map(({ kind, id }) => ({ kind, id }));
  return { kind: 'announced', bucket: bucketText(change.after), announcements: named };
}

/** What an attempt to announce what is owed comes to; `still-owed` has an alarm. */
export interface OwedOutcome {
  kind: 'made-up' | 'still-owed' | 'quiet';
  subjects: number;
  owing: number;
}

/**
 * Announces to every channel what it is owed, also of buckets and jobs that nobody looks at any more. One subject that fails does not
 * cost the others; it ends where `mayGoOn` does.
 */
export async function announceAgain(deps: AnnounceDeps, mayGoOn: () => boolean): Promise<OwedOutcome> {
  // A channel that did not answer then may answer now.
  deps.resting.clear();
  let subjects = 0;
  let owing = 0;
  for await (const { pk, owes } of deps.owedNews()) {
    if (!mayGoOn()) break;
    // What waits for its account alone is no failure of a channel: the account is asked once an hour.
    if (owes.every((channel) => deps.findings?.isUnreachable(channel) === true)) continue;
    subjects += 1;
    const isInVain = owes.every((channel) => isResting(channel, deps));
    if (isInVain || (await isStillOwing({ pk }, deps))) owing += 1;
  }
  return { kind: owing > 0 ? 'still-owed' : subjects > 0 ? 'made-up' : 'quiet', subjects, owing };
}

/** True where a channel failed. That Security Hub is turned off in the account is no failure. */
async function isStillOwing(subject: { pk: string }, deps: AnnounceDeps): Promise<boolean> {
  try {
    // The index may be behind. What is announced is what the ledger has now.
    const memory = await deps.memory.read(subject);
    if (memory === undefined) return false;
    const owing = { ...memory, ...present({ finding: findingNow(memory) }) };
    const { owed, finding, owedFinding, hasFailed } = await announceOwed(owing, new Map(), deps);
    const now: AnnouncedItem = present({ ...memory, owed, finding, owedFinding });
    if (JSON.stringify(now) !== JSON.stringify(memory)) await deps.memory.write(subject, now);
    return hasFailed;
  } catch (error) {
    deps.log.warn('not announced yet', { subject: subject.pk, error: messageOf(error) });
    return true;
  }
}

/** What changed, by the key of its item. */
function subjectOf(change: LedgerChange): { pk: string } {
  switch (change.kind) {
    case 'bucket':
      return { pk: bucketKey(change.after).pk };
    case 'job':
      return { pk: jobKey(change.after.token).pk };
    // Apart from the bucket's own: both may change at once.
    case 'writers':
      return { pk: `${bucketKey(change.after).pk}#WRITERS` };
  }
}

/** Lambda repeats what came after a change that failed, and an old standing must not be taken for news. */
function wasHandled({ position }: LedgerChange, memory: AnnouncedItem | undefined): boolean {
  const newest = memory?.position;
  return newest?.stream === position.stream && BigInt(position.sequence) <= BigInt(newest.sequence);
}

function newsOf(change: LedgerChange, memory: AnnouncedItem | undefined): News {
  if (change.kind === 'writers')
    return { announcements: writerAnnouncements(change.after), announced: { notices: [] } };
  if (change.kind === 'job') return { announcements: jobAnnouncements(change.after), announced: { notices: [] } };
  return announcementsOf({ ...change, announced: memory && announcedOf(memory) });
}

function announcedOf({ standing, standingId, notices, deeds }: AnnouncedItem): Announced {
  const known = present({ standing: isStanding(standing) ? standing : undefined, standingId, deeds });
  return { ...known, notices: notices.filter(isNotice) };
}

/** In the order in which it is read back, so that what did not change can be seen by its text. */
function memoryOf(
  { standing, standingId, notices, deeds }: Announced,
  { owed, finding, owedFinding }: Owed,
  rev: number | undefined,
): AnnouncedItem {
  return present({ standing, standingId, notices: [...notices], deeds, owed, finding, owedFinding, rev });
}

import type { AnnouncedMemory, ChangeLog } from '../aws/ledger/change-log.ts';
import type { EventBus } from '../aws/channel/event-bus.ts';
import type { Findings } from '../aws/channel/findings.ts';
import type { Topic } from '../aws/channel/topic.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import { type Announcement, detailTypeOf, eventDetailOf } from '../announcements/announcement.ts';
import {
  type Announced,
  announcementsOf,
  isQuiet,
  jobAnnouncements,
  type News,
} from '../announcements/announcements-of.ts';
import { isForPeople, letterOf } from '../announcements/announcement-text.ts';
import { type Finding, findingOf, textIdOf } from '../announcements/finding.ts';
import { isNotice, isStanding } from '../announcements/standing.ts';
import { bucketText } from '../bucket-id.ts';
import type { LedgerChange } from '../intake/parse-ledger-change.ts';
import type { AnnouncedItem } from '../ledger/announced-item.ts';
import { bucketKey } from '../ledger/bucket-item.ts';
import { jobKey } from '../ledger/job-item.ts';
import { present } from '../present.ts';
import type { Log } from './deps.ts';

export interface AnnounceDeps {
  changeLog: ChangeLog;
  memory: AnnouncedMemory;
  eventBus: EventBus;
  /** Absent where the stack names no topic. */
  topic?: Topic;
  /** Absent where Security Hub is turned off. */
  findings?: Findings;
  log: Log;
}

export type AnnounceOutcome =
  | { kind: 'quiet' }
  | {
      kind: 'announced';
      /** As `bucketText` writes it. */
      bucket: string;
      announcements: { kind: string; id: string }[];
    };

/** How many marks are kept: far more than one change of a subject makes. */
const KEPT_MARKS = 60;

/**
 * The story of one change of the ledger: what is new in it is kept for ever and announced once by every channel. A channel
 * that fails is tried again with the change, and those that have announced it are not.
 */
export async function announceChange(change: LedgerChange, deps: AnnounceDeps): Promise<AnnounceOutcome> {
  if (change.kind === 'bucket' && isQuiet(change)) return { kind: 'quiet' };
  const subject = subjectOf(change);
  const memory = await deps.memory.read(subject);
  if (wasHandled(change, memory)) return { kind: 'quiet' };
  const { announcements, announced } = newsOf(change, memory);
  const progress: Progress = { marks: new Set(memory?.marks), finding: memory?.finding };
  try {
    for (const announcement of announcements) await send(announcement, progress, deps);
    if (change.kind === 'bucket') await mirror(findingOf(change.after), progress, deps);
  } catch (error) {
    await keepProgress(change, memory, progress, deps);
    throw error;
  }
  const { position: _, ...known } = memory ?? {};
  const now = memoryOf(announced, progress);
  if (JSON.stringify(now) !== JSON.stringify(known)) {
    await deps.memory.write(subject, { ...now, position: change.position });
  }
  if (announcements.length === 0) return { kind: 'quiet' };
  const named = announcements.map(({ kind, id }) => ({ kind, id }));
  return { kind: 'announced', bucket: bucketText(change.after), announcements: named };
}

/** The bucket or job that changed, by the key of its item. */
function subjectOf(change: LedgerChange): { pk: string } {
  return change.kind === 'bucket' ? bucketKey(change.after) : jobKey(change.after.token);
}

/** Lambda repeats what came after a change that failed, and an old standing must not be taken for news. */
function wasHandled({ position }: LedgerChange, memory: AnnouncedItem | undefined): boolean {
  const newest = memory?.position;
  return newest?.stream === position.stream && BigInt(position.sequence) <= BigInt(newest.sequence);
}

/** What was done while one change was announced. */
interface Progress {
  marks: Set<string>;
  finding: AnnouncedItem['finding'];
}

function newsOf(change: LedgerChange, memory: AnnouncedItem | undefined): News {
  if (change.kind === 'job') return { announcements: jobAnnouncements(change.after), announced: { notices: [] } };
  return announcementsOf({ ...change, announced: memory && announcedOf(memory) });
}

/** The change log first: what was announced can be looked up there. */
async function send(announcement: Announcement, progress: Progress, deps: AnnounceDeps): Promise<void> {
  const { kind, bucket, account, region, at, id } = announcement;
  const { topic } = deps;
  const detail = eventDetailOf(announcement);
  const channels: [channel: string, send: () => Promise<void>][] = [
    ['log', () => deps.changeLog.write(announcement)],
    ['bus', () => deps.eventBus.put({ detailType: detailTypeOf(kind), bucket, account, region, at, detail })],
  ];
  if (topic !== undefined && isForPeople(kind)) {
    channels.push(['topic', () => topic.publish(letterOf(announcement), { kind, bucket, account, region })]);
  }
  for (const [channel, sendBy] of channels) {
    const mark = `${channel} ${id}`;
    if (progress.marks.has(mark)) continue;
    await sendBy();
    progress.marks.add(mark);
  }
}

/** Security Hub shows how the bucket stands: a finding is opened where something is wrong, and follows until it is resolved. */
async function mirror(finding: Finding | undefined, progress: Progress, { findings }: AnnounceDeps): Promise<void> {
  const known = progress.finding;
  if (findings === undefined || finding === undefined) return;
  const text = textIdOf(finding);
  if (finding.says === known?.says && text === known.text && !isStale(known.sentAt, finding)) return;
  if (!finding.isOpen && known?.isOpen !== true) return;
  const createdAt = known?.createdAt ?? finding.updatedAt;
  if (!(await findings.send(finding, createdAt))) return;
  progress.finding = { createdAt, says: finding.says, text, isOpen: finding.isOpen, sentAt: finding.updatedAt };
}

/** Security Hub forgets findings that nobody updates for 90 days (Security Hub guide): an open one is sent again long before. */
const FINDING_AGE_MS = 30 * 24 * 60 * 60 * 1000;

function isStale(sentAt: string, { isOpen, updatedAt }: Finding): boolean {
  return isOpen && Date.parse(updatedAt) - Date.parse(sentAt) > FINDING_AGE_MS;
}

/** A retry repeats what is not marked. Where even the marks cannot be kept, it repeats everything, with the same ids. */
async function keepProgress(
  change: LedgerChange,
  memory: AnnouncedItem | undefined,
  progress: Progress,
  deps: AnnounceDeps,
): Promise<void> {
  try {
    const announced = memory === undefined ? { notices: [] } : announcedOf(memory);
    const kept = { ...memoryOf(announced, progress), ...present({ position: memory?.position }) };
    await deps.memory.write(subjectOf(change), kept);
  } catch (error) {
    deps.log.warn('progress not kept', { bucket: bucketText(change.after), error: messageOf(error) });
  }
}

function announcedOf({ standing, standingId, notices }: AnnouncedItem): Announced {
  const known = present({ standing: isStanding(standing) ? standing : undefined, standingId });
  return { ...known, notices: notices.filter(isNotice) };
}

/** In the order in which it is read back, so that what did not change can be seen by its text. */
function memoryOf({ standing, standingId, notices }: Announced, { marks, finding }: Progress): AnnouncedItem {
  return present({ standing, standingId, notices: [...notices], marks: [...marks].slice(-KEPT_MARKS), finding });
}

import type { ChangeLog } from '../aws/ledger/change-log.ts';
import type { EventBus } from '../aws/channel/event-bus.ts';
import type { Findings } from '../aws/channel/findings.ts';
import type { Memory, ToldMemory } from '../aws/ledger/told-memory.ts';
import type { Topic } from '../aws/channel/topic.ts';
import { messageOf } from '../aws/sdk/service-error.ts';
import type { LedgerChange } from '../intake/parse-ledger-change.ts';
import { type Announcement, detailTypeOf } from '../announcements/announcement.ts';
import { announcementsOf, isQuiet, type News, type Told } from '../announcements/announcements-of.ts';
import { isForPeople, letterOf } from '../announcements/announcement-text.ts';
import { type Finding, findingOf, textIdOf } from '../announcements/finding.ts';
import { jobAnnouncements } from '../announcements/job-announcements.ts';
import { isNotice, readStanding } from '../announcements/standing.ts';
import { eventDetail } from '../announcements/event-detail.ts';
import type { Log } from './deps.ts';

export interface AnnounceDeps {
  account: string;
  region: string;
  changeLog: ChangeLog;
  memory: ToldMemory;
  eventBus: EventBus;
  /** Absent where the stack names no topic. */
  topic?: Topic;
  /** Absent where Security Hub is turned off. */
  findings?: Findings;
  log: Log;
}

export type AnnounceOutcome = { kind: 'quiet' } | { kind: 'announced'; told: { kind: string; id: string }[] };

/** How many marks are kept: far more than one change of a subject makes. */
const KEPT_MARKS = 60;

/**
 * The story of one change of the ledger: what is new in it is written down for ever and told once, by every channel. A channel
 * that fails is tried again with the change, and those that have told it already are not.
 */
export async function announceChange(change: LedgerChange, deps: AnnounceDeps): Promise<AnnounceOutcome> {
  if (change.kind === 'bucket' && isQuiet(change)) return { kind: 'quiet' };
  const memory = await deps.memory.read(change.pk);
  if (isToldBefore(change, memory)) return { kind: 'quiet' };
  const { announcements, told } = newsOf(change, memory, deps);
  const progress: Progress = { marks: new Set(memory?.marks), finding: memory?.finding };
  try {
    for (const announcement of announcements) await tell(announcement, progress, deps);
    if (change.kind === 'bucket') await mirror(findingOf(change.after), progress, deps);
  } catch (error) {
    await keepProgress(change.pk, memory, progress, deps);
    throw error;
  }
  const { position: _, ...known } = memory ?? {};
  const now = memoryOf(told, progress);
  if (JSON.stringify(now) !== JSON.stringify(known)) {
    await deps.memory.write(change.pk, { ...now, position: change.position });
  }
  return announcements.length === 0
    ? { kind: 'quiet' }
    : { kind: 'announced', told: announcements.map(({ kind, id }) => ({ kind, id })) };
}

/** Lambda repeats what came after a change that failed, and an old standing must not be taken for news. */
function isToldBefore({ position }: LedgerChange, memory: Memory | undefined): boolean {
  const newest = memory?.position;
  return newest?.stream === position.stream && BigInt(position.sequence) <= BigInt(newest.sequence);
}

/** What was done while one change was told. */
interface Progress {
  marks: Set<string>;
  finding: Memory['finding'];
}

function newsOf(change: LedgerChange, memory: Memory | undefined, home: AnnounceDeps): News {
  if (change.kind === 'job') return { announcements: jobAnnouncements(change.after, home), told: { notices: [] } };
  return announcementsOf({ ...change, told: memory === undefined ? undefined : readTold(memory) });
}

/** The change log first: what was told can be looked up there. */
async function tell(announcement: Announcement, progress: Progress, deps: AnnounceDeps): Promise<void> {
  const { kind, bucket, account, region, at, id } = announcement;
  const { topic } = deps;
  const channels: Record<string, () => Promise<void>> = {
    log: () => deps.changeLog.write(announcement),
    bus: () =>
      deps.eventBus.put({
        detailType: detailTypeOf(kind),
        bucket,
        account,
        region,
        at,
        detail: eventDetail(announcement),
      }),
    ...(topic === undefined || !isForPeople(kind)
      ? {}
      : { topic: () => topic.publish(letterOf(announcement), { kind, bucket, account, region }) }),
  };
  for (const [channel, send] of Object.entries(channels)) {
    const mark = `${channel} ${id}`;
    if (progress.marks.has(mark)) continue;
    await send();
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
  if (!(await findings.bring(finding, createdAt))) return;
  progress.finding = { createdAt, says: finding.says, text, isOpen: finding.isOpen, sentAt: finding.updatedAt };
}

/** Security Hub forgets findings that nobody updates for 90 days (Security Hub guide): an open one is brought again long before. */
const FINDING_AGE_MS = 30 * 24 * 60 * 60 * 1000;

function isStale(sentAt: string, { isOpen, updatedAt }: Finding): boolean {
  return isOpen && Date.parse(updatedAt) - Date.parse(sentAt) > FINDING_AGE_MS;
}

/** A retry repeats what is not marked. Where even the marks cannot be kept, it repeats everything, with the same ids. */
async function keepProgress(
  pk: string,
  memory: Memory | undefined,
  progress: Progress,
  deps: AnnounceDeps,
): Promise<void> {
  try {
    const told = memory === undefined ? { notices: [] } : readTold(memory);
    const position = memory?.position;
    await deps.memory.write(pk, { ...memoryOf(told, progress), ...(position === undefined ? {} : { position }) });
  } catch (error) {
    deps.log.warn('progress not kept', { subject: pk, error: messageOf(error) });
  }
}

function readTold({ standing, standingId, notices }: Memory): Told {
  const read = readStanding(standing);
  return {
    ...(read === undefined ? {} : { standing: read }),
    ...(standingId === undefined ? {} : { standingId }),
    notices: notices.filter(isNotice),
  };
}

/** In the order in which it is read back, so that what did not change can be told by its text. */
function memoryOf({ standing, standingId, notices }: Told, { marks, finding }: Progress): Memory {
  return {
    ...(standing === undefined ? {} : { standing }),
    ...(standingId === undefined ? {} : { standingId }),
    notices: [...notices],
    marks: [...marks].slice(-KEPT_MARKS),
    ...(finding === undefined ? {} : { finding }),
  };
}

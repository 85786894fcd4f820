import type { ChangeLog, createVerdictOf } from '../aws/ledger/change-log.ts';
import type { EventBus } from '../aws/channel/event-bus.ts';
import type { Findings, FindingSent } from '../aws/channel/findings.ts';
import type { Topic } from '../aws/channel/topic.ts';
import { failureOf, isOutOfTime, messageOf } from '../aws/sdk/service-error.ts';
import { announcement, type Announcement, detailTypeOf, eventDetailOf } from '../announcements/announcement.ts';
import { isForPeople, letterOf } from '../announcements/announcement-text.ts';
import { textIdOf } from '../announcements/finding.ts';
import { type AnnouncedItem, type Finding, hubOf, type OwedAnnouncement } from '../ledger/announced-item.ts';
import { ResealError } from '../errors.ts';
import { present } from '../present.ts';
import type { Log } from './deps.ts';

/** The channels, each for itself. */
export interface ChannelDeps {
  changeLog: Pick<ChangeLog, 'read'>;
  verdictOf: ReturnType<typeof createVerdictOf>;
  eventBus: EventBus;
  /** Absent where the stack names no topic. */
  topic?: Topic;
  /** Absent where Security Hub is turned off. */
  findings?: Findings;
  /** Channels that did not answer, and until when (ms) they are left alone. What they are owed is not lost. */
  resting: Map<string, number>;
  log: Log;
  now: () => Date;
}

/** What is owed to the channels of one subject, and how its finding stands in Security Hub. */
export type Owed = Pick<AnnouncedItem, 'owed' | 'finding' | 'owedFinding'>;

/** The channels of announcements, in their order. Whether one is for people is seen when it is sent. */
export const CHANNELS = ['bus', 'topic'];

/**
 * Tries to announce what is owed, and returns what still is, and whether a channel failed. No channel costs another its news, and no news of a
 * channel the next one. Throws the error of the ledger.
 */
export async function announceOwed(
  owing: Owed,
  fresh: ReadonlyMap<string, Announcement>,
  deps: ChannelDeps,
): Promise<Owed & { hasFailed: boolean }> {
  const channels = startChannels(deps);
  const owed: OwedAnnouncement[] = [];
  for (const each of owing.owed) {
    const news = fresh.get(each.sk) ?? announcement.safeParse(await deps.changeLog.read(each)).data;
    // Of another version, or removed by hand: nobody can announce it.
    if (news === undefined) continue;
    // The bucket may have been deleted since, and nobody can mend a job of one that is gone.
    const isMoot = news.kind === 'job-ended' && (await deps.verdictOf(news)) === 'gone';
    const left: string[] = [];
    for (const channel of each.channels) {
      if (channel === 'topic' && (isMoot || !isForPeople(news.kind))) continue;
      const send = senderOf(channel, news, deps);
      if (send !== undefined && !(await channels.isTaken(channel, send))) left.push(channel);
    }
    if (left.length > 0) owed.push({ ...each, channels: left });
  }
  const hub = await mirror(owing, channels.isTaken, deps);
  return { ...hub, owed: owed.slice(-MOST_OWED), hasFailed: channels.hasFailed() };
}

/** Far more than one change of a subject makes: a channel that never answers again must not fill the item. */
const MOST_OWED = 60;

function senderOf(channel: string, news: Announcement, { eventBus, topic }: ChannelDeps) {
  const { kind, bucket, account, region, at } = news;
  if (channel === 'bus') {
    const event = { detailType: detailTypeOf(kind), bucket, account, region, at, detail: eventDetailOf(news) };
    return () => eventBus.put(event);
  }
  return topic && (() => topic.publish(letterOf(news), { kind, bucket, account, region }));
}

/** How long a channel that did not answer is left alone. */
const REST_MS = 30_000;

/** True for a channel that did not answer a moment ago. */
export function isResting(channel: string, { resting, now }: ChannelDeps): boolean {
  return (resting.get(channel) ?? 0) > now().getTime();
}

type IsTaken = (channel: string, send: () => Promise<unknown>) => Promise<boolean>;

function startChannels(deps: ChannelDeps): { isTaken: IsTaken; hasFailed: () => boolean } {
  let hasFailed = false;
  const isTaken: IsTaken = async (channel, send) => {
    const isAsked = !isResting(channel, deps);
    try {
      if (isAsked) await send();
      hasFailed ||= !isAsked;
      return isAsked;
    } catch (error) {
      if (isOutOfTime(error)) throw error;
      hasFailed = true;
      deps.log.warn('channel failed', { channel, error: messageOf(error) });
      // A refusal is about one piece of news and says nothing about the next. That a channel is denied or not there is about all of them.
      const isRefusal = error instanceof ResealError || failureOf(error) === 'refused';
      if (!isRefusal) deps.resting.set(channel, deps.now().getTime() + REST_MS);
      return false;
    }
  };
  return { isTaken, hasFailed: () => hasFailed };
}

/** Security Hub shows how the bucket stands: a finding is opened where something is wrong, and follows until it is resolved. */
async function mirror(
  { finding: known, owedFinding: wanted }: Owed,
  isTaken: IsTaken,
  { findings, log }: ChannelDeps,
): Promise<Omit<Owed, 'owed'>> {
  const rest = present({ finding: known });
  if (findings === undefined || wanted === undefined || !isNews(wanted, known)) return rest;
  const createdAt = known?.createdAt ?? wanted.updatedAt;
  let sent: FindingSent | undefined;
  const channel = hubOf(wanted);
  await isTaken(channel, async () => {
    sent = await findings.send(wanted, createdAt);
  });
  // Security Hub that never had the finding needs none where all is well, and gets one at the next look where it is not.
  if (sent === 'not-enabled' && known?.isOpen !== true) return rest;
  if (sent === 'unreachable') log.warn('finding waits for its account', { channel, bucket: wanted.bucket });
  const { says, isOpen, updatedAt: sentAt } = wanted;
  if (sent === 'taken') return { finding: { createdAt, says, text: textIdOf(wanted), isOpen, sentAt } };
  return present({ finding: known, owedFinding: wanted });
}

/** How the finding stands. What is owed may have arrived without an answer: what Security Hub says is not known then. */
export function findingNow({ finding, owedFinding }: Pick<Owed, 'finding' | 'owedFinding'>): Owed['finding'] {
  if (owedFinding === undefined) return finding;
  const { updatedAt } = owedFinding;
  const isOpen = owedFinding.isOpen || finding?.isOpen === true;
  return { createdAt: finding?.createdAt ?? updatedAt, says: '', text: '', isOpen, sentAt: updatedAt };
}

function isNews(wanted: Finding, known: AnnouncedItem['finding']): boolean {
  if (!wanted.isOpen && known?.isOpen !== true) return false;
  return wanted.says !== known?.says || textIdOf(wanted) !== known.text || isStale(known.sentAt, wanted);
}

/** Security Hub forgets findings that nobody updates for 90 days (Security Hub guide): an open one is sent again long before. */
const FINDING_AGE_MS = 30 * 24 * 60 * 60 * 1000;

function isStale(sentAt: string, { isOpen, updatedAt }: Finding): boolean {
  return isOpen && Date.parse(updatedAt) - Date.parse(sentAt) > FINDING_AGE_MS;
}

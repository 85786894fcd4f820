import { type Announcement, type AnnouncementKind, detailTypeOf } from './announcement.ts';
import words from './announcement-words.json' with { type: 'json' };
import { detailsOfJob, failuresOfJob, jobOf, letterLine } from './job-letter.ts';
import { clipped } from '../problem.ts';
import type { Encryption, RecordedReason } from '../policy/model.ts';

/** What each kind of announcement is called in a subject, what it says, and what people are asked to do. */
export const WORDS: Readonly<Record<AnnouncementKind, { subject: string; headline: string; advice: string }>> = words;

/** What to do, with the bucket's name in the commands. */
export function adviceOf(kind: AnnouncementKind, bucket: string): string {
  return WORDS[kind].advice.replaceAll('BUCKET', bucket);
}

/** What a person reads. `subject` is at most 100 characters of ASCII, as SNS asks (API Publish). */
export interface Letter {
  subject: string;
  text: string;
}

const MAX_SUBJECT = 100;
/** SNS takes 256 KB, and a character has up to 4 bytes. */
const MAX_TEXT = 60_000;

/** False for what a machine may count and nobody needs a letter about: a policy that only observes is not asked to speak up. */
export function isForPeople(kind: AnnouncementKind): boolean {
  return kind !== 'bucket-observed';
}

export function letterOf(announcement: Announcement): Letter {
  const { kind, bucket, account, region, at, id } = announcement;
  const subject = `Reseal: ${bucket} ${WORDS[kind].subject}`.replaceAll(/[^\u0020-\u007E]/g, '?');
  const parts = [
    `Bucket ${bucket}: ${WORDS[kind].headline}`,
    [`Account: ${account}`, `Region: ${region}`, `When: ${at}`, ...details(announcement)].join('\n'),
    ...reasonParts(announcement),
    `What to do: ${adviceOf(kind, bucket).replaceAll('JOB', jobOf(announcement))}`,
    ...pasteParts(announcement),
    `Event: ${detailTypeOf(kind)}, id ${id}`,
  ];
  return { subject: subject.slice(0, MAX_SUBJECT), text: clipped(parts.join('\n\n'), MAX_TEXT) };
}

function details(announcement: Announcement): string[] {
  switch (announcement.kind) {
    case 'job-ended':
      return detailsOfJob(announcement);
    case 'bucket-rolled-back': {
      const { by, replaced, restored } = announcement;
      return [`By: ${by}`, ...ruleLine('Replaced', replaced), ...ruleLine('Put back', restored)];
    }
    case 'bucket-acknowledged':
      return [`By: ${announcement.by}`];
    case 'writes-below-standard':
    case 'writes-with-customer-key':
      return writerLines(announcement);
    case 'bucket-repaired':
      return [
        ...causeLines(announcement),
        ...ruleLine('Replaced', announcement.replaced),
        ...ruleLine('Wrote', announcement.wrote),
        ...announcement.jobs.map(
          ({ token, objectClass }) => `Job: ${token}${objectClass ? ` for ${objectClass} objects` : ''}`,
        ),
      ];
    default: {
      const { price, found } = announcement;
      return [...causeLines(announcement), ...letterLine('Price', price), ...ruleLine('Encryption', found)];
    }
  }
}

type Writes = Extract<Announcement, { principal: string }>;

function writerLines({ principal, applied, count, first, last, userAgent, key, advice }: Writes): string[] {
  return [
    `Written by: ${principal}`,
    ...letterLine('With', userAgent),
    `Encryption: ${applied}`,
    `Writes: ${count}, from ${first} to ${last}`,
    ...letterLine('For example', key),
    `Change: ${advice}`,
  ];
}

type Caused = Extract<Announcement, { cause: string }>;

function causeLines({ rule, policySha256, cause, causeId, actor, sourceAddress, userAgent }: Caused): string[] {
  const who = actor === undefined ? '' : ` by ${actor}`;
  const where = sourceAddress === undefined ? '' : ` from ${sourceAddress}`;
  const how = userAgent === undefined ? '' : ` with ${userAgent}`;
  return [`Rule: ${rule}, policy ${policySha256}`, `Cause: ${cause}${who}${where}${how} (${causeId})`];
}

function reasonParts(announcement: Announcement): string[] {
  if (announcement.kind === 'job-ended') return failuresOfJob(announcement);
  if (!('reasons' in announcement)) return [];
  return [...list('Why:', announcement.reasons), ...list('Left over:', announcement.leftovers)];
}

function list(title: string, reasons: readonly RecordedReason[]): string[] {
  if (reasons.length === 0) return [];
  return [[title, ...reasons.map(({ message, code }) => `- ${message} [${code}]`)].join('\n')];
}

function pasteParts(announcement: Announcement): string[] {
  if (!('reasons' in announcement)) return [];
  return announcement.reasons.flatMap(({ code, paste }) =>
    paste === undefined ? [] : [`Ready to paste for ${code}:\n${paste}`],
  );
}

function ruleLine(name: string, rule: Encryption | undefined): string[] {
  if (rule === undefined) return [];
  const { algorithm = 'none', keyId, bucketKey, blocked } = rule;
  const key = keyId === undefined ? '' : ` under ${keyId}`;
  const bucketKeyText = bucketKey === undefined ? '' : `, Bucket Key ${bucketKey ? 'on' : 'off'}`;
  const blockedText = blocked === undefined ? '' : `, blocks ${blocked.join(', ')}`;
  return [`${name}: ${algorithm}${key}${bucketKeyText}${blockedText}`];
}

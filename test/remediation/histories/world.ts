import type { HeardEvent } from '../../../src/ledger/heard-event.ts';
import type { Cause } from '../../../src/cause.ts';
import type { BucketTrigger } from '../../../src/intake/bucket-message.ts';
import type { JobTrigger } from '../../../src/intake/parse-job-message.ts';
import type { ObjectPiece, Piece, PieceName } from '../../../src/ledger/piece-item.ts';
import type { Encryption } from '../../../src/policy/model.ts';
import type { BatchJob } from './batch.ts';
import type { StoredObject, Written } from './objects.ts';
import type { History } from './play.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const BUCKET = 'payments';
export const START_MS = Date.parse('2026-11-02T10:00:00.250Z');

const keyArn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id.repeat(8)}-1111-2222-3333-444455556666`;
/** The standard's key, the key of another standard, and one that no policy names. */
export const KEYS = { ours: keyArn('a'), second: keyArn('b'), theirs: keyArn('c') };
export const ALIASES: ReadonlyMap<string, string> = new Map([
  ['alias/ours', KEYS.ours],
  ['alias/second', KEYS.second],
]);

const blocked = ['SSE-C'];
/** What somebody may put on the bucket. A bucket that is made anew begins as `weak`. */
export const RULES = {
  weak: { algorithm: 'AES256', bucketKey: false, blocked },
  other: { algorithm: 'aws:kms', keyId: KEYS.theirs, bucketKey: true, blocked },
  noBucketKey: { algorithm: 'aws:kms', keyId: KEYS.ours, bucketKey: false, blocked },
  standard: { algorithm: 'aws:kms', keyId: KEYS.ours, bucketKey: true, blocked },
  second: { algorithm: 'aws:kms', keyId: KEYS.second, bucketKey: true, blocked },
  dsse: { algorithm: 'aws:kms:dsse', keyId: KEYS.theirs, bucketKey: false, blocked },
} as const satisfies Record<string, Encryption>;
export type RuleName = keyof typeof RULES;

/** One rule that the bucket got: by whom, and which event told of it. */
export interface Change {
  atMs: number;
  life: number;
  rule: Encryption;
  by: 'others' | 'guardrail' | 'rollback';
  cause: Cause;
  causeId: string;
  /** Of the guardrail's own writes: under which policy, and what it had read before. */
  policyOrder?: number;
  replaced?: Encryption;
}

export interface Message {
  id: number;
  fact: BucketTrigger;
  dueMs: number;
  receives: number;
  /** Messages of ours before this one, each sent by the invocation that had the one before. */
  chain: number;
}

/** A message of the queue of jobs: an event of S3, a question of our own, or the schedule. */
export interface JobMessage {
  id: number;
  trigger: JobTrigger;
  dueMs: number;
  receives: number;
  chain: number;
}

/** A message of the queue of reencrypt-object. */
export interface PieceMessage {
  id: number;
  name: PieceName;
  dueMs: number;
  receives: number;
  chain: number;
}

/** What became of a delivery that was not lost: its message is gone from the queue. */
export interface Handled {
  causeId: string;
  cause: Cause;
  atMs: number;
  endMs: number;
  outcome: string;
  policy: number;
}

/** AWS as far as the story of one bucket sees it, and all that ever happened there. */
export interface World {
  nowMs: number;
  life: number;
  exists: boolean;
  keyEnabled: boolean;
  /** Whether the bucket keeps versions. */
  isVersioned: boolean;
  /** Whether S3's own lists name versions, which AWS does not say. */
  listsVersions: boolean;
  changes: Change[];
  /** All versions, in the order in which they came. */
  objects: StoredObject[];
  /** All that people ever wrote. */
  written: Written[];
  /** The jobs of S3 Batch Operations by their token: the same token is the same job. */
  batch: Map<string, BatchJob>;
  /** When each job was described last. */
  described: Map<string, number>;
  /** The lists of objects that Reseal wrote, by their key. */
  manifests: Map<string, string>;
  /** How many jobs may be active in the account at once. */
  mostActive: number;
  messages: Message[];
  jobMessages: JobMessage[];
  /** All that the queue of jobs was ever told. */
  jobNews: JobTrigger[];
  pieceMessages: PieceMessage[];
  /** All that this queue was ever told. */
  pieceNews: PieceName[];
  events: BucketTrigger[];
  handled: Handled[];
  /** Messages that came back too often. */
  buried: (BucketTrigger | JobTrigger | PieceName)[];
  /** Indexes into the policies, in the order in which they were published. */
  published: number[];
  /** When each of them was. */
  publishedMs: number[];
  item: Record<string, unknown> | undefined;
  jobItems: Map<string, Record<string, unknown>>;
  /** What the jobs that Reseal runs itself are worked off in, and the objects that failed, by job and id. */
  pieces: Map<string, Piece>;
  failedPieces: Map<string, ObjectPiece>;
  /** The job of each write of ours to an object. */
  ownWrites: string[];
  /** The tokens of the jobs that have a slot. */
  slots: Set<string>;
  eventItems: Map<string, HeardEvent>;
  /** What was promised and not kept, in words. */
  broken: string[];
  rollbacks: { atMs: number; life: number; endedMs?: number }[];
  ids: number;
}

type Start = Pick<History, 'policy' | 'mostActive' | 'isVersioned' | 'listsVersions'>;

export function newWorld({ policy, mostActive, isVersioned, listsVersions }: Start): World {
  return {
    nowMs: START_MS,
    life: 0,
    exists: false,
    keyEnabled: true,
    changes: [],
    isVersioned,
    listsVersions,
    objects: [],
    written: [],
    batch: new Map(),
    described: new Map(),
    manifests: new Map(),
    mostActive,
    messages: [],
    jobMessages: [],
    jobNews: [],
    pieceMessages: [],
    pieceNews: [],
    events: [],
    handled: [],
    buried: [],
    published: [policy],
    publishedMs: [START_MS],
    item: undefined,
    jobItems: new Map(),
    pieces: new Map(),
    failedPieces: new Map(),
    ownWrites: [],
    slots: new Set(),
    eventItems: new Map(),
    broken: [],
    rollbacks: [],
    ids: 0,
  };
}

export function ruleNow({ changes }: World): Encryption {
  return changes.at(-1)?.rule ?? {};
}

export function nextId(world: World): number {
  world.ids += 1;
  return world.ids;
}

/** When CloudTrail's copy of an event arrives: behind the settle delay, and as late and as often as it likes. */
export interface Lateness {
  seconds: number;
  copies: number;
}

const SETTLE_MS = 60_000;
const ACTORS = 4;

/** A call of somebody else, and the event of it. */
export function tell(world: World, cause: Cause, { seconds, copies }: Lateness): string {
  const id = nextId(world);
  const at = `${new Date(world.nowMs).toISOString().slice(0, 19)}Z`;
  const fact: BucketTrigger = {
    bucket: BUCKET,
    account: ACCOUNT,
    region: REGION,
    cause,
    at,
    causeId: `event-${id}`,
    actor: `arn:aws:iam::${ACCOUNT}:role/team-${id % ACTORS}`,
    ...(cause === 'created' ? { createdAt: at } : {}),
    attempt: 0,
    observe: false,
  };
  world.events.push(fact);
  for (let copy = 0; copy < copies; copy += 1) {
    send(world, fact, world.nowMs + SETTLE_MS + seconds * 1_000 * (copy + 1), 0);
  }
  return fact.causeId;
}

export function send(world: World, fact: BucketTrigger, dueMs: number, chain: number): void {
  world.messages.push({ id: nextId(world), fact, dueMs, receives: 0, chain });
}

export function sweepOf(world: World, observe = false): BucketTrigger {
  const at = new Date(world.nowMs).toISOString();
  const causeId = `sweep-${nextId(world)}`;
  const place = { bucket: BUCKET, account: ACCOUNT, region: REGION };
  return { ...place, cause: 'sweep', at, causeId, logSources: [], attempt: 0, observe };
}

export function put(world: World, rule: Encryption, how: Omit<Change, 'atMs' | 'life' | 'rule'>): void {
  world.changes.push({ ...how, rule, atMs: world.nowMs, life: world.life });
}

export function sendJob(world: World, trigger: JobTrigger, dueMs: number, chain: number): void {
  world.jobNews.push(trigger);
  world.jobMessages.push({ id: nextId(world), trigger, dueMs, receives: 0, chain });
}

export function sendPiece(world: World, { token, id }: PieceName, delaySeconds = 0): void {
  const name = { token, id };
  world.pieceNews.push(name);
  world.pieceMessages.push({
    id: nextId(world),
    name,
    dueMs: world.nowMs + delaySeconds * 1_000,
    receives: 0,
    chain: 0,
  });
}

import { pricesIn } from '../../../src/policy/plan/price-list.ts';
import type { EncryptionReading } from '../../../src/aws/bucket/bucket-encryption.ts';
import { parseAssessMessage } from '../../../src/intake/bucket-message.ts';
import { parseJobMessage } from '../../../src/intake/parse-job-message.ts';
import type { Fact } from '../../../src/policy/facts.ts';
import type { Encryption, KeyReading } from '../../../src/policy/model.ts';
import type { AssessDeps } from '../../../src/remediation/deps.ts';
import {
  ALIASES,
  ACCOUNT,
  KEYS,
  type Message,
  nextId,
  put,
  REGION,
  ruleNow,
  send,
  sendJob,
  tell,
  type World,
} from './world.ts';
import { currentIn, sizeOf } from './objects.ts';
import { POLICIES } from './policies.ts';
import { Injected, type Step } from './scheduler.ts';

/** Who makes the calls, and what the promises need to know of it. */
export interface Caller {
  step: Step;
  /** The invocation's message; a person has none. */
  message?: Message;
  /** Messages of ours before its own. */
  chain: number;
  /** When its time is over. */
  untilMs: number;
  /** How far its clock is ahead of AWS's. */
  skewMs: number;
  /** How many publications its policy is behind. */
  staleBy: number;
  /** What it read last of the bucket's rule, and after which change. */
  lastRead?: { rule: Encryption; change: number };
  /** Which policy it has. */
  order?: number;
}

const ROOT_MAY_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' }],
});
const OWNER_ONLY = [{ id: 'a'.repeat(64), permission: 'FULL_CONTROL', isOwner: true }];
export const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

export type Verbs = Omit<AssessDeps, 'ledger'>;

/** The means of a story over the imagined AWS, but for its ledger. */
export function verbs(world: World, caller: Caller): Verbs {
  const { step } = caller;
  return {
    account: ACCOUNT,
    region: REGION,
    partition: 'aws',
    isOwnBucket: () => false,
    jobRoles: {
      'update-encryption': `arn:aws:iam::${ACCOUNT}:role/batch`,
      copy: `arn:aws:iam::${ACCOUNT}:role/copy`,
      'own-copy': `arn:aws:iam::${ACCOUNT}:role/own`,
    },
    ownRole: async () => ({ kind: 'read', value: true }),
    reportsBucketIn: async () => 'reports',
    retrySeconds: 60,
    membership: async () => ({ ouPath: { kind: 'unread', why: 'nobody said it', denied: false } }),
    policy: (atLeast = 0) => step('policy', () => policyOf(world, caller, atLeast)),
    encryption: {
      read: () => step('encryption.read', () => readRule(world, caller)).catch(unreadableReading),
      write: ({ rule }) => step('encryption.write', () => writeRule(world, caller, rule)),
    },
    bucketList: { findOwn: () => step('findOwn', () => ({ owned: world.exists })) },
    bucketRegion: () => step('bucketRegion', () => REGION),
    facts: factReaders(step),
    objectPage: () => step('objectPage', () => pageOf(world)),
    uploads: {
      list: () => step('uploads.list', () => ({ uploads: [], truncated: false })),
      abort: () => step('uploads.abort', () => false),
    },
    copyConditions: () => step('copy', () => ({ aclsDisabled: true, website: false, objectLock: false })),
    storageMetrics: async () => undefined,
    versioning: () => step('versioning', () => world.isVersioned),
    jobPlace: async () => ({ roles: [], reports: { bucket: 'reports', lock: { kind: 'read', value: 'none' } } }),
    spend: async () => true,
    prices: pricesIn,
    keys: { read: (asked) => step('keys.read', () => keyOf(world, asked)) },
    askToLaunch: (body) => step('askToLaunch', () => sendJobBody(world, caller, body)),
    sendLater: (body, delaySeconds) => step('queue', () => enqueue(world, caller, delaySeconds, body)),
    log: QUIET,
    now: () => new Date(world.nowMs + caller.skewMs),
    wait: (ms) =>
      step('wait', () => {
        world.nowMs += ms;
      }),
    newOwner: () => `owner-${nextId(world)}`,
    heard: async () => {},
  };
}

function unreadableReading(error: unknown): EncryptionReading {
  const { name, message } = error as Error;
  return { kind: 'unreadable', code: name, message, denied: name === 'AccessDenied' };
}

function factReaders(step: Step): AssessDeps['facts'] {
  const read = <T>(name: string, value: T): Promise<Fact<T>> =>
    step(name, (): Fact<T> => ({ kind: 'read', value })).catch((error: unknown) => {
      const { name: code, message } = error as Error;
      return { kind: 'unread', why: `${code}: ${message}`, denied: code === 'AccessDenied' };
    });
  return {
    tags: () => read('tags', []),
    createdAt: () => read('createdAt', '2020-01-01T00:00:00Z'),
    bucketPolicy: () => read('bucketPolicy', undefined),
    acl: () => read('acl', OWNER_ONLY),
    keyPolicy: () => read('keyPolicy', ROOT_MAY_ALL),
    replication: () => read('replication', []),
    website: () => read('website', 'none'),
    accessPoints: () => read('accessPoints', []),
    tables: () => read('tables', { count: 0, isMore: false }),
    logging: () => read('logging', undefined),
  };
}

/** A process keeps its policy for a minute (src/runtime/policy-source.ts); one that knows of a newer one looks it up. */
const KEPT_MS = 60_000;

function policyOf({ published, publishedMs, nowMs }: World, caller: Caller, atLeast: number) {
  const newest = published.length;
  const fresh = publishedMs.filter((atMs) => atMs > nowMs - KEPT_MS).length;
  const kept = Math.max(1, newest - Math.min(caller.staleBy, fresh));
  const order = kept < atLeast ? newest : kept;
  caller.order = order;
  const policy = POLICIES[published[order - 1] ?? 0];
  if (policy === undefined) throw new Error('no such policy');
  return { document: policy.document, sha256: policy.name, order };
}

function readRule(world: World, caller: Caller): EncryptionReading {
  if (!world.exists) return { kind: 'gone' };
  const rule = structuredClone(ruleNow(world));
  caller.lastRead = { rule, change: world.changes.length - 1 };
  return { kind: 'read', rule };
}

const STRENGTHS = ['AES256', 'aws:kms', 'aws:kms:dsse'];
const strengthOf = ({ algorithm = '' }: Encryption) => STRENGTHS.indexOf(algorithm);

/** A write of the guardrail or of a rollback; what it must not do at this very moment is seen here. */
function writeRule(world: World, caller: Caller, rule: Encryption): void {
  if (!world.exists) throw new Injected('NoSuchBucket', 'there is no such bucket');
  const { lastRead, message, order = 0, skewMs } = caller;
  if (lastRead === undefined) world.broken.push('a rule was written that nobody had read');
  const replaced = lastRead?.rule ?? {};
  // A rollback is a call of a person, and has an event.
  const causeId = message?.fact.causeId ?? tell(world, 'encryption-put', { seconds: 0, copies: 1 });
  if (message !== undefined && skewMs === 0) {
    const wrong = [
      ...(strengthOf(replaced) > strengthOf(rule) ? [`lowered ${replaced.algorithm} to ${rule.algorithm}`] : []),
      ...(isHeld(world) ? ['wrote to a bucket that was rolled back'] : []),
      ...undone(world, caller),
    ];
    world.broken.push(...wrong.map((each) => `${each} (${causeId})`));
  }
  put(world, rule, {
    by: message === undefined ? 'rollback' : 'guardrail',
    cause: 'encryption-put',
    causeId,
    policyOrder: order,
    replaced,
  });
}

function isHeld({ rollbacks, life }: World): boolean {
  return rollbacks.some((each) => each.life === life && each.endedMs === undefined);
}

/** What a newer policy's look wrote, and this one has seen, is not undone under an older policy. */
function undone({ changes }: World, { lastRead, order = 0 }: Caller): string[] {
  const seen = changes[lastRead?.change ?? -1];
  const isNewer = seen?.by === 'guardrail' && (seen.policyOrder ?? 0) > order;
  return isNewer ? [`undid under policy ${order} what policy ${seen.policyOrder} did`] : [];
}

function pageOf(world: World) {
  if (!world.exists) throw new Injected('NoSuchBucket', 'there is no such bucket');
  const objects = currentIn(world).map((object) => {
    const { writtenMs, content } = object;
    return { sizeBytes: sizeOf(object), lastModifiedMs: writtenMs, storageClass: content.storageClass };
  });
  return { objects, truncated: false };
}

function keyOf({ keyEnabled }: World, asked: string): KeyReading {
  const arn = ALIASES.get(asked) ?? asked;
  if (!Object.values(KEYS).includes(arn)) return { kind: 'missing', asked, why: 'NotFoundException' };
  const isOff = arn === KEYS.ours && !keyEnabled;
  return {
    kind: 'found',
    key: {
      arn,
      account: ACCOUNT,
      region: REGION,
      state: isOff ? 'Disabled' : 'Enabled',
      usage: 'ENCRYPT_DECRYPT',
      spec: 'SYMMETRIC_DEFAULT',
      manager: 'CUSTOMER',
    },
  };
}

const MOST_LINKS = 8;

function enqueue(world: World, caller: Caller, delaySeconds: number, body: string): void {
  const chain = linkAfter(world, caller);
  const fact = parseAssessMessage(JSON.parse(body));
  const delayMs = Math.min(900, Math.max(0, Math.round(delaySeconds))) * 1_000;
  send(world, fact, world.nowMs + delayMs, chain);
}

/** A message of ours for the queue of jobs. */
export function sendJobBody(world: World, caller: Caller, body: string, delaySeconds = 0): void {
  const trigger = parseJobMessage(body);
  if ('ignored' in trigger) throw new Error(trigger.ignored);
  sendJob(world, trigger, world.nowMs + delaySeconds * 1_000, linkAfter(world, caller));
}

function linkAfter(world: World, { chain }: Caller): number {
  if (chain + 1 > MOST_LINKS) world.broken.push(`a chain of ${chain + 1} messages of ours`);
  return chain + 1;
}

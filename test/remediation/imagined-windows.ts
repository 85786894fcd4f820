import assert from 'node:assert/strict';
import type { BucketTable, Claim, Terms, Written } from '../../src/aws/ledger/bucket-table.ts';
import { type BucketTrigger, parseAssessMessage, toldBy } from '../../src/intake/bucket-message.ts';
import { readBucketItem } from '../../src/ledger/bucket-item.ts';
import type { HeardEvent } from '../../src/ledger/heard-event.ts';
import type { JobRequest } from '../../src/ledger/job-item.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { Encryption, KeyReading } from '../../src/policy/model.ts';
import { assessBucket } from '../../src/remediation/assess-bucket.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { ACCOUNT, surroundings } from './imagined-bucket.ts';

const REGION = 'eu-west-1';
const BUCKET = 'data';
const PLACE = { bucket: BUCKET, account: ACCOUNT, region: REGION };
const START_MS = Date.parse('2026-11-02T10:00:00.000Z');
const keyArn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id.repeat(8)}-1111-2222-3333-444455556666`;
const KEY = keyArn('a');
const RIGHT: Encryption = { algorithm: 'aws:kms', keyId: KEY, bucketKey: true };
/** What somebody may put. */
export const RULES_PUT = {
  weak: { algorithm: 'AES256', bucketKey: false },
  noBucketKey: { ...RIGHT, bucketKey: false },
  byAlias: { ...RIGHT, keyId: 'alias/other' },
  right: RIGHT,
  ...Object.fromEntries(
    ['b', 'c', 'd', 'e', 'f', '1', '2'].map((id) => [`key ${id}`, { ...RIGHT, keyId: keyArn(id) }]),
  ),
} as const satisfies Record<string, Encryption>;

const read = <T>(value: T) => ({ kind: 'read', value }) as const;
const ROOT = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' };
const FACTS: Facts = {
  tags: read([]),
  bucketPolicy: read(undefined),
  acl: read([]),
  keyPolicy: read(JSON.stringify({ Version: '2012-10-17', Statement: [ROOT] })),
  replication: read([]),
  website: read('none'),
  accessPoints: read([]),
};
const POLICY = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });
const OURS = { arn: KEY, account: ACCOUNT, region: REGION, state: 'Enabled' } as const;
const FOUND = { ...OURS, usage: 'ENCRYPT_DECRYPT', spec: 'SYMMETRIC_DEFAULT', manager: 'CUSTOMER' } as const;

const KEYS_THERE = new Map<string, KeyReading>([
  ['alias/reseal', { kind: 'found', key: FOUND }],
  ...Object.values(RULES_PUT).flatMap(({ keyId }: Encryption): [string, KeyReading][] =>
    keyId === undefined ? [] : [[keyId, { kind: 'found', key: { ...FOUND, arn: keyId } }]],
  ),
]);

/** One object, or an upload on its way to one: LastModified is when it was begun, and so is its rule. */
export interface ImaginedObject {
  begunMs: number;
  rule: Encryption;
  state: 'open' | 'there' | 'gone';
  /** When an upload ended. */
  endedMs?: number;
}

/** One bucket with its drifts, objects and uploads, told by the clock: what comes due is done in its order, and no time is waited for. */
export function imagineWindows() {
  let nowMs = START_MS;
  let skewMs = 0;
  let rule: Encryption = RIGHT;
  let item: Record<string, unknown> = {};
  let ids = 0;
  let jobs = 0;
  const named: string[] = [];
  const objects: ImaginedObject[] = [];
  const heard = new Map<string, HeardEvent>();
  const due: { atMs: number; what: () => unknown }[] = [];
  const at = (afterSeconds: number, what: () => unknown) => due.push({ atMs: nowMs + afterSeconds * 1_000, what });
  const iso = () => new Date(Math.floor(nowMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  const id = (what: string) => `${what}-${(ids += 1)}`;

  const ledger: BucketTable = {
    read: async () => readBucketItem(structuredClone(item)),
    keepEvent: async (_id, event) => void heard.set(event.causeId, event),
    eventOf: async (_id, causeId) => heard.get(causeId),
    claim: async ({ owner, untilMs, pending, terms, nowMs: claimedMs, over }: Claim) => {
      const isFree =
        item['claimUntil'] === undefined || Number(item['claimUntil']) < claimedMs || item['claimOwner'] === over;
      if (!isFree || !holds(terms, true)) return { written: false, item: await ledger.read(PLACE) };
      return change({ set: { claimOwner: owner, claimUntil: untilMs }, setOnce: { pending }, remove: [] });
    },
    settle: async (_id, end, terms, queued?: readonly JobRequest[]) => {
      if (!holds(terms, false)) return { written: false, item: await ledger.read(PLACE) };
      // A job begins when a slot is free: its manifest lists what is there then.
      for (const job of queued ?? []) at((jobs += 1) % 5 === 0 ? 3_600 : 1, () => runJob(job));
      return change(end);
    },
  };
  function change({
    set,
    setOnce = {},
    remove,
  }: {
    set: object;
    setOnce?: object;
    remove: readonly string[];
  }): Written {
    const kept = Object.entries({ ...setOnce, ...item, ...set }).filter(
      ([name, value]) => value !== undefined && !remove.includes(name),
    );
    item = structuredClone({ ...Object.fromEntries(kept), rev: Number(item['rev'] ?? 0) + 1 });
    return { written: true, item: readBucketItem(structuredClone(item)) };
  }
  function holds(terms: Terms, claims: boolean): boolean {
    const known = readBucketItem(structuredClone(item));
    if (terms.kind === 'owner') return known.claimOwner === terms.owner;
    if (terms.kind === 'read') return known.rev === terms.rev;
    const { lookedAt, unless, begins, driftAt } = terms;
    const { asOf = '', pending, claimOwner, belowSince, openUploads, lastDrift } = known;
    if (claims ? asOf >= lookedAt : asOf > lookedAt) return false;
    if (unless?.below === true && (belowSince ?? openUploads) !== undefined) return false;
    if (begins === true && belowSince !== undefined) return false;
    if (claims) return true;
    return (
      (pending ?? claimOwner) === undefined &&
      (driftAt === undefined || lastDrift === undefined || lastDrift.at <= driftAt)
    );
  }
  function runJob({ objectClass, sourceKeyArn, sourceBucketKey, createdAfter = '' }: JobRequest): void {
    for (const object of objects) {
      const { algorithm, keyId, bucketKey } = object.rule;
      const isOf = algorithm === (objectClass === 'SSE-S3' ? 'AES256' : 'aws:kms') && (sourceKeyArn ?? keyId) === keyId;
      const isFound = isOf && (sourceBucketKey ?? bucketKey) === bucketKey && object.begunMs > Date.parse(createdAfter);
      if (object.state === 'there' && isFound) object.rule = RIGHT;
    }
  }
  const deps = (): AssessDeps => ({
    ...surroundings({
      bucket: BUCKET,
      region: REGION,
      rule,
      policy: POLICY,
      facts: FACTS,
      item: {},
      keys: KEYS_THERE,
    }),
    ledger,
    encryption: {
      read: async () => ({ kind: 'read', rule }),
      write: async ({ rule: put }) => {
        rule = put;
        nowMs += 300;
      },
    },
    objectPage: async () => ({
      objects: objects.flatMap(({ begunMs, state }) =>
        state === 'there' ? [{ sizeBytes: 1, lastModifiedMs: begunMs, storageClass: 'STANDARD' }] : [],
      ),
      truncated: false,
    }),
    uploads: {
      list: async () => ({
        uploads: objects.flatMap(({ begunMs, state }, key) =>
          state === 'open' ? [{ key: `k${key}`, uploadId: `u${key}`, initiatedMs: begunMs }] : [],
        ),
        truncated: false,
      }),
      abort: async () => assert.fail('nobody asked for it'),
    },
    askToLaunch: async () => {},
    sendLater: async (body, seconds) => void at(seconds, () => tell(parseAssessMessage(JSON.parse(body)))),
    now: () => new Date(nowMs + skewMs),
    newOwner: () => id('owner'),
  });
  async function tell(trigger: BucketTrigger): Promise<void> {
    assert.ok(toldBy(trigger) === undefined || (trigger.sends ?? 0) === 0);
    await assessBucket(trigger, deps());
    for (const { code } of readBucketItem(structuredClone(item)).leftovers ?? []) named.push(code);
  }
  const trigger = (over: Partial<BucketTrigger>): BucketTrigger => ({
    ...PLACE,
    cause: 'sweep',
    at: iso(),
    causeId: id('event'),
    logSources: [],
    attempt: 0,
    observe: false,
    ...over,
  });
  return {
    objects,
    named,
    jobs: () => jobs,
    rule: () => rule,
    item: () => readBucketItem(structuredClone(item)),
    /** Somebody puts a rule, or with none deletes it; the event is told after so many seconds each. */
    put(name: keyof typeof RULES_PUT | undefined, lateSeconds: readonly number[]): void {
      const put = name === undefined ? undefined : RULES_PUT[name];
      rule = put ?? RULES_PUT.weak;
      const { actor, ...told } = {
        ...trigger({ cause: put === undefined ? 'encryption-deleted' : 'encryption-put' }),
        actor: 'team',
      };
      const event = { ...told, actor, ...(put === undefined ? {} : { rulePut: put }) };
      for (const seconds of lateSeconds) at(seconds, () => tell(event));
    },
    sweep: (afterSeconds = 0) => at(afterSeconds, () => tell(trigger({ cause: 'sweep' }))),
    /** Writes an object; with `ends` it is an upload that ends after so many seconds, completed or aborted, or with Infinity never. */
    write(ends?: { afterSeconds: number; completes: boolean }): void {
      const written: ImaginedObject = {
        begunMs: Math.floor(nowMs / 1_000) * 1_000,
        rule,
        state: ends === undefined ? 'there' : 'open',
      };
      objects.push(written);
      if (ends !== undefined && ends.afterSeconds !== Infinity)
        at(ends.afterSeconds, () =>
          Object.assign(written, { state: ends.completes ? 'there' : 'gone', endedMs: nowMs }),
        );
    },
    skew(seconds: number): void {
      skewMs = seconds * 1_000;
    },
    /** Time passes, and what comes due in it is done. */
    async pass(seconds: number): Promise<void> {
      const untilMs = nowMs + seconds * 1_000;
      for (let told = 0; ; told += 1) {
        assert.ok(told < 2_000, 'the messages do not come to an end');
        due.sort((a, b) => a.atMs - b.atMs);
        const next = due[0];
        if (next === undefined || next.atMs > untilMs) break;
        due.shift();
        nowMs = Math.max(nowMs, next.atMs);
        await next.what();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
    isBelow: ({ rule: its }: ImaginedObject) =>
      its.algorithm !== 'aws:kms' || its.keyId !== KEY || its.bucketKey !== true,
  };
}

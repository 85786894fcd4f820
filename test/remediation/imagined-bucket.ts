import { pricesIn } from '../../src/policy/plan/price-list.ts';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Fact, Facts } from '../../src/policy/facts.ts';
import type { Encryption, KeyReading } from '../../src/policy/model.ts';
import { present } from '../../src/present.ts';
import { assessBucket } from '../../src/remediation/assess-bucket.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import type { Outcome } from '../../src/remediation/look.ts';

export const ACCOUNT = '111122223333';
export const NOW = new Date('2026-11-02T10:15:30Z');

/** A bucket that is only imagined: what its facts would be, and every key that exists. */
export interface Imagined {
  bucket: string;
  region: string;
  rule: Encryption;
  policy: PolicyDocument;
  facts: Facts;
  keys: ReadonlyMap<string, KeyReading | 'denied'>;
  item: BucketItem;
}

/** What became of it. `written` are the rules that were put on it, in order. */
export interface Told {
  outcome: Outcome;
  written: Encryption[];
  jobs: number;
  rule: Encryption;
  /** The name of the policy's rule under which a repair was recorded as done. */
  ruledBy: string | undefined;
}

/** Tells the whole story of an imagined bucket without any service: thousands a second. */
export async function tell(imagined: Imagined, trigger: Partial<BucketTrigger> = {}): Promise<Told> {
  const written: Encryption[] = [];
  let { rule } = imagined;
  let jobs = 0;
  let ruledBy: string | undefined;
  const around = surroundings(imagined);
  const deps: AssessDeps = {
    ...around,
    ledger: {
      ...around.ledger,
      settle: async (_id, { set }, _terms, queued) => {
        jobs += queued?.length ?? 0;
        if (set['repairs'] !== undefined) ruledBy = String(set['rule']);
        return { written: true, item: {} };
      },
    },
    encryption: {
      read: async () => ({ kind: 'read', rule }),
      write: async ({ rule: put }) => {
        written.push(put);
        rule = put;
      },
    },
    askToLaunch: async () => {},
  };
  const whole: BucketTrigger = {
    bucket: imagined.bucket,
    account: ACCOUNT,
    region: imagined.region,
    cause: 'encryption-put',
    at: NOW.toISOString(),
    causeId: 'event-1',
    attempt: 0,
    observe: false,
    ...trigger,
  };
  const outcome = await assessBucket(whole, deps);
  return { outcome, written, jobs, rule, ruledBy };
}

/** The means of a story over what is imagined, but for those that change something. */
export function surroundings({
  region,
  policy,
  facts,
  keys,
  item,
}: Imagined): Omit<AssessDeps, 'encryption' | 'askToLaunch'> {
  const nothing = { info: () => {}, warn: () => {}, error: () => {} };
  return {
    account: ACCOUNT,
    region,
    partition: 'aws',
    membership: async () => ({ ouPath: facts.ouPath ?? { kind: 'unread', why: 'nobody said it', denied: false } }),
    isOwnBucket: (bucket) => bucket === 'reseal-reports',
    jobRoles: {
      'update-encryption': `arn:aws:iam::${ACCOUNT}:role/batch`,
      copy: `arn:aws:iam::${ACCOUNT}:role/copy`,
      'own-copy': `arn:aws:iam::${ACCOUNT}:role/own`,
    },
    ownRole: async () => ({ kind: 'read', value: true }),
    reportsBucketIn: async () => 'reseal-reports',
    retrySeconds: 60,
    policy: async () => ({ document: policy, sha256: 'the-policy', order: 0 }),
    bucketList: { findOwn: async () => ({ owned: true }) },
    bucketRegion: async () => region,
    facts: {
      tags: async () => given(facts.tags),
      createdAt: async () => given(facts.createdAt),
      bucketPolicy: async () => given(facts.bucketPolicy),
      acl: async () => given(facts.acl),
      keyPolicy: async () => given(facts.keyPolicy),
      replication: async () => given(facts.replication),
      website: async () => given(facts.website),
      accessPoints: async () => given(facts.accessPoints),
      tables: async () => ({ kind: 'read', value: { count: 0, isMore: false } }),
      logging: async () => ({ kind: 'read', value: undefined }),
    },
    objectPage: async () => ({
      objects: [{ sizeBytes: 1, lastModifiedMs: NOW.getTime(), storageClass: 'STANDARD' }],
      truncated: false,
    }),
    uploads: { list: async () => ({ uploads: [], truncated: false }), abort: async () => false },
    copyConditions: async () => ({ aclsDisabled: true, website: false, objectLock: false }),
    storageMetrics: async () => undefined,
    versioning: async () => false,
    jobPlace: async () => ({ roles: [], reports: { bucket: 'reports', lock: { kind: 'read', value: 'none' } } }),
    spend: async () => true,
    prices: pricesIn,
    keys: { read: async (asked) => reading(keys.get(asked), asked) },
    ledger: {
      read: async () => item,
      keepEvent: async () => {},
      eventOf: async () => undefined,
      claim: async ({ pending }) => ({ written: true, item: { ...present({ pending }), ...item } }),
      settle: async () => ({ written: true, item: {} }),
    },
    sendLater: async () => {},
    log: nothing,
    now: () => NOW,
    wait: async () => {},
    newOwner: () => 'owner',
    heard: async () => {},
  };
}

/** A fact that a test did not imagine cannot be read. */
function given<T>(trigger: Fact<T> | undefined): Fact<T> {
  return trigger ?? { kind: 'unread', why: 'Nobody imagined it.', denied: false };
}

function reading(key: KeyReading | 'denied' | undefined, asked: string): KeyReading {
  if (key === 'denied') throw new Error('AccessDenied');
  return key ?? { kind: 'missing', asked, why: 'NotFoundException' };
}

import { atOnce } from '../../src/at-once.ts';
import type { BucketId, Place } from '../../src/bucket-id.ts';
import { boundedReasons } from '../../src/policy/bounded-reasons.ts';
import type { PolicyDocument } from '../../src/policy/document/document.ts';
import type { Reason } from '../../src/policy/model.ts';
import { present } from '../../src/present.ts';
import { findLogSources, type FoundSources, sourcesOf } from '../../src/remediation/find-log-sources.ts';
import { judgeOnly, type JudgedOnly } from '../../src/remediation/judge-only.ts';
import { ownCopiesHere } from '../../src/remediation/own-copies-here.ts';
import { encryptionUnread } from '../../src/remediation/unread-bucket.ts';
import type { PlanBucket, PlanPlaceDeps } from '../../src/runtime/plan-deps.ts';
import { counted } from '../numbers-in-words.ts';
import type { PlannedBucket } from './planned-bucket.ts';
import { priceOfSweep } from './sweep-price.ts';
import type { Run } from './run.ts';

/** Buckets of one account and Region. */
export interface PlannedPlace extends Place {
  ouPath?: string;
  /** Those that are asked about. */
  wanted: readonly PlanBucket[];
  /** All that there are, since any of them may send its access logs to one that is wanted. */
  all: readonly PlanBucket[];
}

/** In one place; all places together have a bound of their own (`Run`). */
const AT_ONCE = 64;
/** A person waits for as long as S3 takes. */
const LOGGING_MS = 600_000;
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

/** Judges the buckets of one place and puts out each as soon as that is done. */
export async function planPlace(place: PlannedPlace, deps: PlanPlaceDeps, run: Run): Promise<void> {
  const sources = once(async () => (run.deps.hasLedger ? undefined : sourcesIn(place, deps, run)));
  // They are asked at once with the first buckets, where surely some verdict rests on them.
  if (place.wanted.length > 0 && speaksOfLogs(run.asked.policy)) await sources();
  await atOnce(place.wanted, AT_ONCE, async (bucket) => {
    const planned = await plannedOf(bucket, { place, deps, sources, run });
    if (planned !== undefined) run.put(planned);
  });
}

/** False for a policy that wants nothing but SSE-S3, whoever sends logs: then only a bucket that is not right anyway rests on them. */
function speaksOfLogs({ standard, rules, exceptions }: PolicyDocument): boolean {
  return (
    standard.algorithm !== 'AES256' ||
    rules.some((rule) => (rule.standard?.algorithm ?? 'AES256') !== 'AES256' || rule.when.logTarget !== undefined) ||
    exceptions.some(({ when }) => when?.logTarget !== undefined)
  );
}

/** Where every bucket sends its access logs, as a sweep of everything asks it first. */
async function sourcesIn({ account, region, all }: PlannedPlace, deps: PlanPlaceDeps, run: Run): Promise<FoundSources> {
  const logging: PlanPlaceDeps['logging'] = (...asked) => run.inSlot(() => deps.logging(...asked));
  const found = await findLogSources(
    all.map(({ bucket }) => bucket),
    { account, region },
    { here: () => ({ logging }), loggingMs: LOGGING_MS, timeLeftMs: () => (run.isOver() ? 0 : Infinity), log: SILENT },
  );
  const { buckets, first } = found.unread;
  if (buckets > 0)
    run.survey.unlisted.push(
      `Account ${account}, ${region}: where the access logs of ${counted(buckets, 'bucket')} go could not be read (${first.slice(0, 3).join(', ')}), so a bucket may receive logs without being known for it: allow s3:GetBucketLogging.`,
    );
  return found;
}

interface Around {
  place: PlannedPlace;
  deps: PlanPlaceDeps;
  sources: () => Promise<FoundSources | undefined>;
  run: Run;
}

async function plannedOf(listed: PlanBucket, around: Around): Promise<PlannedBucket | undefined> {
  const { place, deps, sources, run } = around;
  if (run.isOver()) return undefined;
  const { bucket } = listed;
  const { account, region, ouPath } = place;
  const id = { account, region, bucket };
  const bucketDeps = {
    ...deps,
    ...present({ prices: run.asked.prices }),
    encryption: { read: once(() => deps.encryption.read(id)) },
    ledger: { read: once(() => deps.ledger.read(id)) },
  };
  const judge = (known: FoundSources | undefined) =>
    run.inSlot(() => judgedOf(listed, known, { ...around, deps: bucketDeps }));
  let judged = speaksOfLogs(run.asked.policy) ? await judge(await sources()) : await judge(undefined);
  if (!speaksOfLogs(run.asked.policy) && restsOnLogs(judged)) judged = await judge(await sources());
  if (run.isOver()) return undefined;
  const about = { ...id, ...present({ ouPath }) };
  if (judged.kind === 'gone') {
    run.gone();
    return undefined;
  }
  if (judged.kind !== 'judged') return { ...about, ...unread(judged, id) };
  const { decision, found } = judged;
  const { verdict, rule, observe } = decision;
  const cost = await run.inSlot(() => costOfBucket(id, judged, bucketDeps, run));
  const write = verdict.kind === 'repair' ? verdict.write : undefined;
  const reasons = boundedReasons(verdict.reasons);
  return { ...about, rule, verdict: verdict.kind, reasons, observe, ...present({ found, write, cost }) };
}

/** Not the verdict on a bucket that has the SSE-S3 of its standard, or is exempt, or could not be read. */
function restsOnLogs(judged: JudgedOnly): boolean {
  if (judged.kind !== 'judged' || judged.decision.verdict.kind === 'exempt') return false;
  return judged.decision.verdict.kind !== 'compliant' || judged.found?.algorithm !== 'AES256';
}

function judgedOf(
  { bucket, createdAt }: PlanBucket,
  sources: FoundSources | undefined,
  { place, deps, run }: Pick<Around, 'place' | 'deps' | 'run'>,
): Promise<JudgedOnly> {
  const { policy, now } = run.asked;
  const logSources = sources && sourcesOf(bucket, sources);
  const of = { account: place.account, region: place.region, bucket, policy, now };
  const known = { own: deps.isOwnBucket(bucket), sharedBy: 'plan', readsAcl: false };
  return judgeOnly({ ...of, ...known, ...present({ createdAt, jobRoles: deps.jobRoles, logSources }) }, deps);
}

type Judged = Extract<JudgedOnly, { kind: 'judged' }>;

async function costOfBucket(id: BucketId, { decision, found }: Judged, deps: PlanPlaceDeps, run: Run) {
  const { verdict, standard } = decision;
  // What a drift left behind is known to a ledger alone.
  const mayBeDue = standard.reencrypt === 'all' || (standard.reencrypt === 'drifted' && run.deps.hasLedger);
  const isBackfilled = verdict.kind === 'compliant' && mayBeDue;
  if (found === undefined || (verdict.kind !== 'repair' && !isBackfilled)) return undefined;
  const { ownCopies } = deps;
  const decided = ownCopies === undefined ? decision : await ownCopiesHere(decision, id, ownCopies);
  const priced = { ...id, decided, found, item: await deps.ledger.read(id) };
  return priceOfSweep({ ...priced, now: run.asked.now, whyOf: run.deps.whyOf }, deps);
}

function unread(
  judged: Exclude<JudgedOnly, { kind: 'judged' | 'gone' }>,
  id: BucketId,
): Pick<PlannedBucket, 'rule' | 'verdict' | 'reasons' | 'observe'> {
  const reason: Reason =
    judged.kind === 'unreadable'
      ? encryptionUnread(id, judged)
      : {
          code: 'region-unknown',
          message: `Bucket ${id.bucket} was listed in ${id.region}, and S3 says that it is in ${judged.region ?? 'another Region'} by now: plan again.`,
        };
  return { rule: 'unknown', verdict: 'unreadable', reasons: [reason], observe: false };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

import type { BucketFact } from '../intake/fact.ts';
import type { EncryptionReading } from '../aws/bucket-encryption.ts';
import type { Assessment } from '../aws/ledger.ts';
import { messageOf, nameOf } from '../aws/service-error.ts';
import { isInForce } from '../policy/exceptions.ts';
import { judge } from '../policy/judge.ts';
import type { KeyReading, Reason, Standard, Verdict } from '../policy/model.ts';
import { type Ruling, standardFor } from '../policy/standard-for.ts';
import { deferUnreadable, forward } from './again.ts';
import { keepCompliant } from './keep-compliant.ts';
import type { AssessDeps, CurrentPolicy } from './deps.ts';
import type { Judged, Outcome } from './judged.ts';
import { repair } from './repair.ts';
import { toldDrift } from './told-drift.ts';

/** How old a remembered key may be: to compare with, and before a write that makes every later object depend on it. */
const KEY_AGE_MS = { compare: 60_000, write: 2_000 };

/** The story of one bucket: read it, judge it, repair it where that is safe, remember what was found. */
export async function assessBucket(fact: BucketFact, deps: AssessDeps): Promise<Outcome> {
  if (fact.account !== deps.account)
    return ignored('other-account', `the event is of account ${fact.account}, this is ${deps.account}`);
  const policy = await deps.policy();
  const own = deps.ownBuckets.has(fact.bucket);
  const ruling = standardFor(policy.document, { bucket: fact.bucket, own });
  const isExempt = ruling.exception !== undefined && isInForce(ruling.exception, deps.now());
  const blank = assessmentOf(fact, deps, policy, ruling.rule);
  if (isDirectoryBucket(fact.bucket)) return hold(blank, directoryBucket(fact.bucket), deps);

  const reading = await deps.encryption.read({ bucket: fact.bucket, account: fact.account });
  if (reading.kind === 'gone') {
    await deps.ledger.recordGone(blank);
    return ignored('bucket-gone', `bucket ${fact.bucket} does not exist any more`);
  }
  if (reading.kind === 'elsewhere') return forward(fact, reading.region, blank, deps);
  if (reading.kind === 'unreadable')
    return isExempt ? exempt(blank, ruling, deps) : whenUnreadable(fact, reading, blank, deps);

  const key: KeyOrWhyNot = isExempt ? { kind: 'none' } : await readKey(ruling.standard, KEY_AGE_MS.compare, deps);
  if (key.kind === 'unreadable') return deferUnreadable(fact, key.reason, blank, deps);
  const state = { bucket: fact.bucket, account: fact.account, region: deps.region, rule: reading.rule, own };
  const exception = ruling.exception === undefined ? {} : { exception: ruling.exception };
  const ask = { standard: ruling.standard, state, now: deps.now(), ...exception };
  let verdict = judge({ ...ask, key });
  let checked: KeyReading = key;
  // A key that was not there a moment ago may be by now, and one that was may be gone.
  if (verdict.kind === 'repair' || verdict.kind === 'hold') {
    const fresh = await readKey(ruling.standard, KEY_AGE_MS.write, deps);
    if (fresh.kind === 'unreadable') return deferUnreadable(fact, fresh.reason, blank, deps);
    verdict = judge({ ...ask, key: fresh });
    checked = fresh;
  }
  const assessment = { ...blank, verdict: verdict.kind, reasons: verdict.reasons, found: reading.rule };
  const judged: Judged = { fact, policy, standard: ruling.standard, key: checked, found: reading.rule, assessment };
  return act(verdict, judged, ruling.observe || fact.observe, deps);
}

async function act(verdict: Verdict, judged: Judged, observe: boolean, deps: AssessDeps): Promise<Outcome> {
  const { assessment, fact } = judged;
  const below = toldDrift(fact, assessment.assessedAt);
  switch (verdict.kind) {
    case 'compliant':
      return keepCompliant(judged, observe, deps);
    case 'repair': {
      if (!observe) return repair(verdict.write, judged, deps);
      await deps.ledger.record({ ...assessment, observed: true }, below);
      return { kind: 'repair', reasons: verdict.reasons, observed: true, jobs: 0 };
    }
    case 'exempt':
    case 'hold':
    case 'unreadable':
      await deps.ledger.record(assessment, verdict.kind === 'exempt' ? undefined : below);
      return { kind: verdict.kind, reasons: verdict.reasons, jobs: 0 };
  }
}

function assessmentOf(fact: BucketFact, deps: AssessDeps, policy: CurrentPolicy, rule: string): Assessment {
  return {
    bucket: fact.bucket,
    account: fact.account,
    region: deps.region,
    verdict: 'unreadable',
    reasons: [],
    rule,
    policySha256: policy.sha256,
    assessedAt: deps.now().toISOString(),
    causeId: fact.causeId,
    cause: fact.cause,
    ...(fact.actor === undefined ? {} : { actor: fact.actor }),
  };
}

type KeyOrWhyNot = KeyReading | { kind: 'unreadable'; reason: Reason };

/** The key that the standard names, or why nobody can say: a denied or failed DescribeKey is not "no such key". */
async function readKey(standard: Standard, maxAgeMs: number, deps: AssessDeps): Promise<KeyOrWhyNot> {
  if (standard.key === undefined) return { kind: 'none' };
  try {
    return await deps.keys.read(standard.key, maxAgeMs);
  } catch (error) {
    const message = `the standard's key ${standard.key} could not be read: ${nameOf(error)}: ${messageOf(error)}; allow this role kms:DescribeKey on it`;
    return { kind: 'unreadable', reason: { code: 'key-unreadable', message } };
  }
}

async function whenUnreadable(
  fact: BucketFact,
  reading: Extract<EncryptionReading, { kind: 'unreadable' }>,
  blank: Assessment,
  deps: AssessDeps,
): Promise<Outcome> {
  const found = reading.denied ? await deps.bucketList.findOwn(fact.bucket) : undefined;
  if (found?.owned === false)
    return ignored('not-our-bucket', `bucket ${fact.bucket} is not owned by account ${fact.account}`);
  const hint = reading.denied
    ? '; allow this role s3:GetEncryptionConfiguration in the bucket policy and in service control policies'
    : '';
  const message = `the encryption of bucket ${fact.bucket} could not be read: ${reading.code}: ${reading.message}${hint}`;
  return deferUnreadable(fact, { code: reading.denied ? 'read-denied' : 'read-failed', message }, blank, deps);
}

/** What is exempt needs no reading: its verdict does not rest on its state. */
async function exempt(blank: Assessment, { standard, exception }: Ruling, deps: AssessDeps): Promise<Outcome> {
  const state = { bucket: blank.bucket, account: blank.account, region: blank.region, rule: {}, own: false };
  const verdict = judge({
    standard,
    state,
    key: { kind: 'none' },
    now: deps.now(),
    ...(exception === undefined ? {} : { exception }),
  });
  await deps.ledger.record({ ...blank, verdict: verdict.kind, reasons: verdict.reasons }, undefined);
  return { kind: verdict.kind, reasons: verdict.reasons, jobs: 0 };
}

async function hold(blank: Assessment, reason: Reason, deps: AssessDeps): Promise<Outcome> {
  await deps.ledger.record({ ...blank, verdict: 'hold', reasons: [reason] }, undefined);
  return { kind: 'hold', reasons: [reason], jobs: 0 };
}

function isDirectoryBucket(bucket: string): boolean {
  return bucket.endsWith('--x-s3');
}

function directoryBucket(bucket: string): Reason {
  return {
    code: 'directory-bucket-not-supported',
    message: `${bucket} is a directory bucket (S3 Express One Zone), which this version of Reseal does not judge; set its encryption by hand`,
  };
}

function ignored(code: string, message: string): Outcome {
  return { kind: 'ignored', reasons: [{ code, message }], jobs: 0 };
}

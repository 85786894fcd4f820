import { repairNotices } from './repair-notices.ts';
import { repairReasonsOf } from './repair-reasons.ts';
import { type Decision, type Judging, decided, needed } from './decision.ts';
import { type FactName, type Facts, type LogSource, missingOf } from './facts.ts';
import { lacksCurrentKey } from './current-key-reasons.ts';
import { isUnderKms, logFacts, underLogs } from './log-target.ts';
import type { Verdict } from './model.ts';
import { bringsKey } from './repaired-encryption.ts';
import { reasonsOf, type SafetyReading, safetyOf } from './safety.ts';
import { type Purpose, safetyFacts } from './safety-facts.ts';
import type { Writer } from './writers/writer.ts';
import { sseS3Only, WRITER_FACTS, writersOf } from './writers/writers-of.ts';

/**
 * The stage safety: whether the write that a verdict intends would break anything, and whether the bucket is a log target whose standard
 * is another. `sources` are the buckets whose access logs are known to go here.
 */
export function weigh(judging: Judging, verdict: Verdict, sources: readonly LogSource[]): Decision {
  const { known } = judging;
  const purpose = purposeOf(judging, verdict);
  if (purpose === undefined) return decided(judging, verdict);
  const { reading, writers, targets, wanted } = seenFor(purpose, judging, sources);
  const lacks = missingOf(wanted, known.facts);
  if (lacks.length > 0) {
    const more = (facts: Facts) => missingOf(seenFor(purpose, withFacts(judging, facts), sources).wanted, facts);
    return needed(judging, 'safety', lacks, more);
  }
  if (targets.length > 0) return underLogs(judging, targets, sources.length > 0);
  const reasons = reasonsOf(reading, wanted);
  if (reasons.length > 0) return decided(judging, { kind: 'unreadable', reasons });
  if (verdict.kind !== 'repair' || purpose === 'kept') return decided(judging, verdict);
  const weighed = { ...judging, purpose, write: verdict.write, safety: reading.safety, writers };
  const dangers = repairReasonsOf(weighed);
  if (dangers.length === 0) {
    return decided(judging, { ...verdict, reasons: [...verdict.reasons, ...repairNotices(weighed)] });
  }
  return decided(judging, { kind: 'hold', reasons: [...dangers, ...verdict.reasons] });
}

/** Of what a repair does: `kept` leaves the bucket under the key that it has, and only whether it is a log target still counts. */
type Weight = Purpose | 'kept';

/** Undefined where nothing of others depends on the write: the bucket is under no key then. */
function purposeOf({ known, standard }: Judging, verdict: Verdict): Weight | undefined {
  if (verdict.kind !== 'repair') return standard.algorithm === 'AES256' ? undefined : 'held';
  const { rule } = known.state;
  if (bringsKey(verdict.write, rule)) return 'key';
  if (verdict.write.bucketKey && rule.bucketKey !== true) return 'bucket-key';
  return verdict.write.algorithm === 'AES256' ? undefined : 'kept';
}

/** What the facts so far show, and everything that is wanted. The key of a bucket counts as well once it is seen to be a log target under one. */
function seenFor(purpose: Weight, judging: Judging, sources: readonly LogSource[]): Seen {
  const { known, key } = judging;
  const reading = safetyOf(known, key);
  const { safety } = reading;
  const writers = writersOf(known, sources, safety);
  const facts: FactName[] =
    purpose === 'kept' ? logFacts(known, sources) : safetyFacts({ ...judging, ...known, purpose, sources, safety });
  const shown = WRITER_FACTS.filter((name) => facts.includes(name));
  const isSure = reasonsOf(reading, shown).length === 0;
  const targets = isSure ? sseS3Only(writers) : [];
  const isUnderKey = targets.length > 0 && isUnderKms(known) && lacksCurrentKey(judging);
  return { reading, writers, targets, wanted: isUnderKey ? [...facts, 'currentKey'] : facts };
}

interface Seen {
  reading: SafetyReading;
  writers: Writer[];
  /** Those writers that make SSE-S3 the standard, where all that shows them could be read. */
  targets: Writer[];
  wanted: FactName[];
}

function withFacts(judging: Judging, facts: Facts): Judging {
  return { ...judging, known: { ...judging.known, facts } };
}

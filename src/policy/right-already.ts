import { currentKeyReasons, isUnderStandardKey, lacksCurrentKey } from './current-key-reasons.ts';
import { type Decision, type Judging, decided, needed } from './decision.ts';
import { type FactName, missingOf } from './facts.ts';
import { keyShutNotices } from './key-shut.ts';
import { KINDS } from './kinds.ts';
import { isUnderKms, logFacts, underLogs } from './log-target.ts';
import type { Verdict } from './model.ts';
import { reasonsOf, safetyOf } from './safety.ts';
import { isReadable } from './safety-facts.ts';
import { sseS3Only, WRITER_FACTS, writersOf } from './writers/writers-of.ts';

/**
 * A bucket that has what it must: nothing is written. All the same its key may be going away, services may write to it that no key lets in
 * (both are a hold), and the key's policy may have been shut since (a notice).
 */
export function rightAlready(judging: Judging, verdict: Verdict): Decision {
  if (lacksCurrentKey(judging)) return needed(judging, 'key', ['currentKey']);
  const { known, key } = judging;
  const wanted = wantedFor(judging);
  const lacks = missingOf(wanted, known.facts);
  if (lacks.length > 0) return needed(judging, 'writers', lacks);
  const reading = safetyOf(known, key);
  const unread = reasonsOf(reading, wanted.filter(showsWriters));
  // Whatever is known of access logs has been asked before: what is left is who may write.
  const writers = unread.length > 0 ? [] : writersOf(known, [], reading.safety);
  const targets = wanted.includes('bucketPolicy') ? sseS3Only(writers) : [];
  if (targets.length > 0) return underLogs(judging, targets, false);
  const endangered = currentKeyReasons(judging);
  if (endangered.length > 0) return decided(judging, { kind: 'hold', reasons: [...endangered, ...verdict.reasons] });
  if (unread.length > 0) return decided(judging, { kind: 'unreadable', reasons: unread });
  const { safety } = reading;
  const isShown = wanted.includes('keyPolicy') && key.kind === 'found';
  const notices = isShown ? keyShutNotices({ known, key: key.key, safety, writers }) : [];
  return decided(judging, { ...verdict, reasons: [...verdict.reasons, ...notices] });
}

/** Under SSE-S3 every log arrives, so nothing is read of it; nobody can change a bucket whose encryption is fixed, so only its key is looked at. */
function wantedFor(judging: Judging): FactName[] {
  const { known, key } = judging;
  const { state } = known;
  if (state.own || !isUnderKms(known) || KINDS[known.kind].isFixed === true) return [];
  return [
    ...logFacts(known, []),
    ...(isUnderStandardKey(judging) && isReadable(key, state) ? (['keyPolicy'] as const) : []),
  ];
}

function showsWriters(name: FactName): boolean {
  return WRITER_FACTS.some((one) => one === name);
}

import type { LedgerView } from './ledger-view.ts';
import type { Play } from './play.ts';
import type { ObjectReading } from './read-bucket.ts';
import type { BucketResult } from './result.ts';
import { meets, type Seen, type Wanted } from './wanted.ts';

export interface Evidence {
  play: Pick<Play, 'bucket' | 'place'>;
  ledger: LedgerView;
  before: { encryption: string; objects: ReadonlyMap<string, Seen> };
  after: { encryption: string; objects: ReadonlyMap<string, ObjectReading> };
  wanted: Wanted;
  /** The policy's objects.reencrypt. */
  reencrypt: string;
  /** When the drift was, or when the sweep began that was to find it. */
  since?: Date | undefined;
}

/** One bucket's line from what was read of it before and after. An object that is damaged counts as below, whatever encrypts it. */
export function judgeResult({ play, ledger, before, after, wanted, reencrypt, since }: Evidence): BucketResult {
  const objects = { total: after.objects.size, identical: 0, reencrypted: 0, below: 0, excused: 0 };
  for (const [key, now] of after.objects) {
    const was = before.objects.get(key);
    if (was !== undefined && now.intact) objects.identical += 1;
    if (now.meets && now.intact) {
      if (was !== undefined && !meets(was, wanted)) objects.reencrypted += 1;
    } else if (now.intact && isExcused({ key, was, ledger, reencrypt })) objects.excused += 1;
    else objects.below += 1;
  }
  return {
    bucket: play.bucket,
    account: play.place.account,
    region: play.place.region,
    verdict: ledger.verdict === '' ? 'none' : ledger.verdict,
    reasons: [...ledger.reasons, ...ledger.leftovers],
    rule: ledger.rule,
    before: before.encryption,
    after: after.encryption,
    ...secondsToRepair(ledger, since),
    objects,
  };
}

function secondsToRepair({ repairedAt }: LedgerView, since: Date | undefined): Pick<BucketResult, 'secondsToRepair'> {
  if (repairedAt === undefined || since === undefined) return {};
  return { secondsToRepair: Math.max(0, Math.round((repairedAt.getTime() - since.getTime()) / 100) / 10) };
}

interface Below {
  key: string;
  was: Seen | undefined;
  ledger: LedgerView;
  reencrypt: string;
}

/** Leftovers that speak of every object of the bucket; the others speak only of what had to be copied: unencrypted objects. */
const OF_ALL_OBJECTS = [
  'dsse-needs-copy-function',
  'drift-start-unknown',
  'objects-unreadable',
  'key-not-found',
  'directory-bucket',
];

/** Excused is what Reseal was not to touch, or what it names with a reason; drifted objects are never excused by the policy's scope. */
function isExcused({ key, was, ledger, reencrypt }: Below): boolean {
  const { verdict, reasons, observed, leftovers } = ledger;
  // Such logs arrive under SSE-S3 only, so that is what their bucket keeps.
  if (reasons.some(({ code }) => code === 'log-target-sse-s3')) return true;
  if (verdict === 'exempt' || verdict === 'hold' || verdict === 'unreadable' || observed) return true;
  if (reencrypt === 'none' || (reencrypt === 'drifted' && !key.startsWith('drifted/'))) return true;
  const neededCopy = was !== undefined && was.algorithm === undefined;
  return leftovers.some(({ code }) => OF_ALL_OBJECTS.includes(code) || neededCopy);
}

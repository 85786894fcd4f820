import type { Cost } from '../../src/policy/plan/cost.ts';
import type { Told } from './ledger-view.ts';

/** One bucket's line in the result; the documented shape of `npm start -- --json` (docs/json.md). */
export interface BucketResult {
  bucket: string;
  account: string;
  region: string;
  verdict: string;
  reasons: Told[];
  /** The name of the policy rule that applied. */
  rule: string;
  /** The default encryption before Reseal, and after. */
  before: string;
  after: string;
  /** From the drift, or from the start of the sweep, to the repair; absent where none was. */
  secondsToRepair?: number;
  objects: {
    total: number;
    /** Identical, byte for byte, to what was written; those that AWS services wrote are only read. */
    identical: number;
    reencrypted: number;
    below: number;
    excused: number;
  };
}

/** The documented shape of `npm start --silent -- --json`, and of every later scenario (docs/json.md). */
export interface ScenarioResult {
  buckets: number;
  repaired: number;
  compliant: number;
  held: number;
  exempt: number;
  unreadable: number;
  jobs: number;
  /** Objects that these jobs updated or copied, in whatever bucket, also those that were right already. */
  objectsProcessed: number;
  /** What these jobs would cost in AWS. */
  price: Cost;
  objectsRead: number;
  objectsIdentical: number;
  objectsReencrypted: number;
  objectsBelowStandard: number;
  objectsExcused: number;
  seconds: number;
  /** Who depends on a bucket and used it again after the scenario, and what no longer works: logs, replicas, readers, visitors. */
  working: string[];
  broken: string[];
  results: BucketResult[];
}

/** Adds up the buckets. A repair that was only judged, in observe mode, is not among the `repaired`. */
export function summarise(
  results: BucketResult[],
  told: Pick<ScenarioResult, 'repaired' | 'jobs' | 'objectsProcessed' | 'price' | 'seconds' | 'working' | 'broken'>,
): ScenarioResult {
  const having = (verdict: string) => results.filter((each) => each.verdict === verdict).length;
  const sum = (pick: (objects: BucketResult['objects']) => number) =>
    results.reduce((total, each) => total + pick(each.objects), 0);
  return {
    buckets: results.length,
    repaired: told.repaired,
    compliant: having('compliant'),
    held: having('hold'),
    exempt: having('exempt'),
    unreadable: having('unreadable'),
    jobs: told.jobs,
    objectsProcessed: told.objectsProcessed,
    price: told.price,
    objectsRead: sum((objects) => objects.total),
    objectsIdentical: sum((objects) => objects.identical),
    objectsReencrypted: sum((objects) => objects.reencrypted),
    objectsBelowStandard: sum((objects) => objects.below),
    objectsExcused: sum((objects) => objects.excused),
    seconds: told.seconds,
    working: told.working,
    broken: told.broken,
    results,
  };
}

/** The last line of the scenario. */
export function summaryLine(result: ScenarioResult): string {
  return (
    `reseal: ${result.buckets} buckets, ${result.repaired} repaired, ${result.compliant} compliant, ${result.held} held, ` +
    `${result.exempt} exempt, ${result.unreadable} unreadable, ${result.objectsReencrypted} objects re-encrypted, ` +
    `${result.objectsExcused} excused, ${result.objectsBelowStandard} objects below standard`
  );
}

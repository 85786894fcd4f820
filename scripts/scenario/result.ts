/** One bucket's line in the result; the documented shape of `npm start -- --json`. */
export interface BucketResult {
  bucket: string;
  account: string;
  region: string;
  verdict: string;
  reasons: string[];
  /** The name of the policy rule that applied. */
  rule: string;
  /** The default encryption before Reseal, and after. */
  before: string;
  after: string;
  objects: { total: number; reencrypted: number; below: number; excused: number };
}

/** The documented shape of `npm start --silent -- --json`, and of every later scenario. */
export interface ScenarioResult {
  buckets: number;
  repaired: number;
  held: number;
  exempt: number;
  unreadable: number;
  jobs: number;
  objectsReencrypted: number;
  objectsBelowStandard: number;
  objectsExcused: number;
  seconds: number;
  /** What no longer works after the scenario, one sentence each: logs, replicas, readers, visitors. */
  broken: string[];
  results: BucketResult[];
}

/** Adds up the buckets. A repair that was only judged, in observe mode, is not among the `repaired`. */
export function summarise(
  results: BucketResult[],
  told: { repaired: number; jobs: number; seconds: number; broken: string[] },
): ScenarioResult {
  const having = (verdict: string) => results.filter((each) => each.verdict === verdict).length;
  const sum = (pick: (objects: BucketResult['objects']) => number) =>
    results.reduce((total, each) => total + pick(each.objects), 0);
  return {
    buckets: results.length,
    repaired: told.repaired,
    held: having('hold'),
    exempt: having('exempt'),
    unreadable: having('unreadable'),
    jobs: told.jobs,
    objectsReencrypted: sum((objects) => objects.reencrypted),
    objectsBelowStandard: sum((objects) => objects.below),
    objectsExcused: sum((objects) => objects.excused),
    seconds: told.seconds,
    broken: told.broken,
    results,
  };
}

/** The last line of the scenario. */
export function summaryLine(result: ScenarioResult): string {
  return (
    `reseal: ${result.buckets} buckets, ${result.repaired} repaired, ${result.held} held, ${result.exempt} exempt, ` +
    `${result.unreadable} unreadable, ${result.objectsReencrypted} objects re-encrypted, ${result.objectsExcused} excused, ` +
    `${result.objectsBelowStandard} objects below standard`
  );
}

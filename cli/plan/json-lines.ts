import type { Reason } from '../../src/policy/model.ts';
import { present } from '../../src/present.ts';
import { asJson } from '../terminal-json.ts';
import type { PlannedBucket, PlanSurvey, PlanTotals } from './planned-bucket.ts';

/** One line of `--json`: a bucket. */
export function bucketLine({ reasons, ...planned }: PlannedBucket): string {
  return asJson({ ...planned, reasons: reasons.map(withStatement) });
}

function withStatement({ code, message, paste }: Reason): object {
  return { code, message, ...present({ statement: paste === undefined ? undefined : JSON.parse(paste) }) };
}

/** The last line of `--json`: everything that is not about one bucket. */
export function totalsLine(
  totals: PlanTotals,
  { accounts, unentered, unlisted, missing, gone, unruled, ended }: PlanSurvey,
): string {
  const survey = { accounts: accounts.length, unentered, unlisted, missing, gone, unruled, ...present({ ended }) };
  return asJson({ totals: { ...totals, ...survey } });
}

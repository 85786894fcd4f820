import { type ParsedArgs, defineCommand } from 'citty';
import { openPlan } from '../../src/runtime/plan-deps.ts';
import { ResealError } from '../../src/errors.ts';
import { present } from '../../src/present.ts';
import { askedHub, sameHub } from '../hub-args.ts';
import { interruptible } from '../interruption.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { bucketLine, totalsLine } from '../plan/json-lines.ts';
import { askedFilter, planArgs, sameFilter } from '../plan/plan-args.ts';
import { planBuckets } from '../plan/plan-buckets.ts';
import { addToReport, emptyReport, type NextStep, reportLines, surveyLines } from '../plan/plan-report.ts';
import { addToSummary, type Summary, type SummaryBy, summaryLines } from '../plan/plan-summary.ts';
import { liveLine } from '../live-block.ts';
import { planProgress } from '../plan/progress-line.ts';
import {
  emptySurvey,
  type PlanAsked,
  type PlannedBucket,
  type PlanSurvey,
  type PlanTotals,
} from '../plan/planned-bucket.ts';
import { addTo, isWholePlan, noTotals } from '../plan/totals.ts';
import { columnsOf } from '../../scripts/wrapped.ts';
import { pricesAsked } from '../price-file.ts';
import { strictArgs } from '../strict-args.ts';

export const planCommand = defineCommand({
  meta: {
    name: 'plan',
    description:
      'Show what Reseal would change in your buckets, and its price; changes nothing. Exit status: 0 nothing to change, 2 something, 1 not everything could be looked at, 64 the command line is wrong',
  },
  plugins: [strictArgs],
  args: planArgs,
  async run({ args }) {
    const { document: policy } = compilePolicyFile(args.policy);
    const filter = askedFilter(args, policy);
    const prices = pricesAsked(args.prices);
    const hub = args.stack === undefined ? undefined : askedHub(args);
    const deps = await openPlan({
      ...present({ role: args.role, hub, region: args['hub-region'], lastRegion: filter.regions?.[0] }),
    });
    const survey = emptySurvey();
    return interruptible((signal) => {
      const asked: PlanAsked = { ...filter, policy, prices, now: new Date(), signal };
      return show(planBuckets(asked, deps, survey), survey, args);
    });
  },
});

async function show(
  buckets: AsyncIterable<PlannedBucket>,
  survey: PlanSurvey,
  args: ParsedArgs<typeof planArgs>,
): Promise<number> {
  const totals = noTotals();
  const report = emptyReport();
  const summary: Summary = new Map();
  const by = args.summary as SummaryBy | undefined;
  {
    using _ = liveLine(process.stderr, planProgress(survey));
    for await (const planned of buckets) {
      addTo(totals, planned);
      if (args.json === true) console.log(bucketLine(planned));
      else if (by === undefined) addToReport(report, planned);
      else addToSummary(summary, by, planned);
    }
  }
  // What failed before anything was found is an error like any other.
  if (args.json !== true && totals.buckets === 0 && survey.ended?.kind === 'failed' && survey.unentered.length === 0)
    throw new ResealError('unreadable', survey.ended.why);
  if (args.json === true) console.log(totalsLine(totals, survey));
  else {
    const lines =
      by === undefined
        ? reportLines(report, survey, { out: process.stdout, next: nextOf(args) })
        : summaryLines({ summary, totals }, by, process.stdout);
    console.log(lines.join('\n'));
  }
  const isTold = by === undefined && args.json !== true;
  for (const line of isTold ? [] : surveyLines(survey, columnsOf(process.stderr))) console.error(line);
  return statusOfPlan(totals, survey);
}

/** Where a hub was read, the command that has the same done, ready to paste: without its filters it would take everything. */
function nextOf(args: ParsedArgs<typeof planArgs>): NextStep {
  if (args.stack !== undefined)
    return {
      what: 'Next: this shows the plan again, asks, and has it done.',
      command: `reseal backfill${sameFilter(args)}${sameHub(args)}`,
    };
  return {
    what: 'Next: deploy Reseal with this policy, at first with mode: observe (docs/deploy.md), then have all of it done with reseal backfill.',
  };
}

/** What a script goes by: an error is one after everything else was said. */
export function statusOfPlan(totals: PlanTotals, survey: PlanSurvey): number {
  if (survey.ended?.kind === 'interrupted') return 130;
  if (!isWholePlan(totals, survey)) return 1;
  const { verdicts, price } = totals;
  return verdicts.repair + verdicts.hold > 0 || price.usd > 0 || price.atLeast ? 2 : 0;
}

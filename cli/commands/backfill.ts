import { defineCommand } from 'citty';
import { type HubReader, hubReader, hubSweep, openHub, type OpenedHub } from '../../src/runtime/hub.ts';
import { READER } from '../../src/runtime/member-access.ts';
import { pinReader } from '../../src/runtime/operator-deps.ts';
import { planDeps } from '../../src/runtime/plan-deps.ts';
import { columnsOf, wrapped } from '../../scripts/wrapped.ts';
import {
  aboveCeiling,
  invokeSweep,
  besideLines,
  ceilingOf,
  payloadOf,
  scopeWords,
  type SweepPayload,
  unsureOfCeiling,
} from '../backfill/begin-backfill.ts';
import type { SweepAnswer } from '../../src/intake/sweep-answer.ts';
import { isShut } from '../../src/ledger/account-item.ts';
import { commandsFor } from '../status/commands-for.ts';
import { confirmed, needSomebody } from '../confirmation.ts';
import { inForceBeside } from '../explain/policy-in-force.ts';
import { askedHub, hubArgs } from '../hub-args.ts';
import { interruptible } from '../interruption.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { askedFilter, filterArgs } from '../plan/plan-args.ts';
import { planBuckets } from '../plan/plan-buckets.ts';
import { addToReport, emptyReport, type PlanReport, reportLines } from '../plan/plan-report.ts';
import { emptySurvey, type PlanSurvey } from '../plan/planned-bucket.ts';
import { liveLine } from '../live-block.ts';
import { planProgress } from '../plan/progress-line.ts';
import { pricesArg, pricesAsked } from '../price-file.ts';
import { strictArgs } from '../strict-args.ts';
import { sweepsOf, watchSweep } from '../watch/watch-sweep.ts';

const backfillArgs = {
  policy: { type: 'string', valueHint: 'file', description: 'The policy that the plan shows', default: 'reseal.yaml' },
  ...filterArgs,
  ...hubArgs,
  role: {
    type: 'string',
    valueHint: 'name',
    description: 'The role to assume in other accounts for the plan (reseal-reader)',
  },
  prices: pricesArg,
  observe: { type: 'boolean', description: 'Judge and record, change nothing' },
  ceiling: { type: 'string', valueHint: 'usd', description: 'Begin nothing that costs more US dollars than this' },
  yes: { type: 'boolean', description: 'Begin without a question' },
} as const;

export const backfillCommand = defineCommand({
  meta: { name: 'backfill', description: 'Show the plan and its price, ask, sweep, and follow that to its end' },
  plugins: [strictArgs],
  args: backfillArgs,
  async run({ args }): Promise<number> {
    const ceiling = ceilingOf(args.ceiling);
    const prices = pricesAsked(args.prices);
    const observe = args.observe === true;
    if (args.yes !== true) needSomebody();
    const { document, sha256 } = compilePolicyFile(args.policy);
    const opened = await openHub(askedHub(args));
    const { hub, caller } = opened;
    const role = args.role ?? readerOf(opened);
    const asked = askedFilter({ ...args, role: isOfOrganization(opened) ? role : undefined }, document);
    const payload = payloadOf(asked, observe);
    const reader = hubReader(hub);
    console.log(`Account ${caller.account}, ${hub.region}, stack ${hub.stack}, as ${caller.arn}`);
    besideLines(await sweepsOf(reader).unfinished()).forEach(say);
    const filter = asked.accounts === undefined ? { ...asked, accounts: await knownAccounts(opened, reader) } : asked;
    const planned = await interruptible((signal) =>
      shownPlan({ ...filter, policy: document, prices, now: new Date(), signal }, opened, role),
    );
    say(await inForceWords({ file: args.policy, sha256 }, opened));
    if (planned.survey.ended !== undefined) {
      const isInterrupted = planned.survey.ended.kind === 'interrupted';
      say(isInterrupted ? 'Nothing is begun.' : NOT_WHOLE);
      return isInterrupted ? 130 : 1;
    }
    const refusal = refusalOf(planned, { ceiling: observe ? undefined : ceiling, isAsked: args.yes !== true });
    if (refusal !== undefined) {
      say(refusal);
      return 1;
    }
    if (args.yes !== true && !(await confirmed(questionOf(payload)))) {
      console.log('Nothing is begun.');
      return 1;
    }
    const begun = await begin(payload, opened);
    for (const line of begunLines(begun, planned.survey)) say(line);
    return watchSweep(hub, reader, begun.sweep);
  },
});

/** Sentences are as wide as the plan above them. */
function say(text: string): void {
  console.log(wrapped(text, columnsOf(process.stdout)).join('\n'));
}

const NOT_WHOLE =
  'Nothing is begun, because the plan is not whole. Where the organization cannot be listed, name accounts with --account.';

/** Why nothing is begun after this plan. A person may answer for a price that is not known in full, and `--yes` may not. */
function refusalOf(
  { report: { totals }, survey }: Planned,
  { ceiling, isAsked }: { ceiling: number | undefined; isAsked: boolean },
): string | undefined {
  if (totals.buckets === 0)
    return `Nothing is begun, because no bucket ${survey.unentered.length + survey.unruled > 0 ? 'could be looked at' : 'matches'}.`;
  const tooMuch = aboveCeiling(totals, ceiling);
  if (tooMuch !== undefined) return tooMuch;
  const unsure = unsureOfCeiling(totals, survey, ceiling);
  if (unsure === undefined) return undefined;
  if (!isAsked) return `${unsure}\nNothing is begun. Leave out --yes and answer yourself, or leave out --ceiling.`;
  console.log(unsure);
  return undefined;
}

/** Whoever interrupts the call cannot know whether it arrived. */
async function begin(payload: SweepPayload, { hub }: OpenedHub): Promise<SweepAnswer> {
  const interrupted = () =>
    console.error(`Whether the sweep has begun is not known: ${commandsFor(hub).status} shows it.`);
  // Before the listener of scripts/ending.ts, which ends the process.
  process.prependOnceListener('SIGINT', interrupted);
  try {
    return await invokeSweep(hubSweep(hub), payload, hub.version);
  } finally {
    process.off('SIGINT', interrupted);
  }
}

function begunLines({ sweep, accounts, accountsUnread }: SweepAnswer, survey: PlanSurvey): string[] {
  const of = accounts === undefined ? '' : ` of ${accounts} account${accounts === 1 ? '' : 's'}`;
  const planned = survey.accounts.length + survey.unentered.length;
  return [
    `Sweep ${sweep}${of} has begun.`,
    ...(accounts !== undefined && accounts > planned
      ? [
          `The sweep takes ${accounts} accounts, and the plan showed ${planned}: it takes those of the packaged file, too, and all from which the hub has heard.`,
        ]
      : []),
    ...(accountsUnread === undefined ? [] : [`AWS Organizations did not list the accounts: ${accountsUnread}`]),
  ];
}

/** Without an organization a sweep takes every account that the hub has met. */
async function knownAccounts({ caller }: OpenedHub, reader: HubReader): Promise<string[]> {
  const { items } = await reader.accounts();
  const open = items.filter(({ state }) => state !== 'OUTSIDE' && !isShut(state)).map(({ account }) => account);
  return [...new Set([caller.account, ...open])];
}

const isOfOrganization = ({ hub: { parameters } }: OpenedHub) => (parameters.get('OrganizationId') ?? '') !== '';

/** The plan reads other accounts under the role for readers, as the hub's parameters name it. */
function readerOf({ hub: { parameters } }: OpenedHub): string {
  const { RolePath = '/', RolePrefix = '' } = Object.fromEntries(parameters);
  return `${RolePath.slice(1)}${RolePrefix}${READER}`;
}

type Asked = Parameters<typeof planBuckets>[0];

interface Planned {
  report: PlanReport;
  survey: PlanSurvey;
}

/** Shows the plan as `reseal plan` does. */
async function shownPlan(asked: Asked, { hub, caller }: OpenedHub, role: string): Promise<Planned> {
  const deps = await planDeps({ caller, hub, region: hub.region, role });
  const survey = emptySurvey();
  const report = emptyReport();
  {
    using _ = liveLine(process.stderr, planProgress(survey));
    for await (const bucket of planBuckets(asked, deps, survey)) addToReport(report, bucket);
  }
  console.log(reportLines(report, survey, { out: process.stdout }).join('\n'));
  return { report, survey };
}

/** Whether the hub goes by the policy that the plan shows: verdicts and price of another one would be others. */
async function inForceWords({ file, sha256 }: { file: string; sha256: string }, { hub }: OpenedHub): Promise<string> {
  const pin = pinReader({ region: hub.region, table: hub.table });
  const inForce = await inForceBeside(sha256, pin.read, pin.whyOf);
  if (inForce.source === 'published' && inForce.isSame) return `${file} is the policy in force.`;
  if (inForce.source === 'published')
    return `The policy in force is another one (publication ${inForce.publication}): this plan is that of ${file}, and the sweep goes by the one in force.`;
  return inForce.source === 'packaged'
    ? `No policy was published: the sweep goes by that of the last deployment, and this plan is that of ${file}.`
    : `Which policy is in force could not be read (${inForce.why}): this plan is that of ${file}.`;
}

function questionOf(payload: SweepPayload): string {
  const what = scopeWords(payload);
  return payload.observe === true ? `Judge ${what}, and change nothing?` : `Have this done to ${what}?`;
}

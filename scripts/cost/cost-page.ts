import { PRICES, PRICES_OF, type Price, type PriceName } from './prices.ts';
import { ASSUMED, type Scene, type StackCounts, type Usage, usageOf, usageOfOwnKey, type WalkCounts } from './usage.ts';

const HUNDRED = { accounts: 100, regions: 4 };

/** The four that README has, and one large organization. */
const SCENES: (Scene & { name: string })[] = [
  { name: 'one account, idle', accounts: 1, regions: 1, buckets: 0 },
  { name: 'one account, 1,000 buckets', accounts: 1, regions: 1, buckets: 1_000 },
  { name: '100 accounts in 4 Regions, idle', ...HUNDRED, buckets: 0 },
  { name: '100 in 4, 1,000 buckets in all', ...HUNDRED, buckets: 1_000 },
  { name: '100 in 4, 1,000 buckets in each account', ...HUNDRED, buckets: 100_000 },
];

const NAMES = Object.keys(PRICES) as PriceName[];

const usd = (amount: number) =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

function costOfUsage(usage: Usage, isFree: boolean): number {
  return NAMES.reduce((sum, name) => sum + costOfOne(PRICES[name], usage[name] ?? 0, isFree), 0);
}

function costOfOne({ usd: dollars, per, free }: Price, quantity: number, isFree: boolean): number {
  return (Math.max(0, quantity - (isFree ? free : 0)) / per) * dollars;
}

/** The sentence of README, and the page docs/cost.md. */
export function costPage(stack: StackCounts, walk: WalkCounts): { page: string; sentence: string } {
  const scenes = SCENES.map((scene) => ({ ...scene, usage: usageOf(stack, walk, scene) }));
  const totals = scenes.map(({ usage }) => usd(costOfUsage(usage, false)));
  const [idle, filled, hundredIdle, hundredFilled, hundredFull] = totals;
  const sentence = `In one account it costs about ${idle} a month while idle and ${filled} with 1,000 buckets; for 100 accounts in 4 Regions ${hundredIdle} while idle, ${hundredFilled} with 1,000 buckets in all, and ${hundredFull} with 1,000 in each account`;
  const stacks = costOfUsage(usageOf(stack, walk, { accounts: 1, regions: 1, buckets: 0 }), false) * 400;
  const lines = [
    '# What standing still costs',
    '',
    `A month (${ASSUMED.hoursAMonth} hours) in ${PRICES_OF.region}, at the prices of ${PRICES_OF.date}, without any free tier. \`npm run cost\` writes this page from the packaged template, bench/counts.json and scripts/cost/.`,
    'Batch jobs, which AWS bills by job and object, are not standing still: `reseal policy explain` and observe mode show what they would cost. The trail of CloudTrail is there already.',
    '',
    `${sentence}. Only the hub costs anything by itself: a member has a rule, roles and an empty bucket. A stack in each of the 400 places, with alarms and queues of its own, would cost ${usd(stacks)} a month while idle.`,
    '',
    `| | ${scenes.map(({ name }) => name).join(' | ')} |`,
    `|---|${scenes.map(() => '---:').join('|')}|`,
    ...NAMES.flatMap((name) => {
      const costs = scenes.map(({ usage }) => costOfOne(PRICES[name], usage[name] ?? 0, false));
      return costs.every((cost) => cost < 0.005) ? [] : [`| ${PRICES[name].unit} | ${costs.map(usd).join(' | ')} |`];
    }),
    `| **together** | ${totals.map((total) => `**${total}**`).join(' | ')} |`,
    `| after the free tiers that have no end, where nothing else uses them | ${scenes.map(({ usage }) => usd(costOfUsage(usage, true))).join(' | ')} |`,
    '',
    `Lines that are under a cent everywhere are left out. With \`KmsKeyArn\` the key adds ${usd(costOfUsage(usageOfOwnKey(), false))}.`,
    '',
    '## What is counted',
    '',
    `- From the packaged template: ${stack.alarmMetrics} metrics in the alarms, ${stack.polledQueues} queues that Lambda polls, ${stack.memoryGb * 1_024} MB for each function, logs for ${stack.logRetentionDays} days.`,
    `- Lambda asks each queue all the time, by ${ASSUMED.pollsAtOnce} long polls of ${ASSUMED.pollSeconds} s, and each is a request: that is most of what an idle hub costs beside its alarms.`,
    `- From bench/counts.json: ${walk.callsOfSweptBucket} calls in ${walk.roundsOfSweptBucket} rounds for a bucket of a sweep, ${walk.callsOfEvent} in ${walk.roundsOfEvent} for an event, ${walk.roundsOfSweepOf200} rounds for the sweep of 200 buckets itself.`,
    `- Assumed, rather too high than too low: every bucket compliant under a key, ${ASSUMED.eventsABucket} events a bucket a month (all of them from other accounts or Regions), a sweep of each account and Region a day (so far Reseal sweeps the hub's own alone, which costs less), ${ASSUMED.msARound} ms a round of calls and ${ASSUMED.msOfCpu} ms of CPU a look, every invocation traced, ${ASSUMED.logKbAnInvocation} KB of log an invocation and ${ASSUMED.logKbALook} KB a look, ${ASSUMED.itemsABucket} items of ${ASSUMED.itemKb} KB a bucket in the ledger.`,
    `- Not counted: the customer keys of your standards, $${PRICES.kmsKey.usd} a month for each that you make, in each account and Region where the policy names one by its alias; what little S3 keeps, the findings of Security Hub and the letters of SNS, which come with changes only, and data between Regions ($0.02 a GB of events).`,
    '',
    '## Prices',
    '',
    '| unit | price | page |',
    '|---|---|---|',
    ...NAMES.map((name) => priceRow(PRICES[name])),
    '',
  ];
  return { page: lines.join('\n'), sentence };
}

function priceRow({ usd: dollars, per, unit, page }: Price): string {
  return `| ${unit} | $${dollars}${per === 1 ? '' : ` for ${per.toLocaleString('en-US')}`} | ${page} |`;
}

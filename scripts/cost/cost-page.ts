import { PRICES, PRICES_OF, type Price, type PriceName } from './prices.ts';
import { ASSUMED, type Scene, type StackCounts, type Usage, usageOf, usageOfOwnKey, type WalkCounts } from './usage.ts';

const HUNDRED = { accounts: 100 };
const REGIONS = 4;

/** Those of README. */
const SCENES: (Scene & { name: string })[] = [
  { name: 'one account, idle', accounts: 1, buckets: 0 },
  { name: 'one account, 1,000 buckets', accounts: 1, buckets: 1_000 },
  { name: `100 accounts in ${REGIONS} Regions, idle`, ...HUNDRED, buckets: 0 },
  { name: 'with 10 buckets', ...HUNDRED, buckets: 10 },
  { name: 'with 1,000 buckets', ...HUNDRED, buckets: 1_000 },
  { name: 'with 100,000 buckets', ...HUNDRED, buckets: 100_000 },
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
  const [idle, filled, hundredIdle, ten, thousand, hundredThousand] = totals;
  const sentence = `In one account it costs about ${idle} a month while idle and ${filled} with 1,000 buckets; for 100 accounts in ${REGIONS} Regions ${hundredIdle} while idle, ${ten} with 10 buckets, ${thousand} with 1,000 and ${hundredThousand} with 100,000`;
  const places = HUNDRED.accounts * REGIONS;
  const stacks = costOfUsage(usageOf(stack, walk, { accounts: 1, buckets: 0 }), false) * places;
  const lines = [
    '# What standing still costs',
    '',
    `A month (${ASSUMED.hoursAMonth} hours) in ${PRICES_OF.region}, at the prices of ${PRICES_OF.date}, without any free tier. \`npm run cost\` writes this page from the packaged template, bench/counts.json and scripts/cost/.`,
    'Batch jobs, which AWS bills by job and object, are not standing still: `reseal policy explain` and observe mode show what they would cost. The trail of CloudTrail is there already.',
    '',
    `${sentence}. Only the hub costs anything by itself: a member has a rule, roles and an empty bucket. A stack in each of the ${places} places, with alarms and queues of its own, would cost ${usd(stacks)} a month while idle.`,
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
    `- From the model of [scale.md](scale.md): what a sweep asks for and how long it takes. Each day it looks into every account (DescribeAccount, AssumeRole, ListRegions, which cost nothing) and into all ${ASSUMED.regionsOn} Regions that are on by default (lists of four kinds of buckets, the state of the rule, one item), and at every bucket: where it logs, its encryption and its policy. So most of what accounts without buckets cost is lists.`,
    `- From bench/counts.json: ${walk.callsOfEvent} calls in ${walk.roundsOfEvent} rounds for an event.`,
    `- Assumed, rather too high than too low: every bucket compliant under a key, ${ASSUMED.eventsABucket} events a bucket a month (all of them from other accounts or Regions), a sweep of everything a day, ${ASSUMED.msARound} ms a round of calls and ${ASSUMED.msOfCpu} ms of CPU an event, every invocation traced, ${ASSUMED.logKbAnInvocation} KB of log an invocation and ${ASSUMED.logKbALook} KB a look, ${ASSUMED.itemsABucket} items of ${ASSUMED.itemKb} KB a bucket in the ledger. Each look is recorded there, also of a bucket that is right.`,
    `- Not counted: the customer keys of your standards, $${PRICES.kmsKey.usd} a month for each that you make, in each account and Region where the policy names one by its alias; what little S3 keeps, the findings of Security Hub and the letters of SNS, which come with changes only, and data between Regions ($0.02 a GB of events).`,
    '',
    '## Watched writes',
    '',
    ...watchedWrites(),
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

/** What `WatchWrites` adds: most of it is CloudTrail's, for each write of the buckets that its trail selects. */
function watchedWrites(): string[] {
  const writes = 1e6;
  const trail = costOfOne(PRICES.dataEvent, writes, false);
  // Each is sent, received and deleted, in a queue with groups.
  const below = costOfUsage({ event: writes, sqsRequest: writes * 1.2, sqsGroup: writes }, false);
  const polls = (ASSUMED.pollsAtOnce * ASSUMED.hoursAMonth * 3_600) / ASSUMED.pollSeconds;
  return [
    `Off by default ([writers.md](writers.md)). A million writes of the buckets that the trail selects cost ${usd(trail)} of data events; reads cost as much where the selector does not leave them out. Of these writes only those that may be below the standard leave their account: a million of them cost ${usd(below)} more on the way to the hub, and next to nothing there, because they are counted by the thousand. The log files of the trail come to its bucket. The queue that Lambda polls adds ${usd(costOfOne(PRICES.sqsRequest, polls, false))} a month.`,
  ];
}

function priceRow({ usd: dollars, per, unit, page }: Price): string {
  return `| ${unit} | $${dollars}${per === 1 ? '' : ` for ${per.toLocaleString('en-US')}`} | ${page} |`;
}

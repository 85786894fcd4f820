import { CPU_MS, DEFAULTS, MB_OF_A_CPU, lookRate, type Pace, paceOf, type Settings } from './pace.ts';
import { type Met, type Quota, QUOTAS } from './quotas.ts';
import { BUCKETS_A_PART, type Organization, SERVICES, sweepWork } from './sweep-work.ts';

/** Regions that every account has turned on unless it turns one off. */
export const ON_BY_DEFAULT = 17;

/** From the smallest to the largest, each under a customer key, which is the dearer case. */
export const SCENES: readonly Organization[] = (
  [
    [1, 1],
    [100, 1],
    [10_000, 20],
    [100_000, 200],
    [1_000_000, 1_000],
  ] as const
).map(([buckets, accounts]) => ({ buckets, accounts, regions: ON_BY_DEFAULT, isUnderKey: true }));

const ONE: Organization = { accounts: 1, regions: 1, buckets: 1, isUnderKey: true };
const inOnePlace = paceOf({ ...ONE, buckets: 1_000_000 }, DEFAULTS);
const FASTER = [2, 10, 50, 200];

const number = (value: number) =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 && !Number.isInteger(value) ? 1 : 0 });

function timeOf(seconds: number): string {
  if (seconds < 90) return `${number(Math.ceil(seconds))} s`;
  return seconds < 5_400 ? `${number(Math.ceil(seconds / 60))} min` : `${number(seconds / 3_600)} h`;
}

const met = (organization: Organization, settings: Settings = DEFAULTS): Met => ({
  organization,
  settings,
  work: sweepWork(organization),
  pace: paceOf(organization, settings),
});

/** The quota of which the most is used, and how much of it. */
export function nearest(given: Met): { quota: Quota; share: number } {
  const shares = QUOTAS.flatMap((quota) =>
    quota.most === undefined || quota.used === undefined || isOfNewAccount(quota)
      ? []
      : [{ quota, share: quota.used(given) / quota.most }],
  );
  return shares.reduce((most, each) => (each.share > most.share ? each : most));
}

const isOfNewAccount = ({ name }: Quota) => name.endsWith('new account');

/** The page docs/scale.md. */
export function scalePage(): string {
  const scenes = SCENES.map((scene) => met(scene));
  return [
    '# From one bucket to a million',
    '',
    'What a sweep asks of AWS, how long it takes, and which quota it comes near first. `npm run scale` writes this page from the model in scripts/scale/: plain data and formulas. `npm run bench -- organization` and `-- million` print what they measure beside what the model says.',
    '',
    '## A sweep by size',
    '',
    `Every bucket is known, right and under a customer key; ${ON_BY_DEFAULT} Regions are turned on in each account, a call takes ${DEFAULTS.latencyMs} ms, and nothing is set: \`SweepConcurrency\` ${DEFAULTS.sweepConcurrency}, ${DEFAULTS.memoryMb} MB. In a small organization the Regions without buckets are what is asked for most.`,
    '',
    ...sizeTable(scenes),
    '',
    `One account with a million buckets in one Region needs ${number(inOnePlace.memoryMb)} MB, because their names are sorted. More than ${number(BUCKETS_A_PART)} buckets in one Region go on in parts, each at most ${timeOf(inOnePlace.longest)} long.`,
    '',
    '## Faster',
    '',
    ...fasterTable(),
    '',
    `A copy of assess-bucket waits for AWS most of the time: with ${DEFAULTS.memoryMb} MB it has ${number((100 * DEFAULTS.memoryMb) / MB_OF_A_CPU)} % of a CPU and judges ${rateOf(DEFAULTS.memoryMb)} buckets a second under a key, with 1,024 MB ${rateOf(1_024)}, with ${number(MB_OF_A_CPU)} MB ${rateOf(MB_OF_A_CPU)}.`,
    '',
    '## Which setting when',
    '',
    ...SETTINGS,
    '',
    '## Quotas',
    '',
    "How sure a number is: C is in AWS's own documentation, P was met or quoted by others, U is not published. Used is what a sweep of a million buckets uses at its busiest with the settings as they are, and with `SweepConcurrency` 200.",
    '',
    '| quota | number | sure | used | with 200 | what Reseal does |',
    '|---|---:|---|---:|---:|---|',
    ...QUOTAS.map(quotaRow),
    '',
    '## Sources',
    '',
    ...QUOTAS.map(({ name, source, unit }) => `- ${name} (${unit}): ${source}.`),
    '- CPU by memory: Lambda guide, "Configure Lambda function memory".',
    '',
    '## What the model takes for granted',
    '',
    '- Each bucket of a sweep waits for `SettleSeconds` (60) before it is looked at. The durations leave that minute out.',
    `- CPU of a whole core, as the benches print it: ${CPU_MS.look} ms for a look under SSE-S3, ${CPU_MS.lookUnderKey} ms under a key, ${CPU_MS.recorded} ms for its record in announce-change, ${CPU_MS.listedBucket} ms for a bucket that is listed, asked where it logs, and sent, ${CPU_MS.place} ms for an account and Region.`,
    '- Buckets are spread evenly over accounts and Regions. Repairs, jobs and live events come on top.',
    '- Where bench and model differ by more than the margin that the bench prints, one of them is wrong: mend the model, or find out what became slower.',
    '',
  ].join('\n');
}

function sizeTable(scenes: readonly Met[]): string[] {
  return [
    row('buckets', scenes, ({ organization }) => number(organization.buckets)),
    `|---|${scenes.map(() => '---:').join('|')}|`,
    row('accounts', scenes, ({ organization }) => number(organization.accounts)),
    ...SERVICES.map((service) => row(`calls: ${service}`, scenes, ({ work }) => number(work.calls[service]))),
    row('messages', scenes, ({ work }) => number(work.messages)),
    row('invocations of sweep', scenes, ({ work }) => number(work.invocations.sweep)),
    row('invocations of assess-bucket', scenes, ({ work }) => number(work.invocations.assess)),
    row('invocations of announce-change at most', scenes, ({ work }) => number(work.invocations.announce)),
    row('every bucket has its message after', scenes, ({ pace }) => timeOf(pace.listed)),
    row('every bucket is judged after', scenes, ({ pace }) => timeOf(pace.swept)),
    row('longest invocation (of 900 s)', scenes, ({ pace }) => timeOf(pace.longest)),
    row('memory of sweep at most', scenes, ({ pace }) => `${number(pace.memoryMb)} MB`),
    row('nearest quota', scenes, nearestText),
  ];
}

function row(what: string, scenes: readonly Met[], cell: (given: Met) => string): string {
  return `| ${what} | ${scenes.map(cell).join(' | ')} |`;
}

function nearestText(given: Met): string {
  const { quota, share } = nearest(given);
  return `${quota.name}, ${number(100 * share)} %`;
}

const rateOf = (memoryMb: number) =>
  number(lookRate(true, { share: Math.min(1, memoryMb / MB_OF_A_CPU), latency: DEFAULTS.latencyMs / 1_000 }));

function fasterTable(): string[] {
  const large = SCENES.slice(2);
  const largest = SCENES.at(-1) ?? ONE;
  const judged = (scene: Organization, sweepConcurrency: number) =>
    timeOf(onlyJudged(scene, paceOf(scene, { ...DEFAULTS, sweepConcurrency })));
  return [
    'How long the judging takes by `SweepConcurrency`; the listing takes as long as above, and goes on meanwhile.',
    '',
    `| \`SweepConcurrency\` | ${large.map(({ buckets }) => `${number(buckets)} buckets`).join(' | ')} | nearest quota with the most |`,
    `|---:|${large.map(() => '---:').join('|')}|---|`,
    ...FASTER.map((copies) => {
      const near = nearestText(met(largest, { ...DEFAULTS, sweepConcurrency: copies }));
      return `| ${copies} | ${large.map((scene) => judged(scene, copies)).join(' | ')} | ${near} |`;
    }),
    '',
    'A sweep records its look at every bucket: with more than 50 copies DynamoDB throttles that for the first half hour, until the table has grown. What is throttled is tried again, and nothing is lost.',
  ];
}

const onlyJudged = ({ buckets }: Organization, { judgedPerSecond }: Pace) => buckets / judgedPerSecond;

const SETTINGS = [
  '| what you see | what to change |',
  '|---|---|',
  '| the alarm of an overdue sweep rings, and sweeps do end | `SweepConcurrency` up, by the table above; or `SweepWithinHours` up, if a day more does not matter |',
  '| a backfill has to be done today | `SweepConcurrency` up for the time of it |',
  '| live events wait (the alarm of something that waits too long), and there is no sweep | `AssessConcurrency` up: a copy repairs about ten buckets a second |',
  '| functions are throttled (FailuresAlarm) in a new account | nothing yet: ask AWS for more concurrent executions first; the settings take 8 of 10 as they are |',
  '| buckets are unreadable with `SlowDown`, all of one account | `SweepConcurrency` down; what was not read is tried again by itself |',
  '| the function sweep ends near 900 s, or runs out of memory | `memorySize` in serverless.yml up (1,024): it has twice the CPU, and costs about the same, because it is done sooner |',
  '| a million buckets in one account | `memorySize` stays; parts are made by themselves. Ask S3 for the higher bucket quota |',
  '| the sweep costs more than it is worth | `SweepSchedule` to rate(6 days), and `SweepWithinHours` to 168: events find nearly everything ([cost.md](cost.md)) |',
];

function quotaRow(quota: Quota): string {
  const large = SCENES.at(-1) ?? ONE;
  const used = [met(large), met(large, { ...DEFAULTS, sweepConcurrency: 200 })].map((given) =>
    quota.used === undefined ? '' : number(quota.used(given)),
  );
  const most = quota.most === undefined ? 'none published' : number(quota.most);
  return `| ${quota.name} | ${most} | ${quota.sure} | ${used.join(' | ')} | ${quota.does} |`;
}

import { UsageError } from '../cli/usage-error.ts';
import { readCommandLine } from './command-line.ts';
import { readOneOf, readWhole } from './options.ts';
import { LOADING, showProgress } from './progress.ts';
import { SCENARIO_NAMES } from './scenario/names.ts';
import { KINDS } from './scenario/play.ts';
import { paced } from './slowness.ts';

const { values } = readCommandLine({
  name: 'npm start',
  does: 'Packages Reseal, deploys it into an embedded AWS, plays a scenario and reads every object back.',
  options: {
    json: {
      type: 'boolean',
      default: false,
      help: 'one JSON object on standard output, everything else on standard error (npm start --silent -- --json)',
    },
    scenario: {
      type: 'string',
      default: SCENARIO_NAMES[0],
      value: 'NAME',
      help: 'buckets: of every kind, in three accounts alone; org: an organization of ten accounts, deployed, disturbed and removed; backfill: an account as people have it, its price, and then every object at the standard; objects: 5,000 objects of every class, while calls fail and people meddle, each at the standard or named',
    },
    accounts: {
      type: 'string',
      value: 'NUMBER',
      help: 'org only: so many accounts in four Regions instead, where a tenth of the buckets drifts and some events are lost',
    },
    buckets: {
      type: 'string',
      value: 'NUMBER',
      help: `how many buckets, at least one of each kind; Reseal's own is one more (by default one of each, ${KINDS.length} in the scenario buckets; with --accounts 40 in each account)`,
    },
    objects: {
      type: 'string',
      value: 'NUMBER',
      help: 'objects of each kind in each bucket (by default 5; in the scenario objects 100 of each class, more than 5,000 in all)',
    },
  },
});
const scenario = readOneOf('--scenario', values.scenario, SCENARIO_NAMES);
const isFleet = scenario === 'org' && values.accounts !== undefined;
if (values.accounts !== undefined && !isFleet)
  throw new UsageError(
    `--accounts: the scenario ${scenario} has accounts of its own; leave it out, or use --scenario org`,
  );
if (values.buckets !== undefined && (scenario === 'org' || scenario === 'objects') && !isFleet) {
  const instead = scenario === 'org' ? 'add --accounts, or use --objects' : 'use --objects';
  throw new UsageError(`--buckets: the scenario ${scenario} has buckets of its own; ${instead}`);
}
const accounts =
  values.accounts === undefined ? undefined : readWhole('--accounts', values.accounts, { min: 3, max: 1000 });
const buckets =
  values.buckets === undefined ? undefined : readWhole('--buckets', values.buckets, { min: 1, max: 100_000 });
const objects =
  values.objects === undefined ? undefined : readWhole('--objects', values.objects, { min: 0, max: 1_000_000 });
const { json } = values;
using progress = showProgress(json ? process.stderr : process.stdout);
const slowness = await paced(progress);
const { playWhole } = await progress.within(LOADING, () => import('./scenario/whole.ts'));
process.exitCode = await playWhole({ scenario, json, accounts, buckets, objects, slowness }, progress);

import { readCommandLine } from './command-line.ts';
import { readWhole } from './options.ts';
import { LOADING, showProgress } from './progress.ts';
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
    buckets: {
      type: 'string',
      default: String(KINDS.length),
      value: 'NUMBER',
      help: "how many buckets, at least one of each kind; Reseal's own is one more",
    },
    objects: { type: 'string', default: '5', value: 'NUMBER', help: 'objects of each kind in each bucket' },
  },
});
const buckets = readWhole('--buckets', values.buckets, { min: 1, max: 100_000 });
const objects = readWhole('--objects', values.objects, { min: 0, max: 1_000_000 });
const { json } = values;
using progress = showProgress(json ? process.stderr : process.stdout);
const slowness = await paced(progress);
const { playWhole } = await progress.within(LOADING, () => import('./scenario/whole.ts'));
process.exitCode = await playWhole({ json, buckets, objects, slowness }, progress);

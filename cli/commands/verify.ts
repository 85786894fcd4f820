import { type ParsedArgs, defineCommand } from 'citty';
import { present } from '../../src/present.ts';
import { inOneLine } from '../../src/problem.ts';
import { pinReader } from '../../src/runtime/operator-deps.ts';
import { shellRegion } from '../../src/runtime/shell-region.ts';
import { type VerifyDeps, verifyDeps } from '../../src/runtime/verify-deps.ts';
import { wordsOf } from '../../scripts/ending.ts';
import { columnsOf, wrapped } from '../../scripts/wrapped.ts';
import { askedPlace, bucketArgs, roleArg } from '../bucket-args.ts';
import { inForceBeside, inForceLine } from '../explain/policy-in-force.ts';
import { interruptible } from '../interruption.ts';
import { liveLine } from '../live-block.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { strictArgs } from '../strict-args.ts';
import { asJson } from '../terminal-json.ts';
import { UsageError } from '../usage-error.ts';
import { type BucketStandard, bucketStandard } from '../verify/bucket-standard.ts';
import { runVerify, type VerifyRun } from '../verify/run-verify.ts';
import { type VerifyEnd, verifyInJson, verifyProgress, verifyScreen } from '../verify/verify-words.ts';

const verifyArgs = {
  bucket: { type: 'positional', description: 'The name of the bucket', required: true },
  policy: { type: 'string', valueHint: 'file', description: 'The policy, in YAML or JSON', default: 'reseal.yaml' },
  account: bucketArgs.account,
  region: {
    type: 'string',
    valueHint: 'region',
    description: 'The Region of the bucket, if it is not that of the shell',
  },
  ...roleArg,
  table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName, for its history" },
  'hub-region': bucketArgs['hub-region'],
  'ou-path': { type: 'string', valueHint: 'path', description: "The account's path in the organization" },
  versions: { type: 'boolean', description: 'Noncurrent versions too, whatever the policy says' },
  resume: { type: 'string', valueHint: 'file', description: 'Remember there how far it is, and go on from there' },
  out: {
    type: 'string',
    valueHint: 'file',
    description: 'Name every object there that is below, left alone or unread',
  },
  concurrency: {
    type: 'string',
    valueHint: 'number',
    description: 'Read so many objects at once, 1 to 256 (Default: 32)',
  },
  json: { type: 'boolean', description: 'Print one JSON object' },
} as const;

type Args = ParsedArgs<typeof verifyArgs>;
const now = () => new Date();

export const verifyCommand = defineCommand({
  meta: {
    name: 'verify',
    description:
      'Read every object of a bucket and compare it with the standard; changes nothing. Exit status: 0 each is at its standard or named with the reason, 2 some are below, 1 not all could be read, 64 the command line is wrong',
  },
  plugins: [strictArgs],
  args: verifyArgs,
  async run({ args }): Promise<number> {
    const concurrency = concurrencyOf(args.concurrency);
    const { document: policy, sha256 } = compilePolicyFile(args.policy);
    const region =
      args.region ??
      (await shellRegion(
        'the Region of the bucket is not known: say it with --region, or set AWS_REGION or the Region of the profile',
      ));
    const { hubRegion, role, account } = askedPlace({ ...args, region });
    const deps = await verifyDeps({
      region,
      hubRegion,
      ...present({ account, role, table: args.table, ouPath: args['ou-path'] }),
    });
    const standard = await bucketStandard(
      { bucket: args.bucket, account: deps.account, region, policy, now: now() },
      deps.explain,
    );
    if (standard === undefined) return exempt(args);
    if (args.table !== undefined) {
      const pin = pinReader({ region: hubRegion, table: args.table });
      const inForce = await inForceBeside(sha256, pin.read, pin.whyOf);
      say(`in force: ${inForceLine({ file: args.policy, sha256, inForce })}`);
    }
    const beganMs = now().getTime();
    const run = await interruptible((signal) => verified({ args, standard, region, concurrency, signal }, deps));
    return ended(run, { args, standard, region, seconds: (now().getTime() - beganMs) / 1_000 }, deps);
  },
});

const MOST = 256;

function concurrencyOf(text = '32'): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST) return number;
  throw new UsageError(`expected a number from 1 to ${MOST} after --concurrency, found ${text}`);
}

function exempt({ bucket, json }: Args): number {
  if (json === true) console.log(asJson({ bucket, verdict: 'exempt' }, 2));
  else console.log(`Bucket ${bucket} is exempt: the policy asks nothing of its objects.`);
  return 0;
}

interface Verifying {
  args: Args;
  standard: BucketStandard;
  region: string;
}

async function verified(
  { args, standard, region, concurrency, signal }: Verifying & { concurrency: number; signal: AbortSignal },
  deps: VerifyDeps,
): Promise<VerifyRun> {
  const { bucket, account } = standard.wanted;
  const metrics = await deps.explain.storageMetrics({ bucket, account });
  const began = { ms: now().getTime(), read: undefined as number | undefined };
  let words = '';
  using _ = liveLine(process.stderr, () => words);
  return await runVerify(
    {
      standard,
      region,
      concurrency,
      signal,
      now,
      versions: args.versions === true || standard.versions,
      ...present({ resume: args.resume, out: args.out }),
      progress: ({ tally }) => {
        began.read ??= tally.read;
        const ms = now().getTime() - began.ms;
        words = verifyProgress(tally, { read: began.read, ms }, metrics?.objects);
      },
    },
    deps,
  );
}

function ended(
  run: VerifyRun,
  { args, standard, region, seconds }: Verifying & { seconds: number },
  deps: VerifyDeps,
): number {
  const { tally, versions } = run.state;
  const { wanted, rule } = standard;
  const { algorithm, bucketKey } = wanted.standard;
  const isWhole = run.ended === 'complete' || run.ended === 'over';
  const end: VerifyEnd = {
    bucket: args.bucket,
    account: deps.account,
    region,
    rule,
    standard: { algorithm, bucketKey, ...present({ keyArn: wanted.keyArn }) },
    versions,
    complete: isWhole,
    seconds,
    tally,
  };
  console.log(args.json === true ? asJson(verifyInJson(end), 2) : verifyScreen(end, columnsOf(process.stdout)));
  if (versions && !standard.versions && tally.below > 0)
    say(
      'While the policy says objects.versions: current, no job mends noncurrent versions: that needs objects.versions: all.',
    );
  if (run.ended === 'over')
    say(
      `Nothing was read now: ${args.resume} says that this was done at ${run.state.endedAt}. Remove it to begin anew.`,
    );
  if (typeof run.ended === 'object') say(inOneLine(deps.refused() ?? `${wordsOf(run.ended.error)}: ${WHAT_TO_DO}`));
  if (!isWhole)
    say(
      args.resume === undefined
        ? 'With --resume FILE it could go on from here.'
        : `The same command goes on from here (${args.resume}).`,
    );
  if (run.ended === 'interrupted') return 130;
  // What was so then may be otherwise now.
  return run.ended !== 'complete' || tally.unread > 0 ? 1 : tally.below > 0 ? 2 : 0;
}

const WHAT_TO_DO =
  'see that the network is there, and that s3:ListBucket (s3:ListBucketVersions for versions) is allowed on the bucket';

function say(text: string): void {
  console.error(wrapped(text, columnsOf(process.stderr)).join('\n'));
}

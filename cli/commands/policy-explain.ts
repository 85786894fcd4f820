import { type ParsedArgs, defineCommand } from 'citty';
import { present } from '../../src/present.ts';
import type { ExplainDeps } from '../../src/runtime/explain-with.ts';
import { explainDeps, pinReader } from '../../src/runtime/operator-deps.ts';
import { askedPlace, bucketArgs, needPlaceOf } from '../bucket-args.ts';
import type { AskedBucket } from '../explain/asked-bucket.ts';
import { explain } from '../explain/explain.ts';
import { inForceBeside, type JudgedBy } from '../explain/policy-in-force.ts';
import { reportOf } from '../explain/report.ts';
import { readStateFile } from '../explain/state-file.ts';
import { bucketOfStateFile } from '../explain/state-file-bucket.ts';
import { compilePolicyFile } from '../policy-file.ts';
import { pricesArg, pricesAsked } from '../price-file.ts';
import { strictArgs } from '../strict-args.ts';
import { UsageError } from '../usage-error.ts';

const explainArgs = {
  bucket: bucketArgs.bucket,
  policy: { type: 'string', valueHint: 'file', description: 'The policy, in YAML or JSON', default: 'reseal.yaml' },
  account: { type: 'string', valueHint: 'id', description: 'The account that owns the bucket' },
  region: { type: 'string', valueHint: 'region', description: 'The Region of the bucket' },
  state: { type: 'string', valueHint: 'file', description: 'A file that describes the bucket, used instead of AWS' },
  role: { type: 'string', valueHint: 'name', description: 'The role to assume in another account (reseal-reader)' },
  table: { type: 'string', valueHint: 'name', description: "The stack's output LedgerTableName, for its history" },
  'hub-region': { type: 'string', valueHint: 'region', description: 'The Region of the hub, if it is another one' },
  'ou-path': { type: 'string', valueHint: 'path', description: "The account's path in the organization" },
  'batch-role': { type: 'string', valueHint: 'arn', description: "The stack's output BatchRoleArn" },
  own: { type: 'boolean', description: "The bucket is one of the stack's own: reports, policy or deployment" },
  prices: pricesArg,
  json: { type: 'boolean', description: 'Print data instead of text' },
} as const;

export const policyExplain = defineCommand({
  meta: { name: 'explain', description: 'Show the verdict on one bucket and the reasons; changes nothing' },
  plugins: [strictArgs],
  args: explainArgs,
  async run({ args }) {
    const { document, sha256 } = compilePolicyFile(args.policy);
    const { asked, deps, hubRegion } = args.state === undefined ? await inAws(args) : inFile(args, args.state);
    const explanation = await explain(asked, document, { ...deps, prices: pricesAsked(args.prices) });
    const { table } = args;
    const pin = table === undefined ? undefined : pinReader({ region: hubRegion ?? asked.region, table });
    const policy: JudgedBy = {
      file: args.policy,
      sha256,
      ...(pin === undefined ? {} : { inForce: await inForceBeside(sha256, pin.read, pin.whyOf) }),
    };
    console.log(
      args.json === true ? JSON.stringify({ ...explanation, policy }, null, 2) : reportOf(explanation, policy),
    );
  },
});

type Args = ParsedArgs<typeof explainArgs>;

interface Explainable {
  asked: AskedBucket;
  deps: ExplainDeps;
  hubRegion?: string;
}

async function inAws(args: Args): Promise<Explainable> {
  const { bucket, account, region, table, 'ou-path': ouPath, 'batch-role': batchRoleArn } = args;
  if (account === undefined && region === undefined)
    throw new UsageError('expected --account and --region, or --state, found none of them');
  if (account === undefined || region === undefined) {
    const [missing, given] = account === undefined ? ['--account', '--region'] : ['--region', '--account'];
    throw new UsageError(`expected ${missing} too, or --state instead, found ${given} alone`);
  }
  needPlaceOf(bucket, { account, region });
  const where = { account, region, ...present({ ouPath }) };
  const asked = {
    bucket,
    account,
    region,
    own: args.own === true,
    now: new Date(),
    historyKnown: table !== undefined,
    ...present({ batchRoleArn }),
  };
  const { hubRegion, role } = askedPlace({ ...args, region });
  return { asked, deps: await explainDeps(where, { hubRegion, ...present({ role, table }) }), hubRegion };
}

function inFile(args: Args, path: string): Explainable {
  const given = readStateFile(path);
  const live = (['account', 'region', 'role', 'table', 'hub-region', 'ou-path', 'batch-role', 'own'] as const).find(
    (name) => args[name] !== undefined,
  );
  if (live !== undefined)
    throw new UsageError(`expected no --${live} beside --state, because the file has it, found --${live}`);
  if (given.bucket !== args.bucket) {
    throw new UsageError(`${path}: expected the state of bucket ${args.bucket}, found that of ${given.bucket}`);
  }
  return bucketOfStateFile(given);
}

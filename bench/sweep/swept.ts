/** One line of ../sweep.ts: sweeps so many stubbed buckets, part by part. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetBucketLoggingCommand } from '@aws-sdk/client-s3';
import { atOnce } from '../../src/at-once.ts';
import { createBucketList } from '../../src/aws/bucket/bucket-list.ts';
import { createBucketLogging } from '../../src/aws/bucket/bucket-logging.ts';
import { createAccountTable } from '../../src/aws/ledger/account-table.ts';
import { createKnownBuckets } from '../../src/aws/ledger/known-buckets.ts';
import { createParkedBuckets } from '../../src/aws/ledger/open-index.ts';
import { createSweepLedger } from '../../src/aws/ledger/sweep-ledger.ts';
import { createQueues } from '../../src/aws/queue/queues.ts';
import { parseSweepPart } from '../../src/intake/sweep-part-message.ts';
import { sweep, type SweepDeps } from '../../src/remediation/sweep.ts';
import { sweepPart } from '../../src/remediation/sweep-part.ts';
import { stubbedAws } from './stubbed-aws.ts';

const ACCOUNT = '111111111111';
const REGION = 'eu-west-1';
const TABLE = 'ledger';
const [buckets, endpoint = ''] = process.argv.slice(2);

const { s3, sqs, parts } = stubbedAws(Number(buckets));
const dynamoDb = new DynamoDBClient({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' },
});
const place = { account: ACCOUNT, region: REGION };
const quiet = () => {};
const deps: SweepDeps = {
  ...place,
  sweepQueueUrl: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/sweep`,
  membershipQueueUrl: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/membership`,
  mostInPart: 50_000,
  bucketList: { ...createBucketList(s3), listDirectory: async function* listDirectory() {} },
  logging: createBucketLogging(s3),
  loggingMs: 5_000,
  timeLeftMs: () => 900_000,
  queues: createQueues(sqs),
  knownBuckets: createKnownBuckets(dynamoDb, TABLE),
  parkedBuckets: createParkedBuckets(dynamoDb, TABLE, quiet),
  accounts: createAccountTable(dynamoDb, TABLE),
  enter: async () => {},
  sweeps: createSweepLedger(dynamoDb, TABLE, place),
  countEnd: quiet,
  log: { info: quiet, warn: quiet, error: quiet },
  now: () => new Date(),
};

// What the bare SDK takes to ask as many buckets, once both are compiled.
const names = Array.from({ length: Number(buckets) }, (_, index) => `0-bucket-${index}`);
const ask = (all: readonly string[]) =>
  atOnce(all, 64, async (Bucket) => void (await s3.send(new GetBucketLoggingCommand({ Bucket }))));
await ask(names.slice(0, 5_000));
const bare = await timed(() => ask(names));

const request = { id: `sweep-of-${buckets}`, at: new Date().toISOString(), observe: false };
const begun = await timed(() => sweep(request, deps));
let seconds = begun.seconds;
const longest = { sources: 0, buckets: 0 };
let messages = begun.value.buckets;
for (let body = parts.shift(); body !== undefined; body = parts.shift()) {
  const part = parseSweepPart(body);
  const done = await timed(() => sweepPart(part, deps));
  longest[part.step] = Math.max(longest[part.step], done.seconds);
  seconds += done.seconds;
  messages = done.value.ended?.buckets ?? messages;
}
const inParts = `its ${begun.value.parts} parts at most ${longest.sources.toFixed(1)} s and ${longest.buckets.toFixed(1)} s`;
const peak = Math.round(process.resourceUsage().maxRSS / 1_024);
console.log(
  `${messages} buckets: begun in ${begun.seconds.toFixed(1)} s CPU${begun.value.parts === undefined ? ' and done' : `, ${inParts}`}; at most ${peak} MB; ${Math.round((100 * bare.seconds) / seconds)} % of the bare SDK's rate of GetBucketLogging (at least 65 %, 200 MB)`,
);

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

/** One line of ../known-buckets.ts: begins a sweep of so many buckets, all of which the ledger knows; every hundredth of them S3 lists no more. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { createBucketList } from '../../src/aws/bucket/bucket-list.ts';
import { createKnownBuckets } from '../../src/aws/ledger/known-buckets.ts';
import { placeText } from '../../src/bucket-id.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { sweep, type SweepDeps } from '../../src/remediation/sweep.ts';

const PLACE = { account: '111111111111', region: 'eu-west-1' };
/** What fits into a page of a megabyte (DynamoDB guide, paginating query results): an item of the index has some 250 bytes. */
const PAGE = 4_000;
const buckets = Number(process.argv[2]);
const nameOf = (at: number) => `team-${String(at).padStart(7, '0')}-of-an-account-with-many-buckets`;

const asked = { pages: 0 };
const answeredBy = (answer: (request: HttpRequest) => string) => ({
  region: PLACE.region,
  credentials: { accessKeyId: PLACE.account, secretAccessKey: 'stubbed' },
  requestHandler: {
    handle: async (request: HttpRequest) => ({
      response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from(answer(request)) }),
    }),
  },
});
const dynamoDb = new DynamoDBClient(answeredBy(knownAfter));
const s3 = new S3Client(answeredBy(listedAfter));

function knownAfter({ body }: HttpRequest): string {
  asked.pages += 1;
  const { ExclusiveStartKey: key } = JSON.parse(new TextDecoder().decode(body));
  const start = Number(key?.at?.N ?? 0);
  const end = Math.min(start + PAGE, buckets);
  const Items = Array.from({ length: end - start }, (_, index) => {
    const { pk, sk } = bucketKey({ ...PLACE, bucket: nameOf(start + index) });
    return { pk: { S: pk }, sk: { S: sk }, place: { S: placeText(PLACE) } };
  });
  const next = end < buckets ? { LastEvaluatedKey: { at: { N: String(end) } } } : {};
  return JSON.stringify({ Items, ...next });
}

function listedAfter({ query }: HttpRequest): string {
  const start = Number(query['continuation-token'] ?? 0);
  const end = Math.min(start + 1_000, buckets);
  let listed = '';
  for (let at = start; at < end; at += 1)
    if (at % 100 !== 0)
      listed += `<Bucket><Name>${nameOf(at)}</Name><CreationDate>2026-11-02T10:00:00.000Z</CreationDate><BucketRegion>${PLACE.region}</BucketRegion></Bucket>`;
  const next = end < buckets ? `<ContinuationToken>${end}</ContinuationToken>` : '';
  return `<ListAllMyBucketsResult><Buckets>${listed}</Buckets>${next}</ListAllMyBucketsResult>`;
}

const sent = { messages: 0 };
const quiet = () => {};
const unused = () => Promise.reject(new Error('the beginning of a large sweep does not ask for it'));
const deps: SweepDeps = {
  ...PLACE,
  sweepQueueUrl: 'sweep',
  membershipQueueUrl: 'parts',
  mostInPart: 50_000,
  bucketList: { ...createBucketList(s3), listDirectory: async function* listDirectory() {} },
  knownBuckets: createKnownBuckets(dynamoDb, 'ledger'),
  parkedBuckets: async function* parkedBuckets() {},
  accounts: {
    read: unused,
    list: async () => [],
    write: async (account, { at, role }) => ({ written: true, item: { account, readAt: at, role, rev: 1 } }),
  },
  enter: async () => {},
  logging: async () => ({ kind: 'read', value: undefined }),
  loggingMs: 5_000,
  timeLeftMs: () => 900_000,
  queues: {
    send: unused,
    sendAll: async (_, messages) => {
      for await (const _message of messages) sent.messages += 1;
    },
  },
  sweeps: {
    begin: async ({ id, at, observe }) => ({ sweep: id, at, observe }),
    plan: async ({ id, at, observe }, plan) => ({ sweep: id, at, observe, ...plan }),
    end: async ({ id, at, observe }) => ({ sweep: id, at, observe }),
    read: unused,
    keepSources: unused,
    sources: async function* sources() {},
    partDone: unused,
    partsDone: unused,
  },
  countEnd: quiet,
  log: { info: quiet, warn: (message, fields) => console.log(message, fields), error: quiet },
  now: () => new Date(),
};

const megabytes = () => Math.round(process.resourceUsage().maxRSS / 1_024);
const before = megabytes();
if (process.argv[3] === 'known') {
  let known = 0;
  for await (const _ of deps.knownBuckets(PLACE)) known += 1;
  console.log(
    `${known} known buckets: ${asked.pages} calls; ${megabytes()} MB at most (at most 200 MB), ${before} MB before`,
  );
} else {
  const { parts = 1, unlisted = 0 } = await sweep({ id: 'bench', at: new Date().toISOString(), observe: false }, deps);
  console.log(
    `a sweep of ${buckets} buckets begins: ${asked.pages} calls for those that are known, ${unlisted} of them not listed, ${parts} parts; ${megabytes()} MB at most (at most 400 MB)`,
  );
}

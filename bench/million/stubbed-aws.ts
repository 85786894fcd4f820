import { createHash } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import { HttpResponse, type HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Place } from '../../src/bucket-id.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';

/** How many buckets are in each account and Region (account/region). */
export interface StubbedOrganization {
  id: string;
  regions: readonly string[];
  buckets: Readonly<Record<string, number>>;
}

/** What was asked of the stub. */
export interface Asked {
  calls: Record<string, number>;
  /** Messages about buckets, and the sum of what their names end with: each bucket has another number. */
  messages: number;
  sum: number;
}

/** The ledger knows one bucket more for so many: one that S3 lists no more. */
export const KNOWN_A_GONE_ONE = 1_000;
/** What fits into a page of a megabyte (DynamoDB guide, paginating query results): an item of the index has some 250 bytes. */
const KNOWN_A_PAGE = 4_000;
const GONE = '-gone';
const DIGITS = 7;

type Answer = (request: HttpRequest) => string;

/**
 * From now on every SDK client of this process gets its answers here, without HTTP; only what the sweep itself keeps in the ledger goes on to
 * DynamoDB. `onWork` gets the messages that the function sends to itself.
 */
export function stubAws(organization: StubbedOrganization, onWork: (bodies: string[]) => void): Asked {
  const asked: Asked = { calls: {}, messages: 0, sum: 0 };
  const answers = answersOf(organization, asked, onWork);
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this` below
  const onward = NodeHttpHandler.prototype.handle;
  NodeHttpHandler.prototype.handle = async function handle(request, ...rest) {
    const operation = operationOf(request);
    asked.calls[operation] = (asked.calls[operation] ?? 0) + 1;
    const answer = answers[operation]?.(request);
    if (answer === undefined) return onward.call(this, request, ...rest);
    // No answer comes within one turn of the event loop: what goes on to the ledger must have its turns too.
    await immediate();
    return { response: new HttpResponse({ statusCode: 200, headers: {}, body: Buffer.from(answer) }) };
  };
  return asked;
}

/** As the wire protocols of the services name it; of S3's reads those that a sweep makes. */
function operationOf({ headers, query, path, body }: HttpRequest): string {
  const service = placeOf({ headers }).service;
  const target = headers['x-amz-target']?.split('.').at(-1);
  if (target !== undefined) return target === 'Query' && textOf(body).includes('by-place') ? 'KnownBuckets' : target;
  if (service === 'sts') return new URLSearchParams(textOf(body)).get('Action') ?? '';
  if (service === 's3express') return 'ListDirectoryBuckets';
  if (service === 's3') return 'logging' in query ? 'GetBucketLogging' : 'ListBuckets';
  return path === '/buckets' ? 'ListTableBuckets' : path.replace(/^\/(\w)/, (_, first: string) => first.toUpperCase());
}

/** Who asks what of which Region, as the signature says. A session's key is the id of its account. */
function placeOf({ headers }: Pick<HttpRequest, 'headers'>) {
  const [, account = '', region = '', service = ''] =
    /Credential=\D*(\d+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers['authorization'] ?? '') ?? [];
  return { account, region, service };
}

const textOf = (body: unknown): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array | undefined);

function answersOf(
  { id, regions, buckets }: StubbedOrganization,
  asked: Asked,
  onWork: (bodies: string[]) => void,
): Record<string, Answer> {
  const accounts = [...new Set(Object.keys(buckets).map((place) => place.slice(0, 12)))];
  const namesIn: NamesIn = ({ account, region }) => ({
    count: buckets[`${account}/${region}`] ?? 0,
    nameOf: (at) => nameOf(account, regions.indexOf(region), at),
  });
  return {
    AssumeRole: ({ body }) => session(/%3Aiam%3A%3A(\d+)%3A/.exec(textOf(body))?.[1] ?? ''),
    ListAccounts: ({ body }) => {
      const from = Number(JSON.parse(textOf(body)).NextToken ?? 0);
      const Accounts = accounts.slice(from, from + 20).map((Id) => accountOf(id, Id));
      return JSON.stringify({ Accounts, ...(from + 20 < accounts.length ? { NextToken: String(from + 20) } : {}) });
    },
    DescribeAccount: ({ body }) => JSON.stringify({ Account: accountOf(id, JSON.parse(textOf(body)).AccountId) }),
    ListRegions: () =>
      JSON.stringify({ Regions: regions.map((RegionName) => ({ RegionName, RegionOptStatus: 'ENABLED' })) }),
    DescribeRule: () => '{"State":"ENABLED"}',
    ListBuckets: (request) => listed(request.query, namesIn(placeOf(request))),
    ListDirectoryBuckets: () =>
      '<ListAllMyDirectoryBucketsResult><Buckets></Buckets></ListAllMyDirectoryBucketsResult>',
    ListTableBuckets: () => '{"tableBuckets":[]}',
    ListVectorBuckets: () => '{"vectorBuckets":[]}',
    GetBucketLogging: ({ path }) => loggingOf(path.slice(1)),
    KnownBuckets: ({ body }) => known(JSON.parse(textOf(body)), namesIn),
    SendMessage: ({ body }) => {
      const md5 = createHash('md5')
        .update(JSON.parse(textOf(body)).MessageBody)
        .digest('hex');
      return JSON.stringify({ MessageId: 'm', MD5OfMessageBody: md5 });
    },
    SendMessageBatch: ({ body }) => {
      const { QueueUrl, Entries }: { QueueUrl: string; Entries: { MessageBody: string }[] } = JSON.parse(textOf(body));
      const bodies = Entries.map(({ MessageBody }) => MessageBody);
      if (QueueUrl === process.env['MEMBERSHIP_QUEUE_URL']) onWork(bodies);
      else for (const each of bodies) count(JSON.parse(each).bucket, asked);
      return '{"Successful":[],"Failed":[]}';
    },
  };
}

/** The numbers are as long as each other, so that the names come in their order. */
function nameOf(account: string, region: number, at: number): string {
  return `logs-${account}-${region}-${String(at).padStart(DIGITS, '0')}`;
}

const numberOf = (bucket: string) => Number(bucket.replace(GONE, '').slice(-DIGITS));

/** Of those that are gone the number is that of the bucket before. */
function count(bucket: string, asked: Asked): void {
  asked.messages += 1;
  asked.sum += numberOf(bucket);
}

interface Names {
  count: number;
  nameOf: (at: number) => string;
}
type NamesIn = (place: Place) => Names;

/** What ListBuckets answers: those with the prefix, found without a list of all names. */
function listed(query: HttpRequest['query'], { count: all, nameOf: name }: Names): string {
  const prefix = String(query['prefix'] ?? '');
  const from = Number(query['continuation-token'] ?? firstFrom(prefix, all, name));
  const most = Math.min(all, from + Number(query['max-buckets'] ?? 10_000));
  let buckets = '';
  let at = from;
  for (; at < most && name(at).startsWith(prefix); at += 1) buckets += `<Bucket><Name>${name(at)}</Name></Bucket>`;
  const next =
    at === most && at < all && name(at).startsWith(prefix) ? `<ContinuationToken>${at}</ContinuationToken>` : '';
  return `<ListAllMyBucketsResult><Buckets>${buckets}</Buckets>${next}</ListAllMyBucketsResult>`;
}

function firstFrom(prefix: string, all: number, name: Names['nameOf']): number {
  let [low, high] = [0, all];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (name(middle) < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Every fourth bucket sends its access logs to one of the first hundred of its account and Region. */
function loggingOf(bucket: string): string {
  const at = numberOf(bucket);
  const target = `${bucket.slice(0, -DIGITS)}${String(at % 100).padStart(DIGITS, '0')}`;
  const enabled = `<LoggingEnabled><TargetBucket>${target}</TargetBucket><TargetPrefix>logs/${at}/</TargetPrefix></LoggingEnabled>`;
  return `<BucketLoggingStatus>${at % 4 === 0 ? enabled : ''}</BucketLoggingStatus>`;
}

interface KnownQuery {
  ExpressionAttributeValues: { ':place': { S: string } };
  ExclusiveStartKey?: { at: { N: string } };
}

function known(query: KnownQuery, namesIn: NamesIn): string {
  const [account = '', region = ''] = query.ExpressionAttributeValues[':place'].S.split('/');
  const { count: all, nameOf: name } = namesIn({ account, region });
  const from = Number(query.ExclusiveStartKey?.at.N ?? 0);
  const to = Math.min(all, from + KNOWN_A_PAGE);
  const Items: object[] = [];
  for (let at = from; at < to; at += 1) {
    const names = at % KNOWN_A_GONE_ONE === 0 ? [name(at), `${name(at)}${GONE}`] : [name(at)];
    for (const bucket of names) {
      const { pk, sk } = bucketKey({ account, region, bucket });
      Items.push({ pk: { S: pk }, sk: { S: sk }, place: { S: `${account}/${region}` } });
    }
  }
  return JSON.stringify({ Items, ...(to < all ? { LastEvaluatedKey: { at: { N: String(to) } } } : {}) });
}

function accountOf(organization: string, Id: string) {
  const Arn = `arn:aws:organizations::999999999999:account/${organization}/${Id}`;
  return { Id, Arn, State: 'ACTIVE', Paths: [`${organization}/r-root/${Id}/`] };
}

function session(account: string): string {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA${account}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>${'t'.repeat(1_100)}</SessionToken><Expiration>${until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

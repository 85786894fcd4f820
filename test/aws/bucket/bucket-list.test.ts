import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { CreateTableBucketCommand, ListTableBucketsCommand, S3TablesClient } from '@aws-sdk/client-s3tables';
import { CreateVectorBucketCommand, ListVectorBucketsCommand, S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { createBucketList } from '../../../src/aws/bucket/bucket-list.ts';
import { type ApiAnswer, answering, PROXY_PAGE } from '../canned-answers.ts';
import { ACCOUNT, openAws, REGION } from '../fixture.ts';
import { createClients } from '../../local/clients.ts';

const AWAY = (): never => {
  throw new Error('this client is not asked');
};
const NO_CLIENT = { s3: AWAY, s3Tables: AWAY, s3Vectors: AWAY };
const of = (s3: S3Client) => ({ ...NO_CLIENT, s3: () => s3 });

test('a list asks for the Region in pages of 1,000 until there is no token', async () => {
  const s3 = new S3Client({ region: REGION });
  const mock = mockClient(s3);
  mock
    .on(ListBucketsCommand)
    .resolvesOnce({ Buckets: [{ Name: 'team-a' }, {}], ContinuationToken: 'more' })
    .resolvesOnce({ Buckets: [], ContinuationToken: 'still more' })
    .resolvesOnce({ Buckets: [{ Name: 'team-b' }] });
  assert.deepEqual(await Array.fromAsync(createBucketList(of(s3)).list(REGION, 'team-')), ['team-a', 'team-b']);
  assert.deepEqual(
    mock.commandCalls(ListBucketsCommand).map((call) => call.args[0].input),
    [
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-' },
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-', ContinuationToken: 'more' },
      { MaxBuckets: 1000, BucketRegion: REGION, Prefix: 'team-', ContinuationToken: 'still more' },
    ],
  );
});

test('an answer without a list does not pass for an account without buckets', async () => {
  const list = createBucketList(of(new S3Client(answering(PROXY_PAGE)))).list(REGION);
  await assert.rejects(Array.fromAsync(list), {
    code: 'unreadable',
    retryable: true,
    message:
      'ListBuckets: expected an answer with Buckets, found none; is there a proxy between this function and AWS?',
  });
});

test('the embedded S3 lists by Region and prefix', async () => {
  await using local = await openAws();
  await using american = createClients(local.aws, { account: ACCOUNT, region: 'us-west-2' });
  for (const name of ['team-b', 'team-a', 'other', 'team']) await local.bucket(name);
  const list = createBucketList(of(local.clients.s3));
  const listed = {
    all: await Array.fromAsync(list.list(REGION)),
    prefixed: await Array.fromAsync(list.list(REGION, 'team-')),
    american: await Array.fromAsync(createBucketList(of(american.s3)).list('us-west-2')),
  };
  assert.deepEqual(listed, {
    all: ['other', 'team', 'team-a', 'team-b'],
    prefixed: ['team-a', 'team-b'],
    american: [],
  });
});

test('directory buckets are listed page by page', async () => {
  const page = (name: string, token: string): ApiAnswer => ({
    status: 200,
    body: `<?xml version="1.0"?><ListAllMyDirectoryBucketsResult><Buckets><Bucket><Name>${name}</Name></Bucket></Buckets>${token}</ListAllMyDirectoryBucketsResult>`,
  });
  const s3 = new S3Client(
    answering(page('a--euw1-az1--x-s3', '<ContinuationToken>more</ContinuationToken>'), page('b--euw1-az1--x-s3', '')),
  );
  assert.deepEqual(await Array.fromAsync(createBucketList(of(s3)).listDirectory()), [
    'a--euw1-az1--x-s3',
    'b--euw1-az1--x-s3',
  ]);
});

test('table buckets of people and vector buckets are listed by their ARNs, page by page', async () => {
  const s3Tables = new S3TablesClient({ region: REGION });
  const tables = mockClient(s3Tables);
  const arn = (service: string, name: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:bucket/${name}`;
  const table = (name: string) => ({ arn: arn('s3tables', name), name, ownerAccountId: ACCOUNT, createdAt: undefined });
  tables
    .on(ListTableBucketsCommand)
    .resolvesOnce({ tableBuckets: [table('a')], continuationToken: 'more' })
    .resolvesOnce({ tableBuckets: [table('b')] });
  const listed = await Array.fromAsync(createBucketList({ ...NO_CLIENT, s3Tables: () => s3Tables }).listTables());
  assert.deepEqual(listed, [arn('s3tables', 'a'), arn('s3tables', 'b')]);
  assert.deepEqual(
    tables.commandCalls(ListTableBucketsCommand).map((call) => call.args[0].input),
    [
      { type: 'customer', maxBuckets: 1000 },
      { type: 'customer', maxBuckets: 1000, continuationToken: 'more' },
    ],
  );
  const s3Vectors = new S3VectorsClient({ region: REGION });
  const vectors = mockClient(s3Vectors);
  const vector = (name: string) => {
    const vectorBucketArn = arn('s3vectors', name);
    return { vectorBucketArn, vectorBucketName: name, creationTime: undefined };
  };
  vectors
    .on(ListVectorBucketsCommand)
    .resolvesOnce({ vectorBuckets: [vector('a')], nextToken: 'more' })
    .resolvesOnce({ vectorBuckets: [vector('b')] });
  const found = await Array.fromAsync(createBucketList({ ...NO_CLIENT, s3Vectors: () => s3Vectors }).listVectors());
  assert.deepEqual(found, [arn('s3vectors', 'a'), arn('s3vectors', 'b')]);
});

test('a Region without directory buckets, S3 Tables or S3 Vectors has no such buckets; every other failure is told', async () => {
  const settings = { region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'local' }, maxAttempts: 1 };
  const failing = (code: string) => {
    const [s3Tables, s3Vectors] = [new S3TablesClient(settings), new S3VectorsClient(settings)];
    const s3 = new S3Client(settings);
    const error = Object.assign(new Error(`getaddrinfo ${code}`), { code });
    mockClient(s3).rejects(error);
    mockClient(s3Tables).rejects(error);
    mockClient(s3Vectors).rejects(error);
    const list = createBucketList({ s3: () => s3, s3Tables: () => s3Tables, s3Vectors: () => s3Vectors });
    return [list.listDirectory(), list.listTables(), list.listVectors()] as const;
  };
  for (const list of failing('ENOTFOUND')) assert.deepEqual(await Array.fromAsync(list), []);
  for (const list of failing('EAI_AGAIN')) await assert.rejects(Array.fromAsync(list), { code: 'EAI_AGAIN' });
  const s3Tables = new S3TablesClient(settings);
  mockClient(s3Tables).on(ListTableBucketsCommand).resolves({});
  const odd = createBucketList({ ...NO_CLIENT, s3Tables: () => s3Tables }).listTables();
  await assert.rejects(Array.fromAsync(odd), {
    code: 'unreadable',
    message: /^ListTableBuckets: expected an answer with tableBuckets/,
  });
});

test('the embedded AWS lists the table and vector buckets of the account and Region', async () => {
  await using local = await openAws();
  const { s3, s3Tables, s3Vectors } = local.clients;
  await s3Tables.send(new CreateTableBucketCommand({ name: 'lake' }));
  await s3Vectors.send(new CreateVectorBucketCommand({ vectorBucketName: 'embeddings' }));
  const list = createBucketList({ s3: () => s3, s3Tables: () => s3Tables, s3Vectors: () => s3Vectors });
  assert.deepEqual(
    [await Array.fromAsync(list.listTables()), await Array.fromAsync(list.listVectors())],
    [
      [`arn:aws:s3tables:${REGION}:${ACCOUNT}:bucket/lake`],
      [`arn:aws:s3vectors:${REGION}:${ACCOUNT}:bucket/embeddings`],
    ],
  );
});

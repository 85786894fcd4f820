import assert from 'node:assert/strict';
import { test } from 'node:test';
import { S3Client } from '@aws-sdk/client-s3';
import { createBucketList } from '../../src/aws/bucket/bucket-list.ts';
import { createClients } from '../local/clients.ts';
import { makeBucket } from '../local/s3/open-s3.ts';
import type { SweepDeps } from '../../src/remediation/sweep.ts';
import { ACCOUNT, openGuardedAccount, REGION, REPORTS } from './guarded-account.ts';
import { inEach, listing, messages, result, swept, SWEPT_AT } from './sweeping.ts';
import type { SweptPlace } from '../../src/remediation/sweep-place.ts';

const HOME = { account: ACCOUNT, region: REGION };

test('a sweep sends one message for every bucket of its account and Region', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  await using west = createClients(account.aws, { region: 'us-west-2' });
  await makeBucket(west.s3, 'west', 'us-west-2');
  await using stranger = createClients(account.aws, { account: '222222222222' });
  await makeBucket(stranger.s3, 'theirs');
  assert.deepEqual(await swept(account, { id: 'sweep-1' }), result({ buckets: 2 }));
  assert.deepEqual(
    await messages(account),
    ['data', REPORTS].map((bucket) => ({
      reseal: 'assess',
      version: 1,
      bucket,
      account: ACCOUNT,
      region: REGION,
      cause: 'sweep',
      logSources: [],
      at: SWEPT_AT,
      causeId: 'sweep-1',
      attempt: 0,
      observe: false,
    })),
  );
});

test('a sweep takes bucket lists of several pages, and messages in tens', async () => {
  await using account = await openGuardedAccount();
  const names = Array.from({ length: 1_203 }, (_, index) => `bucket-${String(index).padStart(4, '0')}`);
  const logging: SweptPlace['logging'] = async () => ({ kind: 'read', value: undefined });
  assert.deepEqual(
    await swept(account, {}, inEach({ ...listing(names), logging }, account)),
    result({ buckets: 1_203 }),
  );
  assert.deepEqual((await messages(account)).map(({ bucket }) => String(bucket)).toSorted(), names);
  const operations = account.operations();
  assert.equal(operations.filter((each) => each === 'SendMessageBatch').length, 1 + 121 + 1);
});

test('a sweep of buckets that each have a host name opens few connections', async () => {
  await using account = await openGuardedAccount({ hostNames: true });
  const before = account.aws.connections.open;
  const names = Array.from({ length: 300 }, (_, index) => `bucket-${index}`);
  for (const name of names) await account.bucket(name);
  assert.deepEqual(await swept(account, {}, { loggingMs: 300_000 }), result({ buckets: 301 }));
  assert.equal(account.operations().filter((each) => each === 'GetBucketLogging').length, 301);
  assert.ok(account.aws.connections.most - before <= 128, `${account.aws.connections.most} connections`);
});

test('forty thousand buckets that log to one are swept in a time that grows with their number', async (t) => {
  await using account = await openGuardedAccount();
  const names = Array.from({ length: 40_000 }, (_, index) => `bucket-${String(index).padStart(5, '0')}`);
  const bodies: string[] = [];
  const startedMs = performance.now();
  const result = await swept(
    account,
    {},
    {
      ...inEach(
        {
          ...listing(names),
          logging: async () => ({ kind: 'read', value: { targetBucket: 'bucket-00007', prefix: 'p/' } }),
        },
        account,
      ),
      queues: {
        ...account.sweepDeps.queues,
        sendAll: async (url, sent) => {
          if (url !== account.sweepDeps.sweepQueueUrl) return account.sweepDeps.queues.sendAll(url, sent);
          for await (const { body } of sent) bodies.push(body);
        },
      },
    },
  );
  t.diagnostic(`${Math.round(performance.now() - startedMs)} ms`);
  assert.deepEqual([result.buckets, result.logTargets, bodies.length], [40_000, 1, 40_000]);
  const expected = names.slice(0, 20).map((bucket) => ({ bucket, prefix: 'p/' }));
  assert.deepEqual(JSON.parse(bodies[7] ?? '').logSources, expected);
  assert.deepEqual(JSON.parse(bodies[8] ?? '').logSources, []);
});

test('a bucket whose logging hangs is said and skipped, and no other waits for it', async () => {
  await using account = await openGuardedAccount();
  for (const name of ['app', 'data']) await account.bucket(name);
  account.aws.faults.add({ kind: 'timeout', operation: 'GetBucketLogging', bucket: 'app' });
  const logging: SweptPlace['logging'] = (owned, options) =>
    account.sweepDeps.here(HOME).logging(owned, owned.bucket === 'app' ? options : {});
  const said = { buckets: 1, first: ['app'] };
  assert.deepEqual(
    await swept(account, {}, { ...inEach({ logging }, account), loggingMs: 20 }),
    result({ buckets: 3, loggingUnread: said }),
  );
  assert.deepEqual(
    (await messages(account)).map(({ bucket, logSources }) => [bucket, logSources]),
    ['app', 'data', REPORTS].map((bucket) => [bucket, undefined]),
    'who logs where is not known of any, so nobody says that nobody does',
  );
  assert.deepEqual(account.log[0], {
    level: 'warn',
    message: 'logging not read',
    place: `${ACCOUNT}/${REGION}`,
    ...said,
  });
});

test('reading who logs where ends in time for the messages', async () => {
  await using account = await openGuardedAccount();
  const names = Array.from({ length: 30 }, (_, index) => `bucket-${index}`).toSorted();
  let left = 600_010;
  const timeLeftMs = () => (left -= 1);
  assert.deepEqual(
    await swept(
      account,
      {},
      {
        ...inEach({ ...listing(names), logging: async () => ({ kind: 'read', value: undefined }) }, account),
        timeLeftMs,
        knownBuckets: async function* known() {},
      },
    ),
    result({ buckets: 30, loggingUnread: { buckets: 20, first: names.slice(10) } }),
  );
  assert.equal((await messages(account)).length, 30);
});

test('what is read beside the list costs a sweep none of its messages', async () => {
  await using account = await openGuardedAccount();
  await account.bucket('data');
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketLogging' });
  const unread = () => Promise.reject(new Error('not now'));
  const over: Partial<SweepDeps> = {
    ...inEach({ forwardRule: unread }, account),
    writePlace: unread,
    knownBuckets: async function* knownBuckets() {
      yield await unread();
    },
  };
  const loggingUnread = { buckets: 2, first: ['data', REPORTS] };
  assert.deepEqual(await swept(account, {}, over), result({ buckets: 2, loggingUnread }));
  assert.equal((await messages(account)).length, 2);
  assert.deepEqual(
    account.log.map(({ message }) => message),
    ['rule not read', 'known buckets not read', 'place not recorded', 'logging not read', 'sweep ended'],
  );
});

test('a sweep of a prefix and one of named buckets take just those, and name what is missing', async () => {
  await using account = await openGuardedAccount();
  for (const name of ['logs-a', 'logs-b', 'data']) await account.bucket(name);
  assert.deepEqual(await swept(account, { prefix: 'logs-' }), result({ buckets: 2 }));
  const buckets = ['data', 'unknown', 'logs-b', 'absent', 'data'];
  assert.deepEqual(await swept(account, { buckets }), result({ buckets: 2, missing: ['absent', 'unknown'] }));
  assert.deepEqual(
    await swept(account, { buckets: [...buckets, 'logs-gone'], prefix: 'logs-' }),
    result({ buckets: 1, missing: ['logs-gone'] }),
    'a prefix narrows the names: what it leaves out is not missing',
  );
  const names = (await messages(account)).map(({ bucket }) => bucket);
  assert.deepEqual(names, ['logs-a', 'logs-b', 'data', 'logs-b', 'logs-b']);
});

test('an observing sweep says so in every message', async () => {
  await using account = await openGuardedAccount();
  assert.deepEqual(await swept(account, { observe: true }), result({ buckets: 1, observe: true }));
  assert.deepEqual(
    (await messages(account)).map(({ observe }) => observe),
    [true],
  );
});

test('directory buckets are swept too, and where they cannot be listed the others are', async () => {
  await using account = await openGuardedAccount();
  const names = ['data--euw1-az1--x-s3', 'logs--euw1-az1--x-s3'];
  const bucketList = {
    ...account.sweepDeps.here(HOME).bucketList,
    listDirectory: async function* listDirectory() {
      yield* names;
    },
  };
  assert.deepEqual(await swept(account, { prefix: 'logs' }, inEach({ bucketList }, account)), result({ buckets: 1 }));
  account.aws.faults.add({ kind: 'access-denied', operation: 'ListDirectoryBuckets' });
  assert.deepEqual(await swept(account), result({ buckets: 1 }));
  assert.deepEqual(
    (await messages(account)).map(({ bucket }) => bucket),
    ['logs--euw1-az1--x-s3', REPORTS],
  );
  assert.deepEqual(
    account.log.flatMap(({ level, message, place }) => (level === 'warn' ? [{ message, place }] : [])),
    [{ message: 'directory buckets not listed', place: `${ACCOUNT}/${REGION}` }],
  );
});

test('a Region that has no endpoint of a service says nothing of it', async () => {
  await using account = await openGuardedAccount();
  const handle = () => Promise.reject(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }));
  const away = new S3Client({
    ...account.aws.clientConfig({ account: ACCOUNT, region: REGION }),
    maxAttempts: 1,
    requestHandler: { handle },
  });
  const never = () => assert.fail('only directory buckets are listed by it');
  const lists = createBucketList({ s3: () => away, s3Tables: never, s3Vectors: never });
  const bucketList = {
    ...account.sweepDeps.here(HOME).bucketList,
    listDirectory: () => lists.listDirectory(),
  };
  assert.deepEqual(await swept(account, {}, inEach({ bucketList }, account)), result({ buckets: 1 }));
  assert.deepEqual(
    account.log.map(({ message }) => message),
    ['sweep ended'],
  );
});

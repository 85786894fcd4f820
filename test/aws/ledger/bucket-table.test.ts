import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { type Claim, createBucketTable, type Terms } from '../../../src/aws/ledger/bucket-table.ts';
import { update } from '../../../src/aws/ledger/ledger-update.ts';
import { type BucketItem, bucketKey, type Pending } from '../../../src/ledger/bucket-item.ts';
import type { JobRequest } from '../../../src/ledger/job-item.ts';
import { aJob } from '../../ledger/a-job.ts';
import { answering, jsonError } from '../canned-answers.ts';
import { ACCOUNT, type Fixture, openAws, REGION, TABLE } from '../fixture.ts';
import { bucketItemOf, itemOf } from './ledger-item-of.ts';

let local: Fixture;
before(async () => {
  local = await openAws();
});
after(() => local[Symbol.asyncDispose]());

const table = () => createBucketTable(local.clients.dynamoDb, TABLE);
const inLedger = (bucket: string) => bucketItemOf(local.clients.dynamoDb, bucket);
const jobInLedger = (token: string) => itemOf(local.clients.dynamoDb, { pk: `JOB#${token}`, sk: 'JOB' });
const idOf = (bucket: string) => ({ account: ACCOUNT, region: REGION, bucket });
/** The same, as an item has it that was claimed: it is one of its place. */
const itemId = (bucket: string) => ({ ...idOf(bucket), place: `${ACCOUNT}/${REGION}` });

/** What somebody else has left in the ledger. */
async function leave(bucket: string, set: BucketItem & Record<string, unknown>): Promise<void> {
  await update(local.clients.dynamoDb, { table: TABLE, key: bucketKey(idOf(bucket)), set });
}

const BEFORE = '2026-11-02T10:00:00.000Z';
const LOOKED_AT = '2026-11-02T10:16:30.000Z';
const LATER = '2026-11-02T10:16:30.001Z';
const LEASE_MS = 75_000;
const UNREAD = { kind: 'unread', lookedAt: LOOKED_AT, policyOrder: 2 } as const;
const PENDING: Pending = {
  id: 'p',
  cause: 'encryption-deleted',
  causeId: 'event-1',
  at: '2026-11-02T10:15:30Z',
  replaced: { algorithm: 'AES256', bucketKey: false, blocked: [] },
  actor: 'arn:aws:iam::111111111111:role/eve',
};

function claim(bucket: string, owner: string, nowMs: number, over: Partial<Claim> = {}) {
  const lease = { nowMs, untilMs: nowMs + LEASE_MS };
  return table().claim({ id: idOf(bucket), owner, ...lease, pending: PENDING, terms: UNREAD, ...over });
}

function settle(
  bucket: string,
  terms: Terms,
  jobs: JobRequest[] = [],
  set: Record<string, unknown> = { verdict: 'repair' },
) {
  return table().settle(idOf(bucket), { set, remove: ['pending', 'claimOwner', 'claimUntil'] }, terms, jobs);
}

describe('a claim', () => {
  it('of a bucket that nobody knows leaves owner, lease and the work', async () => {
    const claimed = { claimOwner: 'a', claimUntil: 76_000, pending: PENDING, rev: 1 };
    assert.deepEqual(await claim('new', 'a', 1_000), { written: true, item: claimed });
    assert.deepEqual(await inLedger('new'), { ...itemId('new'), ...claimed });
    assert.deepEqual(await table().read(idOf('new')), claimed);
  });

  it('that lives keeps others out to its last millisecond, and its own owner not', async () => {
    await claim('held', 'a', 0);
    const tries = [
      await claim('held', 'b', 0),
      await claim('held', 'b', LEASE_MS),
      await claim('held', 'a', 10),
      await claim('held', 'b', LEASE_MS + 10),
      await claim('held', 'b', LEASE_MS + 11),
    ];
    assert.deepEqual(
      tries.map(({ written }) => written),
      [false, false, true, false, true],
    );
    assert.deepEqual(
      tries[0]?.item,
      { claimOwner: 'a', claimUntil: LEASE_MS, pending: PENDING, rev: 1 },
      'says whose it is',
    );
  });

  it('is given to one of many at once', async () => {
    const given = await Promise.all(Array.from({ length: 8 }, (_, index) => claim('contested', `owner-${index}`, 0)));
    assert.equal(given.filter(({ written }) => written).length, 1);
  });

  it('that ended leaves its work to whoever takes it up', async () => {
    await claim('taken-up', 'a', 0);
    const sweep: Pending = { id: 'q', cause: 'sweep', causeId: 'sweep-1', at: '2026-11-03T00:00:00Z' };
    const taken = await claim('taken-up', 'b', LEASE_MS + 1, { pending: sweep });
    const item = { claimOwner: 'b', claimUntil: 2 * LEASE_MS + 1, pending: PENDING, rev: 2 };
    assert.deepEqual(taken, { written: true, item });
  });

  it('whose owner was waited for is over, whatever the clocks say, and nobody else', async () => {
    await claim('waited', 'a', 0);
    assert.equal((await claim('waited', 'b', 1, { over: 'c' })).written, false);
    assert.equal((await claim('waited', 'b', 1, { over: 'a' })).written, true);
    assert.equal((await claim('waited', 'c', 2, { over: 'a' })).written, false);
  });

  it('without work leaves none', async () => {
    await table().claim({ id: idOf('idle'), owner: 'a', nowMs: 0, untilMs: LEASE_MS, terms: UNREAD });
    assert.deepEqual(await inLedger('idle'), { ...itemId('idle'), claimOwner: 'a', claimUntil: LEASE_MS, rev: 1 });
  });

  it('tells what the ledger knows of the bucket, and passes over what a later version wrote', async () => {
    const known: BucketItem = {
      verdict: 'hold',
      belowSince: BEFORE,
      backfilled: '0123456789abcdef',
      repairs: [{ at: 'x', causeId: 'y', cause: 'sweep', replaced: {}, wrote: {}, policySha256: 'abc' }],
    };
    await leave('known', { ...known, ofALaterVersion: 'passed over' });
    const { item } = await claim('known', 'a', 0);
    assert.deepEqual(item, { ...known, claimOwner: 'a', claimUntil: LEASE_MS, pending: PENDING, rev: 1 });
  });

  it('on an item that no version writes is an error that names it', async () => {
    await leave('odd', { rev: 1, ...({ repairs: 'many' } as object) });
    const named = {
      code: 'ledger-failed',
      message: new RegExp(`^ledger item BUCKET#${ACCOUNT}/${REGION}/odd: repairs: `),
    };
    await assert.rejects(claim('odd', 'a', 0), named);
    await assert.rejects(table().read(idOf('odd')), named);
  });

  it('of the same name in another account or Region is another one', async () => {
    await claim('twice', 'a', 0);
    for (const other of [{ account: '222222222222' }, { region: 'eu-west-2' }]) {
      assert.equal((await claim('twice', 'b', 0, { id: { ...idOf('twice'), ...other } })).written, true);
    }
  });
});

const unless = (over: object): Terms => ({ ...UNREAD, unless: { below: false, logTarget: false, ...over } });
const DRIFTED = { ...UNREAD, driftAt: '2026-11-02T10:00:00Z' };
const SOURCES = [{ bucket: 'web', prefix: '' }];
const READ_3 = { kind: 'read', rev: 3 } as const;
const READ_NOTHING = { kind: 'read', rev: undefined } as const;
const drift = (at: string) => ({ at, causeId: 'event-1', cause: 'created' });

const UPLOADS = { since: BEFORE, until: BEFORE, rules: [], givesUpAt: LATER, count: 1 };

/** What is in the ledger, the terms, whether a claim is given on them, and whether an end is written. */
const TERMS: [string, (BucketItem & Record<string, unknown>) | undefined, Terms, boolean | 'no claim', boolean][] = [
  ['unread: nothing is known', undefined, UNREAD, true, true],
  ['unread: an older look', { asOf: BEFORE }, UNREAD, true, true],
  ['unread: a look of the same moment', { asOf: LOOKED_AT }, UNREAD, false, true],
  ['unread: a newer look', { asOf: LATER }, UNREAD, false, false],
  ['unread: an older policy', { policyOrder: 1 }, UNREAD, true, true],
  ['unread: the same policy', { policyOrder: 2 }, UNREAD, true, true],
  ['unread: a newer policy', { policyOrder: 3 }, UNREAD, false, false],
  ['unread: work is pending', { pending: PENDING }, UNREAD, true, false],
  ['unread, must exist: nothing is known', undefined, { ...UNREAD, exists: true }, false, false],
  ['unread, must exist: it was written', { rev: 1 }, { ...UNREAD, exists: true }, true, true],
  ['unread, a drift: none is known', { rev: 1 }, DRIFTED, true, true],
  ['unread, a drift: an older one', { lastDrift: drift('2026-11-02T09:59:59Z') }, DRIFTED, true, true],
  ['unread, a drift: the same', { lastDrift: drift('2026-11-02T10:00:00Z') }, DRIFTED, true, true],
  ['unread, a drift: a newer one', { lastDrift: drift('2026-11-02T10:00:01Z') }, DRIFTED, true, false],
  ['unread, no drift: one is known', { lastDrift: drift('2026-11-02T10:00:01Z') }, UNREAD, true, true],
  ['unread, unless below: it is', { belowSince: BEFORE }, unless({ below: true }), false, false],
  ['unread, unless below: it is not', { rev: 1 }, unless({ below: true }), true, true],
  ['unread, unless below: uploads keep a window open', { openUploads: UPLOADS }, unless({ below: true }), false, false],
  ['unread, a time below begins: none has', { rev: 1 }, { ...UNREAD, begins: true }, true, true],
  ['unread, a time below begins: one has begun', { belowSince: BEFORE }, { ...UNREAD, begins: true }, false, false],
  ['unread, below or not: it is', { belowSince: BEFORE }, unless({}), true, true],
  ['unread, unless a log target: it is', { logSources: SOURCES }, unless({ logTarget: true }), false, false],
  ['unread, unless a log target: no more', { logSources: [] }, unless({ logTarget: true }), true, true],
  ['unread, unless a log target: nobody knows', { rev: 1 }, unless({ logTarget: true }), true, true],
  ['unread, log target or not: it is', { logSources: SOURCES }, unless({}), true, true],
  ['unread, unless its ACL let in a service: it did', { aclWriters: true }, unless({ aclWriters: true }), false, false],
  ['unread, unless its ACL let in a service: it did not', { rev: 1 }, unless({ aclWriters: true }), true, true],
  ['unread, whatever its ACL did: it did', { aclWriters: true }, unless({}), true, true],
  [
    'unread, unless not planned: it was',
    { backfilled: 'standard-1' },
    unless({ notBackfilledFor: 'standard-1' }),
    true,
    true,
  ],
  [
    'unread, unless not planned: for another',
    { backfilled: 'standard-0' },
    unless({ notBackfilledFor: 'standard-1' }),
    false,
    false,
  ],
  ['unread, unless not planned: never', undefined, unless({ notBackfilledFor: 'standard-1' }), false, false],
  ['read: nobody has written since', { rev: 3, asOf: LATER, policyOrder: 9, pending: PENDING }, READ_3, true, true],
  ['read: somebody has', { rev: 4 }, READ_3, false, false],
  ['read: it is not there any more', undefined, READ_3, false, false],
  ['read: nothing was there, nor is now', undefined, READ_NOTHING, true, true],
  ['read: nothing was there, and now something is', { rev: 1 }, READ_NOTHING, false, false],
  ['read: what an older version wrote was not counted', { verdict: 'hold' }, READ_NOTHING, true, true],
  [
    'owner: its claim is there',
    { claimOwner: 'a', rev: 1, asOf: LATER },
    { kind: 'owner', owner: 'a' },
    'no claim',
    true,
  ],
  ['owner: another has it', { claimOwner: 'b', rev: 1 }, { kind: 'owner', owner: 'a' }, 'no claim', false],
  ['owner: nobody has it', { rev: 1 }, { kind: 'owner', owner: 'a' }, 'no claim', false],
  ['owner: nothing is known', undefined, { kind: 'owner', owner: 'a' }, 'no claim', false],
];

describe('the terms', () => {
  for (const [index, [name, item, terms, claims, settles]] of TERMS.entries()) {
    it(name, async () => {
      const [claimed, settled] = [`claimed-${index}`, `settled-${index}`];
      for (const bucket of item === undefined ? [] : [claimed, settled]) await leave(bucket, item ?? {});
      const rev = (item?.rev ?? 0) + 1;
      if (terms.kind !== 'owner') {
        const given = await claim(claimed, 'a', 0, { terms });
        assert.deepEqual([given.written, given.item.rev], [claims, claims === true ? rev : item?.rev], 'claim');
      }
      const { written, item: now } = await settle(settled, terms);
      assert.equal(written, settles, 'end');
      const { pending: _, claimOwner: __, ...left } = item ?? {};
      assert.deepEqual(await inLedger(settled), settles ? { ...left, verdict: 'repair', rev } : item);
      const after = terms.kind === 'owner' ? { ...left, verdict: 'repair', rev } : {};
      assert.deepEqual(now, settles ? after : (item ?? {}), 'tells what is there, and of what it wrote only the owner');
    });
  }

  it('of a claim that rests on what was read hold once more for its owner, whose answer was lost', async () => {
    await leave('lost-answer', { rev: 3 });
    const tries = [
      await claim('lost-answer', 'a', 0, { terms: READ_3 }),
      await claim('lost-answer', 'a', 1, { terms: READ_3 }),
    ];
    assert.deepEqual(
      tries.map(({ written, item }) => [written, item.rev]),
      [
        [true, 4],
        [true, 5],
      ],
    );
    assert.equal((await claim('lost-answer', 'b', LEASE_MS + 2, { terms: READ_3 })).written, false);
  });

  it('let one of two ends that read the same be written', async () => {
    await leave('both', { rev: 3 });
    const ends = await Promise.all([settle('both', READ_3), settle('both', READ_3)]);
    assert.equal(ends.filter(({ written }) => written).length, 1);
  });
});

const queued = (job: JobRequest) => ({ v: 1, ...job, status: 'queued', open: `QUEUED#20#${ACCOUNT}` });
const OWNER = { kind: 'owner', owner: 'a' } as const;

describe('an end with jobs', () => {
  it('is one transaction: the bucket and every job', async () => {
    await claim('finished', 'a', 0);
    const { dynamoDb } = local.clients;
    const sent: string[] = [];
    dynamoDb.middlewareStack.add((next, context) => (args) => (sent.push(String(context['commandName'])), next(args)), {
      step: 'initialize',
      name: 'recorded',
    });
    const jobs = ['t', 'u'].map((token) => aJob({ token, bucket: 'finished' }));
    assert.equal((await settle('finished', OWNER, jobs)).written, true);
    dynamoDb.middlewareStack.remove('recorded');
    assert.deepEqual(sent, ['TransactWriteItemsCommand']);
    assert.deepEqual(await inLedger('finished'), { ...itemId('finished'), verdict: 'repair', rev: 2 });
    for (const job of jobs) assert.deepEqual(await jobInLedger(job.token), queued(job));
  });

  it('whose claim is lost queues nothing', async () => {
    await claim('lost', 'a', 0);
    await claim('lost', 'b', LEASE_MS + 1);
    const item = await inLedger('lost');
    const { written, item: now } = await settle('lost', OWNER, [aJob({ token: 'of-lost', bucket: 'lost' })]);
    assert.deepEqual([written, now.claimOwner], [false, 'b']);
    assert.deepEqual([await inLedger('lost'), await jobInLedger('of-lost')], [item, undefined]);
  });

  it('that is written twice, because the first answer was lost, leaves one of each', async () => {
    await claim('twice-ended', 'a', 0);
    const job = aJob({ token: 'twice', bucket: 'twice-ended' });
    await settle('twice-ended', OWNER, [job]);
    const again = await settle('twice-ended', OWNER, [job]);
    assert.deepEqual([again.written, again.item.rev, again.item.verdict], [false, 2, 'repair']);
    assert.deepEqual(await jobInLedger('twice'), queued(job));
  });
});

describe('the table', () => {
  it('knows nothing of a bucket that was never looked at', async () => {
    assert.deepEqual(await table().read(idOf('never')), {});
  });

  it('gets one request, read or written, and is read consistently', async () => {
    const dynamoDb = new DynamoDBClient({ region: REGION });
    const mock = mockClient(dynamoDb).on(UpdateItemCommand).resolves({}).on(GetItemCommand).resolves({});
    const counted = createBucketTable(dynamoDb, TABLE);
    await counted.read(idOf('one'));
    await counted.settle(
      idOf('one'),
      { set: { verdict: 'compliant' }, setOnce: { belowSince: undefined }, remove: ['found'] },
      UNREAD,
    );
    const Key = { pk: { S: `BUCKET#${ACCOUNT}/${REGION}/one` }, sk: { S: 'STATE' } };
    assert.deepEqual(
      mock.calls().map((call) => call.args[0].input),
      [
        { TableName: TABLE, Key, ConsistentRead: true },
        {
          TableName: TABLE,
          Key,
          UpdateExpression: 'SET #verdict = :verdict, #rev = if_not_exists(#rev, :none) + :one REMOVE #found',
          ConditionExpression:
            '(attribute_not_exists(#asOf) OR #asOf <= :lookedAt) AND (attribute_not_exists(#policyOrder) OR #policyOrder <= :order) AND attribute_not_exists(#pending) AND attribute_not_exists(#claimOwner)',
          ExpressionAttributeNames: Object.fromEntries(
            ['verdict', 'found', 'rev', 'asOf', 'policyOrder', 'pending', 'claimOwner'].map((name) => [
              `#${name}`,
              name,
            ]),
          ),
          ExpressionAttributeValues: {
            ':verdict': { S: 'compliant' },
            ':none': { N: '0' },
            ':one': { N: '1' },
            ':lookedAt': { S: LOOKED_AT },
            ':order': { N: '2' },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ReturnValues: 'NONE',
        },
      ],
    );
  });

  const TYPE = 'com.amazonaws.dynamodb.v20120810#';
  const failing = (name: string) =>
    createBucketTable(new DynamoDBClient(answering(jsonError(400, `${TYPE}${name}`))), TABLE);

  it('that refuses or does not answer is an error, and only a condition is a "no"', async () => {
    const end = (name: string) => failing(name).settle(idOf('x'), { set: { verdict: 'hold' }, remove: [] }, UNREAD);
    assert.deepEqual(await end('ConditionalCheckFailedException'), { written: false, item: {} });
    for (const name of [
      'ResourceNotFoundException',
      'ProvisionedThroughputExceededException',
      'ThrottlingException',
      'AccessDeniedException',
    ]) {
      await assert.rejects(end(name), { name });
    }
  });

  it('that is not there is named, with what to do', async () => {
    const missing = {
      code: 'ledger-failed',
      retryable: true,
      message: /^there is no table ledger .*LedgerTableName of the hub's stack \(--hub-region names another Region\)$/,
    };
    await assert.rejects(failing('ResourceNotFoundException').read(idOf('x')), missing);
    await assert.rejects(failing('AccessDeniedException').read(idOf('x')), { name: 'AccessDeniedException' });
  });
});

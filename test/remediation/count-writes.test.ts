import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createBucketTable } from '../../src/aws/ledger/bucket-table.ts';
import { createWritersTable } from '../../src/aws/ledger/writers-table.ts';
import type { ClientWrite, ClientWriter } from '../../src/ledger/writers-item.ts';
import { type CountDeps, countWrites } from '../../src/remediation/count-writes.ts';
import { TABLE } from '../aws/fixture.ts';
import { itemOf } from '../aws/ledger/ledger-item-of.ts';
import { sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith, REGION } from './guarded-account.ts';
import { write } from './objects.ts';
import { sseKms } from './rules.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/exporter`;

/** A compliant bucket that was looked at, and what counts its writes. */
async function watchedBucket(account: GuardedAccount, policy = policyWith()) {
  const bucket = await account.bucket('data');
  await account.put(bucket, sseKms(account.keyArn));
  const sweep = (causeId: string) => account.assess(sweepFact(account, bucket, { causeId }), { policy });
  await sweep('before');
  account.advance(3_600);
  const deps: CountDeps = {
    ledger: createBucketTable(account.told.dynamoDb, TABLE),
    writers: createWritersTable(account.told.dynamoDb, TABLE),
    log: account.deps.log,
    now: account.deps.now,
  };
  const told = (over: Partial<ClientWrite> = {}): ClientWrite => {
    const at = account.now().toISOString();
    return { bucket, account: ACCOUNT, region: REGION, at, principal: ROLE, applied: 'SSE_S3', key: 'k', ...over };
  };
  const key = { pk: `BUCKET#${ACCOUNT}/${REGION}/${bucket}`, sk: 'WRITERS' };
  return {
    bucket,
    sweep,
    told,
    deps,
    count: (...writes: ClientWrite[]) => countWrites(writes, deps),
    writers: async () => ((await itemOf(account.clients.dynamoDb, key))?.['writers'] ?? []) as ClientWriter[],
    item: () => account.item(bucket),
  };
}

const algorithmOf = async (account: GuardedAccount, Bucket: string, Key: string) =>
  (await account.clients.s3.send(new HeadObjectCommand({ Bucket, Key }))).ServerSideEncryption;

test('many writes below the standard are counted by who wrote, and one job of the next sweep closes their window', async () => {
  await using account = await openGuardedAccount();
  const { bucket, sweep, told, count, writers, item } = await watchedBucket(account);
  const at = account.now().toISOString();
  for (const key of ['a', 'b']) await write(account, bucket, key, { ServerSideEncryption: 'AES256' });
  assert.deepEqual(await count(told({ key: 'a' }), told({ key: 'b' })), { kind: 'counted', writes: 2 });
  account.advance(60);
  await write(account, bucket, 'c', { ServerSideEncryption: 'AES256' });
  await count(told({ key: 'c', principal: 'other' }));
  assert.deepEqual(
    (await writers()).map(({ principal, count: writes, first }) => [principal, writes, first]),
    [
      [ROLE, 2, at],
      ['other', 1, account.now().toISOString()],
    ],
  );
  assert.deepEqual([(await item())?.['belowSince'], (await item())?.['belowRules']], [at, [{ algorithm: 'AES256' }]]);
  account.advance(3_600);
  assert.equal((await sweep('next')).jobs, 1);
  assert.equal((await account.jobs()).length, 1);
  for (const key of ['a', 'b', 'c']) assert.equal(await algorithmOf(account, bucket, key), 'aws:kms');
  assert.equal((await item())?.['belowSince'], undefined);
  account.advance(3_600);
  // The same writes again, told late: their jobs are queued.
  await count(told({ at }));
  assert.equal((await sweep('after')).jobs, 0);
});

test('a write with a customer key is told and opens nothing; what is not known is named, counted, and looked for', async () => {
  await using account = await openGuardedAccount();
  const { told, count, writers, item } = await watchedBucket(account);
  await count(told({ applied: 'SSE_C' }));
  assert.equal((await item())?.['belowSince'], undefined);
  await count(told({ applied: 'not-said', key: 'odd' }), told({ applied: 'SSE_QUANTUM' }));
  assert.equal(typeof (await item())?.['belowSince'], 'string');
  assert.deepEqual(
    (await writers()).map(({ applied, toldAt }) => [applied, toldAt !== undefined]),
    [
      ['SSE_C', true],
      ['not-said', false],
      ['SSE_QUANTUM', false],
    ],
  );
  const named = account.log.filter(({ message }) => message === 'encryption of a write not known');
  assert.equal(named.length, 2);
});

test('under a standard of SSE-S3 a write under SSE-S3 is counted, told nobody, and costs no job', async () => {
  await using account = await openGuardedAccount();
  const { told, count, writers, item } = await watchedBucket(
    account,
    policyWith({ standard: { algorithm: 'AES256' } }),
  );
  await count(told());
  assert.deepEqual(
    (await writers()).map(({ count: writes, toldAt }) => [writes, toldAt]),
    [[1, undefined]],
  );
  assert.equal((await item())?.['belowSince'], undefined);
});

test('where somebody works on the bucket nothing is counted, and the writes come back', async () => {
  await using account = await openGuardedAccount();
  const { bucket, told, count, writers, item } = await watchedBucket(account);
  const rev = (await item())?.['rev'] as number;
  const id = { bucket, account: ACCOUNT, region: REGION };
  const nowMs = account.now().getTime();
  const claim = { id, owner: 'somebody', nowMs, untilMs: nowMs + 75_000, terms: { kind: 'read', rev } as const };
  assert.equal((await account.deps.ledger.claim(claim)).written, true);
  await assert.rejects(count(told()), { code: 'ledger-failed', retryable: true });
  assert.deepEqual(await writers(), []);
  account.advance(80);
  await count(told());
  assert.equal((await writers()).length, 1);
  assert.equal(typeof (await item())?.['belowSince'], 'string');
});

test('a bucket that nobody has looked at is looked at with the window in mind', async () => {
  await using account = await openGuardedAccount();
  const { told, deps, sweep, item, bucket } = await watchedBucket(account);
  const unseen = await account.bucket('unseen');
  await account.put(unseen, sseKms(account.keyArn));
  await write(account, unseen, 'a', { ServerSideEncryption: 'AES256' });
  await countWrites([told({ bucket: unseen })], deps);
  assert.equal((await account.assess(sweepFact(account, unseen))).jobs, 1);
  await sweep('same');
  assert.equal((await item())?.['belowSince'], undefined, bucket);
});

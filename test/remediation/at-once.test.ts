import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeleteBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BucketTrigger } from '../../src/intake/bucket-message.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { eventFact, sweepFact } from './facts.ts';
import { gate } from './gate.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { SSE_S3, sseKms } from './rules.ts';

/** A bucket that lost its encryption and was written to, and the event that says so. */
async function drifted(account: GuardedAccount, bucket = 'weak'): Promise<BucketTrigger> {
  await account.put(await account.bucket(bucket), sseKms(account.keyArn));
  await account.assess(sweepFact(account, bucket));
  account.advance(60);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const trigger = eventFact(account, bucket, { cause: 'encryption-deleted' });
  await account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'object', Body: 'body' }));
  account.advance(60);
  account.operations();
  return trigger;
}

const countOf = (operations: string[], operation: string) => operations.filter((each) => each === operation).length;

/** How often the bucket was written and jobs were asked for, how many jobs there are, and how many repairs the ledger has. */
async function tally(account: GuardedAccount, bucket = 'weak') {
  const operations = account.operations();
  const repairs = (await account.item(bucket))?.['repairs'];
  return {
    writes: countOf(operations, 'PutBucketEncryption'),
    jobs: (await account.jobs()).length,
    repairs: Array.isArray(repairs) ? repairs.length : 0,
  };
}

const ONCE = { writes: 1, jobs: 1, repairs: 1 };

test('an event that comes three times gives one repair and one job', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  const kinds = [];
  for (let delivery = 0; delivery < 3; delivery += 1) {
    kinds.push((await account.assess(trigger)).kind);
    account.advance(1);
  }
  assert.deepEqual(kinds, ['repair', 'compliant', 'compliant']);
  assert.deepEqual(await tally(account), ONCE);
});

test('five deliveries at once give one repair and one job, and those that came too late ask again', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => account.assess(trigger)));
  const kinds = outcomes.map(({ kind }) => kind).toSorted();
  assert.deepEqual(kinds, ['deferred', 'deferred', 'deferred', 'deferred', 'repair']);
  assert.deepEqual(await tally(account), ONCE);
  account.advance(5);
  assert.equal((await account.assess(trigger)).kind, 'compliant');
  assert.deepEqual(await tally(account), { ...ONCE, writes: 0 });
});

test('whoever is deferred sends the same trigger into the queue once, for when the lease is over, with a count', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  const { arrived, open, pass } = gate();
  const { ledger } = account.deps;
  const settle: typeof ledger.settle = async (...end) => {
    await pass();
    return ledger.settle(...end);
  };
  const first = account.assess(trigger, { ledger: { ...ledger, settle } });
  await arrived;
  account.operations();
  // The bucket is right by now, but its objects are not: to another delivery the work is not to be taken up yet.
  assert.deepEqual(await account.assess(trigger), { kind: 'compliant', reasons: [], jobs: 0 });
  await account.put('weak', SSE_S3);
  const outcome = await account.assess(trigger);
  assert.deepEqual(outcome.reasons, [
    { code: 'claimed-elsewhere', message: 'Another invocation works on bucket weak: it is tried again.' },
  ]);
  const { actor: _, ...own } = trigger;
  const sent = account.calls.findLast(({ operation }) => operation === 'SendMessage')?.input;
  assert.deepEqual(sent, {
    QueueUrl: `${account.aws.endpoint}/111111111111/reseal-sweep`,
    MessageBody: JSON.stringify({ reseal: 'assess', version: 1, ...own, waitedFor: 'owner-1', sends: 1 }),
    DelaySeconds: 76,
    MessageGroupId: ACCOUNT,
  });
  open();
  assert.equal((await first).kind, 'repair');
});

test('a delivery that looked before another one repaired does not repair again after it', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  const { arrived, open, pass } = gate();
  const ledger: AssessDeps['ledger'] = {
    ...account.deps.ledger,
    claim: async (claim) => {
      await pass();
      return account.deps.ledger.claim(claim);
    },
  };
  const late = account.assess({ ...trigger, causeId: 'another', cause: 'encryption-put' }, { ledger });
  await arrived;
  account.advance(1);
  assert.equal((await account.assess(trigger)).kind, 'repair');
  account.advance(1);
  open();
  assert.equal((await late).kind, 'compliant');
  assert.deepEqual(await tally(account), ONCE);
});

test('two looks that find objects never planned give one backfill, and neither loses what the other left over', async () => {
  await using account = await openGuardedAccount();
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  const bucket = await account.bucket('old');
  await account.put(bucket, sseKms(account.keyArn));
  const long = { lastModified: new Date('2022-01-01T00:00:00Z'), protection: { algorithm: 'none' } } as const;
  account.aws.buckets.seedObject({ bucket, key: 'archived', body: 'x', storageClass: 'GLACIER', ...long });
  const { arrived, open, pass } = gate();
  const ledger: AssessDeps['ledger'] = {
    ...account.deps.ledger,
    claim: async (claim) => {
      await pass();
      return account.deps.ledger.claim(claim);
    },
  };
  const late = account.assess(sweepFact(account, bucket, { causeId: 'late' }), { policy, ledger });
  await arrived;
  account.advance(1);
  const first = await account.assess(sweepFact(account, bucket), { policy });
  const { leftovers, jobs } = (await account.item(bucket)) ?? {};
  open();
  const second = await late;
  assert.deepEqual([first.kind, first.jobs, second.kind, second.jobs], ['compliant', 2, 'compliant', 0]);
  const after = await account.item(bucket);
  assert.deepEqual([after?.['leftovers'], after?.['jobs']], [leftovers, jobs]);
});

test('ten events of one bucket in a row give one repair and one job', async () => {
  await using account = await openGuardedAccount();
  const first = await drifted(account);
  const outcomes = [];
  for (let event = 0; event < 10; event += 1) {
    const trigger = {
      ...first,
      causeId: `event-${event}`,
      cause: event === 0 ? first.cause : ('encryption-put' as const),
    };
    outcomes.push((await account.assess(trigger)).kind);
    account.advance(1);
  }
  assert.deepEqual(outcomes, ['repair', ...Array.from({ length: 9 }, () => 'compliant')]);
  assert.deepEqual(await tally(account), ONCE);
});

test('a bucket that drifts again gets another repair and another job, even where only the first event comes again', async () => {
  await using account = await openGuardedAccount();
  const trigger = await drifted(account);
  await account.assess(trigger);
  assert.deepEqual(await tally(account), ONCE);
  account.advance(5);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: 'weak' }));
  await account.clients.s3.send(new PutObjectCommand({ Bucket: 'weak', Key: 'second', Body: 'body' }));
  account.advance(5);
  assert.equal((await account.assess(trigger)).kind, 'repair');
  assert.deepEqual(await tally(account), { writes: 1, jobs: 2, repairs: 2 });
  const stored = account.aws.buckets.find('weak')?.keys.get('second')?.versions[0];
  assert.equal(stored?.kind === 'object' && stored.sealed.protection.algorithm, 'aws:kms');
});

test('a standard that comes back gets jobs of its own', async () => {
  await using account = await openGuardedAccount();
  account.aws.world.keys.create({ accountId: account.deps.account, region: account.deps.region, alias: 'alias/other' });
  const bucket = await account.bucket('moved');
  await account.clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'object', Body: 'body' }));
  const keys = [];
  for (const key of ['alias/reseal', 'alias/other', 'alias/reseal']) {
    const policy = policyWith({ standard: { algorithm: 'aws:kms', key }, objects: { reencrypt: 'all' } });
    await account.assess(sweepFact(account, bucket), { policy });
    await account.jobs();
    const stored = account.aws.buckets.find(bucket)?.keys.get('object')?.versions[0];
    keys.push(stored?.kind === 'object' && Reflect.get(stored.sealed.protection, 'keyArn') === account.keyArn);
    account.advance(60);
  }
  assert.deepEqual(keys, [true, false, true]);
});

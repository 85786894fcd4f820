import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DeleteBucketCommand, PutBucketLoggingCommand, type ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, REGION, type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { putPolicy, sweepAll, told } from './others.ts';
import { write } from './objects.ts';
import { SSE_S3, sseKms } from './rules.ts';

const HOUR = 3_600;
const drop = (account: GuardedAccount, Bucket: string) => account.clients.s3.send(new DeleteBucketCommand({ Bucket }));

/** Deletes a bucket and tells of it. */
async function deleted(account: GuardedAccount, bucket: string) {
  await drop(account, bucket);
  return account.assess(eventFact(account, bucket, { cause: 'deleted' }));
}

describe('a bucket that is gone', () => {
  test('is under no verdict any more, and one that is made again under its name begins anew', async () => {
    await using account = await openGuardedAccount();
    await account.bucket('data');
    await account.assess(eventFact(account, 'data', { cause: 'created' }));
    account.advance(60);
    await rollback({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);
    assert.deepEqual(told(await account.assess(sweepFact(account, 'data')))[1], ['rolled-back', 'weaker-algorithm']);
    account.advance(60);
    assert.equal((await deleted(account, 'data')).kind, 'ignored');
    const { verdict, rolledBack, compliantAt, repairs, reasons } = (await account.item('data')) ?? {};
    assert.deepEqual([verdict, rolledBack, compliantAt, reasons], ['gone', undefined, undefined, []]);
    assert.equal(Array.isArray(repairs) && repairs.length, 1, 'what was done stays known');
    account.advance(30 * 24 * HOUR);
    await account.bucket('data');
    assert.equal((await account.assess(eventFact(account, 'data', { cause: 'created' }))).kind, 'repair');
  });

  test('leaves the list of the parked at the next sweep, although no event told of it', async () => {
    await using account = await openGuardedAccount();
    await account.bucket('sealed');
    account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
    await account.assess(sweepFact(account, 'sealed', { attempt: 4 }));
    await drop(account, 'sealed');
    account.advance(24 * HOUR);
    const { result, outcomes } = await sweepAll(account);
    assert.deepEqual([result.unlisted, outcomes['sealed']?.kind], [1, 'ignored']);
    account.advance(24 * HOUR);
    assert.equal((await sweepAll(account)).result.unlisted, 0);
  });

  test('and comes back several times a day, as in a pipeline, does not flap', async () => {
    await using account = await openGuardedAccount();
    const kinds: string[] = [];
    for (let run = 0; run < 5; run += 1) {
      await account.bucket('pipeline');
      kinds.push(
        (await account.assess(eventFact(account, 'pipeline', { cause: 'created', causeId: `run-${run}` }))).kind,
      );
      account.advance(HOUR);
      await deleted(account, 'pipeline');
      account.advance(60);
    }
    assert.deepEqual(kinds, ['repair', 'repair', 'repair', 'repair', 'repair']);
  });
});

describe('a look that took long', () => {
  test('does not overwrite the rule that somebody put meanwhile', async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('data');
    const stronger: ServerSideEncryptionRule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: account.keyArn },
    };
    const facts = {
      ...account.deps.facts,
      bucketPolicy: async (owned: { bucket: string; account: string }) => {
        await account.put(bucket, stronger);
        account.advance(3);
        return account.deps.facts.bucketPolicy(owned);
      },
    };
    assert.equal((await account.assess(eventFact(account, bucket), { facts })).kind, 'compliant');
    const rule = await account.rule(bucket);
    assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, 'aws:kms:dsse');
    const { claimOwner, pending } = (await account.item(bucket)) ?? {};
    assert.deepEqual([claimOwner, pending], [undefined, undefined]);
    assert.equal((await account.assess(eventFact(account, bucket))).kind, 'compliant');
  });

  test('does not record "compliant" over the hold of one that began after it', async () => {
    await using account = await openGuardedAccount();
    const bucket = await account.bucket('data');
    await account.put(bucket, sseKms(account.keyArn));
    await putPolicy(account, bucket, {
      Effect: 'Allow',
      Principal: { AWS: '222222222222' },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
    const early = account.now();
    let clock = () => early;
    const keys = {
      read: async (asked: string, maxAgeMs: number) => {
        account.advance(10);
        await account.put(bucket, SSE_S3);
        clock = () => account.now();
        assert.equal((await account.assess(eventFact(account, bucket))).kind, 'hold');
        clock = () => early;
        return account.deps.keys.read(asked, maxAgeMs);
      },
    };
    const policy = policyWith({ objects: { reencrypt: 'none' } });
    await account.assess(sweepFact(account, bucket), { keys, policy, now: () => clock() });
    const { verdict, belowSince } = (await account.item(bucket)) ?? {};
    assert.deepEqual([verdict, belowSince !== undefined], ['hold', true]);
  });
});

describe('the hold for flapping', () => {
  test('outlives a look that could not read', async () => {
    await using account = await openGuardedAccount();
    await account.bucket('data');
    const kinds: string[] = [];
    for (let drift = 0; drift < 9; drift += 1) {
      await account.put('data', SSE_S3);
      account.advance(60);
      kinds.push((await account.assess(eventFact(account, 'data', { causeId: `drift-${drift}` }))).kind);
      account.advance(5 * HOUR);
    }
    assert.deepEqual(kinds.slice(0, 4), ['repair', 'repair', 'repair', 'hold']);
    account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
    assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'unreadable');
    account.advance(5 * HOUR);
    assert.equal((await account.assess(eventFact(account, 'data'))).kind, 'hold');
  });
});

describe('a rollback whose write fails', () => {
  for (const [kind, held] of [
    ['access-denied', false],
    ['internal-error', true],
  ] as const) {
    test(`by ${kind} leaves ${held ? 'the hold, because it may have arrived' : 'no hold'}`, async () => {
      await using account = await openGuardedAccount();
      await account.bucket('data');
      await account.assess(eventFact(account, 'data', { cause: 'created' }));
      account.advance(60);
      const before = await account.item('data');
      account.aws.faults.add({ kind, operation: 'PutBucketEncryption' });
      await assert.rejects(rollback({ bucket: 'data', account: ACCOUNT, region: REGION, by: 'ada' }, account.deps));
      const after = await account.item('data');
      assert.deepEqual(after?.['rollingBack'], held ? { at: account.now().toISOString(), by: 'ada' } : undefined);
      assert.deepEqual([after?.['acknowledgedAt'], after?.['repairs']], [undefined, before?.['repairs']]);
    });
  }
});

test('a log target that the sweep has seen costs two calls', async () => {
  await using account = await openGuardedAccount();
  for (const name of ['app', 'logs']) await account.bucket(name);
  await putPolicy(account, 'logs', {
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: 'arn:aws:s3:::logs/*',
  });
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: 'logs', TargetPrefix: '' } };
  await account.clients.s3.send(new PutBucketLoggingCommand({ Bucket: 'app', BucketLoggingStatus }));
  const trigger = sweepFact(account, 'logs', { logSources: [{ bucket: 'app', prefix: '' }] });
  assert.deepEqual(told(await account.assess(trigger)), ['compliant', ['log-target-sse-s3']]);
  assert.deepEqual(account.operations(), ['GetBucketEncryption', 'UpdateItem']);
});

test('many kinds of readers who would be locked out of old objects fit into the ledger', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('shared');
  await write(account, bucket, 'old');
  await account.put(bucket, sseKms(account.keyArn));
  const Resource = `arn:aws:s3:::${bucket}/*`;
  const reads = { Effect: 'Allow', Action: 's3:GetObject', Resource };
  const statements = Array.from({ length: 60 }, (_, at) => ({
    ...reads,
    Principal: { AWS: String(300_000_000_000 + at) },
    Condition: { StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${300_000_000_000 + at}:role/reader` } },
  }));
  await putPolicy(account, bucket, ...statements);
  const policy = policyWith({ objects: { reencrypt: 'all' } });
  assert.equal((await account.assess(sweepFact(account, bucket), { policy })).kind, 'compliant');
  const { leftovers, claimOwner } = (await account.item(bucket)) ?? {};
  assert.deepEqual([Array.isArray(leftovers) && leftovers.length, claimOwner], [25, undefined]);
});

test('a log target under a key stays held when a look knows nothing of the logs but what the ledger remembers', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('logs');
  await account.put(bucket, sseKms(account.keyArn));
  const swept = sweepFact(account, bucket, { logSources: [{ bucket: 'app', prefix: '' }] });
  assert.deepEqual(told(await account.assess(swept)), ['hold', ['log-target-under-kms']]);
  account.advance(60);
  assert.deepEqual(told(await account.assess(sweepFact(account, bucket))), ['hold', ['log-target-under-kms']]);
  const { claimOwner, pending, verdict } = (await account.item(bucket)) ?? {};
  assert.deepEqual([claimOwner, pending, verdict], [undefined, undefined, 'hold']);
  account.advance(60);
  assert.equal((await account.assess(sweepFact(account, bucket, { logSources: [] }))).kind, 'compliant');
});

test('a log target whose SSE-C block was rolled back, or flaps, is held when a sweep sees its logs as well', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('logs');
  const open = { ...SSE_S3, BlockedEncryptionTypes: { EncryptionType: ['NONE' as const] } };
  await account.put(bucket, open);
  const policy = policyWith({ standard: { algorithm: 'aws:kms', key: 'alias/reseal', blockSseC: 'on' } });
  const swept = () => sweepFact(account, bucket, { logSources: [{ bucket: 'app', prefix: '' }] });
  assert.equal((await account.assess(swept(), { policy })).kind, 'repair');
  account.advance(60);
  await rollback({ bucket, account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);
  account.advance(60);
  const [kind, codes] = told(await account.assess(swept(), { policy }));
  assert.deepEqual([kind, codes[0]], ['hold', 'rolled-back']);
});

test('a bucket that another Region has taken over leaves the list of the parked', async () => {
  await using account = await openGuardedAccount();
  const bucket = await account.bucket('moved');
  account.aws.faults.add({ kind: 'access-denied', operation: 'GetBucketEncryption', times: 1 });
  await account.assess(sweepFact(account, bucket, { attempt: 4 }));
  assert.equal((await account.item(bucket))?.['parked'], true);
  const encryption: AssessDeps['encryption'] = {
    ...account.deps.encryption,
    read: async () => ({ kind: 'elsewhere', region: 'us-west-2' }),
  };
  const bucketRegion = async () => 'us-west-2';
  const reportsBucketIn = async () => 'the-reports';
  account.advance(60);
  assert.equal(
    (await account.assess(sweepFact(account, bucket), { encryption, bucketRegion, reportsBucketIn })).kind,
    'forwarded',
  );
  const { parked, open, verdict } = (await account.item(bucket)) ?? {};
  assert.deepEqual([parked, open, verdict], [undefined, undefined, 'gone']);
  const outcome = await account.assess(sweepFact(account, bucket), { encryption });
  assert.deepEqual(told(outcome), ['unreadable', ['region-not-guarded']]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteBucketEncryptionCommand, S3Client } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Agent } from 'node:http';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { lookup } from '../../local/loopback.mjs';
import { createBucketEncryption } from '../../src/aws/bucket/bucket-encryption.ts';
import { ResealError } from '../../src/errors.ts';
import { bucketKey } from '../../src/ledger/bucket-item.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { rollback } from '../../src/remediation/rollback.ts';
import { trackJob } from '../../src/remediation/track-job.ts';
import { TABLE } from '../aws/fixture.ts';
import { guarded, takeAway } from './drifted.ts';
import { Died, dyingAt } from './dying.ts';
import { eventFact, sweepFact } from './facts.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION, tracking } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted, write } from './objects.ts';
import { BLOCKS_SSE_C, dsseKms, sseKms } from './rules.ts';

function published(order: number): Pick<AssessDeps, 'policy'> {
  const document = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });
  return { policy: async () => ({ document, sha256: `policy-${order}`, order }) };
}

const lost = (account: GuardedAccount) =>
  tracking(account, {
    startJob: async (...job) => {
      await account.trackDeps.at(account.deps).startJob(...job);
      throw new ResealError('job-refused', 'the answer was lost', { retryable: true });
    },
  });

/** How S3's jobs end in the ledger. */
async function endsOf(account: GuardedAccount): Promise<(string | undefined)[]> {
  const jobs = await account.jobs();
  const ends = jobs.map(async ({ id, request }) => {
    const trigger = { jobId: id, account: ACCOUNT, region: REGION, status: 'Complete', at: '2026-11-02T10:05:00Z' };
    await trackJob(trigger, account.trackDeps);
    return (await account.jobItem(request.ClientRequestToken ?? ''))?.['status'];
  });
  return (await Promise.all(ends)) as (string | undefined)[];
}

for (const kind of ['throttle', 'internal-error', 'lost-answer'] as const) {
  test(`what somebody puts while S3 fails a write (${kind}) stays: no write is tried again unseen`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    const trigger = await takeAway(account, bucket, 'first');
    account.aws.faults.add({ kind, operation: 'PutBucketEncryption', times: 1 });
    const requestHandler = new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: false, lookup }) });
    const config = { ...account.aws.clientConfig({ account: ACCOUNT, region: REGION }), requestHandler };
    const [often, once] = [3, 1].map((maxAttempts) => new S3Client({ ...config, maxAttempts })) as [S3Client, S3Client];
    let puts = 0;
    for (const s3 of [often, once]) {
      s3.middlewareStack.add(
        (next, { commandName }) =>
          async (args) => {
            if (commandName !== 'PutBucketEncryptionCommand' || (puts += 1) > 1) return next(args);
            try {
              return await next(args);
            } finally {
              await account.put(bucket, dsseKms(account.keyArn));
            }
          },
        { step: 'finalizeRequest', priority: 'low' },
      );
    }
    await account.assess(trigger, { encryption: createBucketEncryption(often, once) });
    assert.equal(puts, 1);
    assert.deepEqual(await account.rule(bucket), { ...dsseKms(account.keyArn), ...BLOCKS_SSE_C });
  });
}

test('an older event that takes up work which was planned already gets what was written since, and the work ends', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  await account.clients.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const old = eventFact(account, bucket, { cause: 'encryption-deleted', causeId: 'old' });
  account.advance(5);
  await write(account, bucket, 'x');
  account.advance(30);
  const trigger = await takeAway(account, bucket, 'first');
  await assert.rejects(account.assess(trigger, dyingAt('before the end', account.deps)), Died);
  account.advance(76);
  const again = laterTries(account);
  await account.assess(old);
  await again.deliver();
  assert.deepEqual((await reencrypted(account, bucket)).toSorted(), ['after-first', 'x']);
  assert.equal((await account.item(bucket))?.['pending'], undefined);
  assert.deepEqual(await endsOf(account), ['complete']);
});

test('an event takes up what a sweep repaired and could not record: the work ends', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  const settle = () => Promise.reject(new Error('ProvisionedThroughputExceeded'));
  const ledger = { ...account.deps.ledger, settle };
  await assert.rejects(account.assess(sweepFact(account, bucket), { ledger }));
  account.advance(76);
  const again = laterTries(account);
  await account.assess(trigger);
  await again.deliver();
  assert.equal((await account.item(bucket))?.['pending'], undefined);
  assert.deepEqual(await reencrypted(account, bucket), ['after-first']);
});

test('a drift is not lost to a policy that cannot be read: its event comes back', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  await account.assess(sweepFact(account, bucket), published(2));
  account.advance(20);
  const trigger = await takeAway(account, bucket, 'first');
  await account.put(bucket, sseKms(account.keyArn));
  const again = laterTries(account);
  await account.assess(trigger, published(1));
  const comesBack = { code: 'invalid-policy', retryable: true, bucket };
  await assert.rejects(
    again.deliver(() => published(1)),
    comesBack,
  );
});

for (const cause of ['deleted', 'tagged'] as const) {
  test(`an event that changes what is remembered (${cause}) waits for a process that knows the newer policy`, async () => {
    await using account = await openGuardedAccount();
    const bucket = await guarded(account);
    await account.assess(sweepFact(account, bucket), published(2));
    account.advance(20);
    const tags = {
      rules: [{ name: 'tagged', when: { tags: [{ key: 'team', value: 'a' }] }, standard: { algorithm: 'AES256' } }],
    };
    const document = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' }, ...tags });
    const older = { policy: async () => ({ document, sha256: 'policy-1', order: 1 }) };
    const { kind, reasons } = await account.assess(eventFact(account, bucket, { cause }), older);
    assert.deepEqual([kind, reasons.map(({ code }) => code)], ['deferred', ['policy-outdated']]);
  });
}

test('what died before its end and was weakened again is one job more', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const first = await takeAway(account, bucket, 'first');
  await assert.rejects(account.assess(first, dyingAt('before the end', account.deps)), Died);
  account.advance(76);
  await account.assess(await takeAway(account, bucket, 'second'));
  assert.deepEqual(await endsOf(account), ['complete']);
  assert.deepEqual(await reencrypted(account, bucket), ['after-first', 'after-second']);
});

test('a job whose answer was lost is ours after a rollback', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  await account.assess(await takeAway(account, bucket, 'first'), {}, lost(account));
  await rollback({ bucket, account: ACCOUNT, region: REGION, by: 'ada' }, account.deps);
  assert.deepEqual(await endsOf(account), ['complete']);
});

test('an end whose answer was lost is one repair, although another invocation has the bucket by then', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'first');
  const { ledger } = account.deps;
  const settle: typeof ledger.settle = async (id, ...end) => {
    const { written } = await ledger.settle(id, ...end);
    const { rev, claimOwner } = await ledger.read(id);
    const nowMs = account.now().getTime();
    const other = { id, owner: 'other', nowMs, untilMs: nowMs + 75_000, terms: { kind: 'read', rev } } as const;
    if (written && claimOwner === undefined) await ledger.claim(other);
    return ledger.settle(id, ...end);
  };
  await account.assess(trigger, { ledger: { ...ledger, settle } });
  const { repairs } = await ledger.read({ account: ACCOUNT, region: REGION, bucket });
  assert.deepEqual(
    repairs?.map(({ causeId }) => causeId),
    ['first'],
  );
});

const READERS: Record<string, (account: GuardedAccount) => Promise<unknown>> = {
  OPEN: ({ trackDeps }) => trackJob({ jobId: 'all-open' }, trackDeps),
};

for (const [open, read] of Object.entries(READERS)) {
  test(`one item that nobody can read (open: ${open}) costs whoever lists it nothing, and is in the log`, async () => {
    await using account = await openGuardedAccount();
    await guarded(account);
    const item = {
      TableName: TABLE,
      Key: marshall({ pk: 'X', sk: 'X' }),
      UpdateExpression: 'SET #open = :open, createdAt = :at',
      ExpressionAttributeNames: { '#open': 'open' },
      ExpressionAttributeValues: marshall({ ':open': open, ':at': '2026-01-01T00:00:00Z' }),
    };
    await account.clients.dynamoDb.send(new UpdateItemCommand(item));
    await assert.doesNotReject(read(account));
    assert.match(JSON.stringify(account.log), /item not read.*ledger item X: /);
  });
}

test('a bucket item that is broken brings its message back', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const item = {
    TableName: TABLE,
    Key: marshall(bucketKey({ account: ACCOUNT, region: REGION, bucket })),
    UpdateExpression: 'SET jobs = :jobs',
    ExpressionAttributeValues: marshall({ ':jobs': [null] }),
  };
  await account.clients.dynamoDb.send(new UpdateItemCommand(item));
  const trigger = await takeAway(account, bucket, 'first');
  await assert.rejects(account.assess(trigger), { code: 'ledger-failed', retryable: true });
});

test('a message that was sent on seven times is not forwarded to another Region as the ninth of its chain', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = { ...eventFact(account, bucket, { cause: 'encryption-deleted' }), sends: 7 };
  const elsewhere = { kind: 'elsewhere', region: 'us-east-1' } as const;
  const bodies: string[] = [];
  const sendLater = async (body: string) => void bodies.push(body);
  const encryption = { ...account.deps.encryption, read: async () => elsewhere };
  const { kind, reasons } = await account.assess(trigger, { encryption, sendLater });
  assert.deepEqual([kind, reasons.map(({ code }) => code), bodies], ['unreadable', ['region-unknown'], []]);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { BucketItem } from '../../src/ledger/bucket-item.ts';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import { guarded, takeAway } from './drifted.ts';
import { eventFact, sweepFact } from './facts.ts';
import { type GuardedAccount, openGuardedAccount, policyWith } from './guarded-account.ts';
import { laterTries } from './later-tries.ts';
import { reencrypted } from './objects.ts';
import { sseKms } from './rules.ts';

const DAY_S = 24 * 3_600;

/** An upload that is begun now; it completes, or is given up, when the test says so. */
async function begin({ clients: { s3 } }: GuardedAccount, Bucket: string, Key: string) {
  const { UploadId = '' } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const upload = { Bucket, Key, UploadId };
  return {
    id: UploadId,
    complete: async () => {
      const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: `bytes of ${Key}` }));
      await s3.send(
        new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
      );
    },
    abort: () => s3.send(new AbortMultipartUploadCommand(upload)),
  };
}

/** A guarded bucket whose encryption somebody deletes; a minute later its event comes. */
async function driftedWith(account: GuardedAccount, keys: readonly string[]) {
  const bucket = await guarded(account);
  const old = await begin(account, bucket, 'older');
  account.advance(20 * 60);
  const trigger = await takeAway(account, bucket, 'drift');
  const uploads = await Promise.all(keys.map((key) => begin(account, bucket, key)));
  account.advance(30);
  return { bucket, trigger, uploads, old };
}

async function itemOf(account: GuardedAccount, bucket: string): Promise<BucketItem> {
  return ((await account.item(bucket)) ?? {}) as BucketItem;
}

async function saidOf(account: GuardedAccount, bucket: string): Promise<string[]> {
  return ((await itemOf(account, bucket)).leftovers ?? []).map(({ code }) => code);
}

const openOf = async (account: GuardedAccount, bucket: string) => (await itemOf(account, bucket)).openUploads;

const ABORTING = policyWith({ objects: { uploads: 'abort' } });

describe('an upload that began before a repair', () => {
  test('is waited for by a few later tries, and what it completes to is re-encrypted', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads } = await driftedWith(account, ['slow']);
    const tries = laterTries(account);
    assert.equal((await account.assess(trigger)).kind, 'repair');
    assert.deepEqual(await saidOf(account, bucket), ['uploads-open']);
    const { givesUpAt, rules, ...open } = (await openOf(account, bucket)) ?? assert.fail('nothing is open');
    assert.deepEqual(open, { since: '2026-11-02T10:22:00.000Z', until: '2026-11-02T10:22:00.000Z', count: 1 });
    assert.deepEqual([givesUpAt, rules.length], ['2026-11-09T10:22:30.000Z', 1]);
    let delivered = 0;
    await tries.deliver((delivery) => {
      delivered = delivery + 1;
      return {};
    });
    assert.equal(delivered, 4, 'a few tries, and then no more');
    await uploads[0]?.complete();
    account.advance(DAY_S);
    assert.deepEqual(await account.assess(sweepFact(account, bucket)), { kind: 'compliant', reasons: [], jobs: 1 });
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'slow']);
    assert.deepEqual([await openOf(account, bucket), await saidOf(account, bucket)], [undefined, []]);
    account.advance(DAY_S);
    assert.equal((await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }))).jobs, 0);
    assert.equal((await account.jobs()).length, 2);
  });

  test('that is done before a later try costs nobody a day', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads } = await driftedWith(account, ['slow', 'dead']);
    const tries = laterTries(account);
    await account.assess(trigger);
    await uploads[0]?.complete();
    await uploads[1]?.abort();
    await tries.deliver();
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'slow']);
    assert.equal(await openOf(account, bucket), undefined);
  });

  test('does not keep what others completed from a sweep, and is given up by name after seven days', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads } = await driftedWith(account, ['slow', 'dead']);
    await account.assess(trigger);
    await uploads[0]?.complete();
    account.advance(DAY_S);
    assert.equal((await account.assess(sweepFact(account, bucket))).jobs, 1);
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'slow']);
    assert.equal((await openOf(account, bucket))?.count, 1);
    account.advance(DAY_S);
    assert.equal((await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }))).jobs, 0, 'nothing new');
    account.advance(5 * DAY_S);
    await account.assess(sweepFact(account, bucket, { causeId: 'sweep-3' }));
    const [left] = (await itemOf(account, bucket)).leftovers ?? [];
    assert.equal(left?.code, 'uploads-given-up');
    assert.match(
      left.message,
      new RegExp(`^1 multipart upload\\(s\\) of bucket data \\(dead, upload ${uploads[1]?.id}\\)`),
    );
    assert.equal(await openOf(account, bucket), undefined);
  });

  test('is waited for where somebody else has put the encryption back, too', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads } = await driftedWith(account, ['slow']);
    await account.put(bucket, sseKms(account.keyArn));
    const tries = laterTries(account);
    assert.equal((await account.assess(trigger)).jobs, 1);
    assert.deepEqual(await saidOf(account, bucket), ['uploads-open']);
    await uploads[0]?.complete();
    await tries.deliver();
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'slow']);
  });

  test('stays in the window of the next drift', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads } = await driftedWith(account, ['slow']);
    await account.assess(trigger);
    account.advance(3_600);
    const second = await takeAway(account, bucket, 'second');
    await uploads[0]?.complete();
    assert.equal((await account.assess(second)).kind, 'repair');
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'after-second', 'slow']);
    assert.equal(await openOf(account, bucket), undefined);
  });

  test('is no matter of a bucket that is only observed, and of a policy that re-encrypts nothing', async () => {
    for (const over of [{ mode: 'observe' }, { objects: { reencrypt: 'none' } }]) {
      await using account = await openGuardedAccount();
      const { bucket, trigger } = await driftedWith(account, ['slow']);
      account.operations();
      await account.assess(trigger, { policy: policyWith(over) });
      assert.ok(!account.operations().includes('ListMultipartUploads'));
      assert.equal(await openOf(account, bucket), undefined);
    }
  });
});

test('a repair costs one listing, and a bucket that is right none', async () => {
  await using account = await openGuardedAccount();
  const bucket = await guarded(account);
  const trigger = await takeAway(account, bucket, 'drift');
  account.operations();
  await account.assess(trigger);
  assert.equal(account.operations().filter((each) => each === 'ListMultipartUploads').length, 1);
  account.advance(DAY_S);
  await account.assess(sweepFact(account, bucket));
  assert.ok(!account.operations().includes('ListMultipartUploads'));
});

describe('uploads that the policy has aborted', () => {
  test('are those that began while the bucket was below, and no others', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger, uploads, old } = await driftedWith(account, ['below']);
    let fresh: Awaited<ReturnType<typeof begin>> | undefined;
    const write: AssessDeps['encryption']['write'] = async (asked) => {
      fresh = await begin(account, bucket, 'while it was written');
      await account.deps.encryption.write(asked);
    };
    const encryption = { ...account.deps.encryption, write };
    await account.assess(trigger, { policy: ABORTING, encryption });
    const [aborted, open] = (await itemOf(account, bucket)).leftovers ?? [];
    assert.equal(
      aborted?.message,
      `1 multipart upload(s) of bucket data, begun while it was below its standard, were aborted: below, upload ${uploads[0]?.id}.`,
    );
    assert.match(open?.message ?? '', /while it was written/);
    await assert.rejects(async () => uploads[0]?.complete(), { name: 'NoSuchUpload' });
    const { count } = (await openOf(account, bucket)) ?? {};
    assert.equal(count, 1);
    await fresh?.complete();
    await old.complete();
    account.advance(DAY_S);
    await account.assess(sweepFact(account, bucket), { policy: ABORTING });
    assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'older', 'while it was written']);
  });

  test('are none where a sweep finds the drift, because nobody knows since when the bucket is below', async () => {
    await using account = await openGuardedAccount();
    const { bucket, uploads } = await driftedWith(account, ['below']);
    await account.assess(sweepFact(account, bucket), { policy: ABORTING });
    assert.deepEqual(await saidOf(account, bucket), ['uploads-open']);
    await uploads[0]?.complete();
  });

  test('are none where a later drift is known: somebody may have put the bucket right between the two', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger } = await driftedWith(account, []);
    await account.put(bucket, sseKms(account.keyArn));
    account.advance(30);
    const right = await begin(account, bucket, 'right');
    account.advance(30);
    const second = await takeAway(account, bucket, 'second');
    account.aws.faults.add({ kind: 'access-denied', operation: 'PutBucketEncryption', times: 1 });
    assert.equal((await account.assess(second, { policy: ABORTING })).kind, 'hold');
    assert.equal((await account.assess(trigger, { policy: ABORTING })).kind, 'repair');
    await right.complete();
    assert.deepEqual(await saidOf(account, bucket), ['uploads-open']);
  });

  test('are waited for where AWS denies it', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger } = await driftedWith(account, ['below']);
    account.aws.faults.add({ kind: 'access-denied', operation: 'AbortMultipartUpload' });
    assert.equal((await account.assess(trigger, { policy: ABORTING })).kind, 'repair');
    assert.deepEqual(await saidOf(account, bucket), ['uploads-not-aborted', 'uploads-open']);
  });
});

describe('uploads that cannot be listed', () => {
  for (const kind of ['access-denied', 'internal-error'] as const) {
    test(`${kind}: are said, fail no repair, and are asked for again`, async () => {
      await using account = await openGuardedAccount();
      const { bucket, trigger, uploads } = await driftedWith(account, ['slow']);
      account.aws.faults.add({ kind, operation: 'ListMultipartUploads', times: 3 });
      assert.equal((await account.assess(trigger)).kind, 'repair');
      assert.deepEqual(await saidOf(account, bucket), ['uploads-unread']);
      account.advance(DAY_S);
      await account.assess(sweepFact(account, bucket));
      await uploads[0]?.complete();
      account.advance(DAY_S);
      await account.assess(sweepFact(account, bucket, { causeId: 'sweep-2' }));
      account.advance(DAY_S);
      await account.assess(sweepFact(account, bucket, { causeId: 'sweep-3' }));
      assert.deepEqual(await reencrypted(account, bucket), ['after-drift', 'slow']);
      assert.equal(await openOf(account, bucket), undefined);
    });
  }

  test('are given up by name after seven days', async () => {
    await using account = await openGuardedAccount();
    const { bucket, trigger } = await driftedWith(account, ['slow']);
    account.aws.faults.add({ kind: 'access-denied', operation: 'ListMultipartUploads' });
    await account.assess(trigger);
    account.advance(7 * DAY_S);
    await account.assess(sweepFact(account, bucket));
    assert.deepEqual(await saidOf(account, bucket), ['uploads-given-up']);
    assert.equal(await openOf(account, bucket), undefined);
  });
});

test('a bucket that is gone takes its uploads with it', async () => {
  await using account = await openGuardedAccount();
  const { bucket, trigger } = await driftedWith(account, ['slow']);
  await account.assess(trigger);
  await account.assess(eventFact(account, bucket, { cause: 'deleted', at: account.now().toISOString() }), {
    encryption: { ...account.deps.encryption, read: async () => ({ kind: 'gone' }) },
  });
  assert.equal(await openOf(account, bucket), undefined);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { createObjectHead } from '../../src/aws/bucket/object-head.ts';
import { update } from '../../src/aws/ledger/ledger-update.ts';
import { createObjectCopier } from '../../src/aws/object/object-copier.ts';
import { bucketKey, readBucketItem } from '../../src/ledger/bucket-item.ts';
import { closedJob, jobKey } from '../../src/ledger/job-item.ts';
import { viewOfJob } from '../../src/ledger/job-view.ts';
import type { ObjectOutcome, ObjectTask } from '../../src/policy/copy/object-task.ts';
import type { Method } from '../../src/policy/model.ts';
import { TABLE } from '../aws/fixture.ts';
import { aJob } from '../ledger/a-job.ts';
import { createClients } from '../local/clients.ts';
import { allow, roleOf } from '../local/s3/open-s3.ts';
import { ACCOUNT, type GuardedAccount, openGuardedAccount, REGION } from './guarded-account.ts';
import { reencrypted, write } from './objects.ts';
import { ownJobs, piecesOf, queuedOwn, smallPages } from './run-own-jobs.ts';

const DENIED = { kind: 'failed', code: 'AccessDenied', why: 'a policy denies it' } as const;
const BUSY = { kind: 'failed', code: 'SlowDown', why: 'S3 is busy' } as const;
const DONE = { kind: 'done', how: 'copied' } as const;

/** An engine that ends as it is told, one outcome a call; the last one stands. */
function scripted(outcomes: Readonly<Record<string, ObjectOutcome[]>>) {
  const tasks: ObjectTask[] = [];
  const copyObject = async (task: ObjectTask) => {
    tasks.push(task);
    const of = outcomes[task.key] ?? [DONE];
    return (of.length > 1 ? of.shift() : of[0]) ?? DONE;
  };
  return { tasks, copyObject };
}

const endOf = async (account: GuardedAccount, token: string) => closedJob.parse(await account.jobItem(token));

test('a job that Reseal runs itself brings every object to the standard, without a job of S3, and is closed', async () => {
  await using account = await openGuardedAccount();
  const keys = ['a', 'b c', 'é/ü', 'z'];
  const { token } = await queuedOwn(account, keys);
  const own = ownJobs(account);
  assert.deepEqual(await own.launch(), { kind: 'launched', jobs: 1 });
  assert.deepEqual(await own.work(), [{ kind: 'piece-done' }]);
  assert.equal((await account.jobs()).length, 0);
  for (const Key of keys) {
    const { SSEKMSKeyId } = await account.clients.s3.send(new HeadObjectCommand({ Bucket: 'data', Key }));
    assert.equal(SSEKMSKeyId, account.keyArn);
  }
  const { status, succeeded, failed, total, untried } = await endOf(account, token);
  assert.deepEqual([status, succeeded, failed, total, untried], ['complete', 4, 0, 4, 0]);
});

test('every object of a bucket of many pages is done once, however its ranges are parted', async () => {
  await using account = await openGuardedAccount();
  const keys = Array.from({ length: 60 }, (_, index) => `${'xyz'[index % 3]}/${index}`);
  const { token } = await queuedOwn(account, keys);
  const { tasks, copyObject } = scripted({});
  const own = ownJobs(account, { ...smallPages(account, 4), copyObject });
  await own.launch();
  await own.work();
  assert.deepEqual(tasks.map(({ key }) => key).toSorted(), keys.toSorted());
  const pieces = await piecesOf(account, token);
  assert.ok(pieces.length > 4);
  assert.ok(pieces.every(({ endedAt }) => endedAt !== undefined));
  const { succeeded, total } = await endOf(account, token);
  assert.deepEqual([succeeded, total], [60, 60]);
  const { pieces: open, ranges, done } = (await account.jobItem(token)) ?? {};
  assert.deepEqual([open, ranges, done], [0, 0, 60]);
});

test('a range whose message was lost is asked for again, and what somebody works on is not', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(
    account,
    Array.from({ length: 30 }, (_, index) => `k${index}`),
  );
  const own = ownJobs(account, smallPages(account, 4));
  await own.launch();
  const [first] = own.waiting.splice(0);
  assert.ok(first !== undefined);
  await own.handle(first);
  // All that it sent is lost.
  own.waiting.length = 0;
  assert.deepEqual(
    (await piecesOf(account, token)).some(({ endedAt }) => endedAt === undefined),
    true,
  );
  account.advance(6 * 3_600);
  const asked = await own.ask(token);
  assert.equal(asked.kind, 'open');
  await own.work();
  assert.equal((await reencrypted(account, 'data')).length, 30);
  assert.equal((await endOf(account, token)).status, 'complete');
});

test('what somebody has begun and died over is begun by the next launch, whoever asks for it', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a']);
  const died = ownJobs(account, {}, () => Promise.reject(new Error('died')));
  await assert.rejects(died.launch(), { message: 'died' });
  const own = ownJobs(account);
  assert.deepEqual(await own.launch(), { kind: 'launched', jobs: 1 });
  assert.deepEqual(await own.launch(), { kind: 'launched', jobs: 0 });
  await own.work();
  assert.equal((await endOf(account, token)).succeeded, 1);
});

test('failures are named with their causes, and only what may pass is tried again', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['busy', 'changed', 'denied', 'fine', 'gone', 'passing']);
  const { tasks, copyObject } = scripted({
    busy: [BUSY],
    changed: [{ kind: 'changed', why: 'written since' }, DONE],
    denied: [DENIED],
    gone: [{ kind: 'failed', code: 'NoSuchKey', why: 'it is gone' }],
    passing: [BUSY, BUSY, DONE],
  });
  const own = ownJobs(account, { copyObject });
  await own.launch();
  await own.work();
  const end = await endOf(account, token);
  assert.equal(end.status, 'complete-with-failures');
  assert.deepEqual(
    end.failures.toSorted((one, other) => (one.code < other.code ? -1 : 1)),
    [
      { code: 'AccessDenied', count: 1, cause: 'denied' },
      { code: 'NoSuchKey', count: 1, cause: 'gone' },
      { code: 'SlowDown', count: 1, cause: 'busy' },
    ],
  );
  assert.deepEqual(end.failedKeys.map(({ key }) => key).toSorted(), ['busy', 'denied', 'gone']);
  assert.deepEqual([end.total, end.succeeded, end.failed, end.again], [6, 3, 3, 'next-sweep']);
  const of = (key: string) => tasks.filter((task) => task.key === key).length;
  // Twice with its page, and three times alone.
  assert.deepEqual([of('busy'), of('denied'), of('passing'), of('fine')], [5, 1, 3, 1]);
  const failed = (await piecesOf(account, token)).filter(({ sk }) => sk.startsWith('FAILED#'));
  assert.deepEqual(new Set(failed.map((each) => each.kind === 'object' && each.key)), new Set(['denied', 'gone']));
});

test('what a busy page has left is a piece of its own, which is no failure once it is done', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a']);
  const own = ownJobs(account, scripted({ a: [BUSY, BUSY, BUSY, DONE] }));
  await own.launch();
  assert.deepEqual(await own.work(), [{ kind: 'piece-done' }, { kind: 'piece-goes-on' }, { kind: 'piece-done' }]);
  const { status, succeeded, failed, failures } = await endOf(account, token);
  assert.deepEqual([status, succeeded, failed, failures], ['complete', 1, 0, []]);
});

test('an archived object waits until its date, is named with it, and is no failure once it is copied', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['old']);
  const until = '2026-11-04T10:00:00.000Z';
  const script = scripted({
    old: [{ kind: 'waits', code: 'restoring', until }, { kind: 'waits', code: 'restoring' }, DONE],
  });
  const own = ownJobs(account, script);
  await own.launch();
  await own.work();
  assert.deepEqual(await own.ask(token), {
    kind: 'open',
    why: `job ${token}: 1 pieces of its work have not ended; "old" until ${until} is the first of those that wait for a restore`,
  });
  assert.deepEqual(own.waiting, []);
  const [waiting] = (await piecesOf(account, token)).filter(({ kind }) => kind === 'object');
  assert.ok(waiting?.kind === 'object');
  assert.deepEqual([waiting.key, waiting.code, waiting.waitsUntil], ['old', 'restoring', until]);
  account.advance(49 * 3_600);
  for (const kind of ['piece-waits', 'piece-done']) {
    await own.ask(token);
    assert.deepEqual(
      (await own.work()).map((each) => each.kind),
      [kind],
    );
  }
  const { status, succeeded, failures } = await endOf(account, token);
  assert.deepEqual([status, succeeded, failures], ['complete', 1, []]);
});

test('a copy that time has cut goes on with its own upload, also after S3 was too busy for it', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['big'], { own: { does: ['copy', 'own-copy'] } });
  account.aws.buckets.seedObject({ bucket: 'data', key: 'big', body: { seed: 's', sizeBytes: 300 * 1024 ** 2 } });
  const script = scripted({
    big: [{ kind: 'unfinished', uploadId: 'u#1' }, BUSY, { kind: 'unfinished', uploadId: 'u#1' }, DONE],
  });
  const own = ownJobs(account, script);
  await own.launch();
  await own.work();
  assert.deepEqual(
    script.tasks.map(({ uploadId }) => uploadId),
    [undefined, 'u#1', 'u#1', 'u#1'],
  );
  const { status, succeeded } = await endOf(account, token);
  assert.deepEqual([status, succeeded], ['complete', 1]);
});

test('a cancelled job is closed at once, and its uploads are aborted', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a', 'big'], { own: { does: ['copy', 'own-copy'] } });
  account.aws.buckets.seedObject({ bucket: 'data', key: 'big', body: { seed: 's', sizeBytes: 300 * 1024 ** 2 } });
  const aborted: string[] = [];
  const own = ownJobs(account, {
    ...scripted({ big: [{ kind: 'unfinished', uploadId: 'u#1' }] }),
    abortUnfinished: async ({ key, uploadId }) => void aborted.push(`${key} ${uploadId}`),
  });
  await own.launch();
  for (let turn = 0; turn < 2; turn += 1) {
    const message = own.waiting.shift();
    assert.ok(message !== undefined);
    await own.handle(message);
  }
  own.waiting.length = 0;
  const set = { wish: { what: 'cancel', by: 'somebody', at: account.now().toISOString() } };
  await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(token), set });
  assert.equal((await own.ask(token)).kind, 'closed');
  const { status, succeeded, why, untried } = await endOf(account, token);
  assert.deepEqual([status, succeeded, why, untried], ['cancelled', 1, 'cancelled by somebody', undefined]);
  await own.work();
  assert.deepEqual(aborted, ['big u#1']);
});

test('a job stops where its bucket has another standard by now, and what it was about is due again', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a', 'b', 'big'], { own: { does: ['copy', 'own-copy'] } });
  account.aws.buckets.seedObject({ bucket: 'data', key: 'big', body: { seed: 's', sizeBytes: 300 * 1024 ** 2 } });
  const aborted: string[] = [];
  const { tasks, copyObject } = scripted({ big: [{ kind: 'unfinished', uploadId: 'u#1' }, DONE] });
  const own = ownJobs(account, {
    copyObject,
    abortUnfinished: async ({ key, uploadId }) => void aborted.push(`${key} ${uploadId}`),
  });
  await own.launch();
  for (let turn = 0; turn < 2; turn += 1) await own.handle(own.waiting.shift() ?? assert.fail());
  const place = { account: ACCOUNT, region: REGION, bucket: 'data' };
  const set = { standardId: 'other', backfilled: `${aJob().standardId} +own-copy` };
  await update(account.clients.dynamoDb, { table: TABLE, key: bucketKey(place), set, count: 'rev' });
  assert.deepEqual(
    (await own.work()).map(({ kind }) => kind),
    ['ignored', 'ignored'],
  );
  const { status, succeeded, why, again } = await endOf(account, token);
  assert.deepEqual([status, succeeded, why, again], ['superseded', 2, 'bucket data has another standard now', 'no']);
  assert.deepEqual([tasks.map(({ key }) => key), aborted], [['a', 'b', 'big'], ['big u#1']]);
  const { belowSince, belowRules, backfilled } = readBucketItem((await account.item('data')) ?? {});
  assert.equal(backfilled, undefined);
  assert.equal(belowSince, '2006-03-14T00:00:00.000Z');
  assert.deepEqual(belowRules, [{ algorithm: 'aws:kms', keyId: account.keyArn, bucketKey: true }]);
});

test('a bucket that is gone, or that nobody may list, ends its job by name', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, [], { bucket: 'gone' });
  const own = ownJobs(account);
  await own.launch();
  account.aws.faults.add({ kind: 'error', operation: 'ListObjectsV2', code: 'NoSuchBucket', status: 404, times: 9 });
  await own.work();
  const { status, why, untried, again } = await endOf(account, token);
  assert.deepEqual([status, untried, again], ['failed', undefined, 'next-sweep']);
  assert.match(why ?? '', /^NoSuchBucket: its keys behind "" could not be listed/);
});

test('a job that people are asked about waits for them, and is shown so', async () => {
  await using account = await openGuardedAccount();
  const job = await queuedOwn(account, ['a'], { needsConfirmation: 'It costs more than the policy lets pass.' });
  const own = ownJobs(account);
  assert.deepEqual(await own.launch(), { kind: 'launched', jobs: 0 });
  assert.deepEqual(own.waiting, []);
  const stage = async () => viewOfJob((await account.jobItem(job.token)) ?? {})?.stage;
  assert.equal(await stage(), 'suspended');
  const set = { wish: { what: 'confirm', by: 'somebody', at: account.now().toISOString() } };
  await update(account.clients.dynamoDb, { table: TABLE, key: jobKey(job.token), set });
  assert.deepEqual(await own.ask(job.token), { kind: 'launched', jobs: 1 });
  assert.equal(await stage(), 'open');
  await own.work();
  assert.equal(await stage(), 'closed');
});

test('two messages of one piece are worked on by one, and the last of two at once closes the job', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a', 'b']);
  const { tasks, copyObject } = scripted({});
  const own = ownJobs(account, { copyObject });
  await own.launch();
  const [message] = own.waiting.splice(0);
  assert.ok(message !== undefined);
  const kinds = (await Promise.all([own.handle(message), own.handle(message)])).map((each) => each?.kind);
  assert.deepEqual(new Set(kinds), new Set(['ignored', 'piece-done']));
  assert.equal(tasks.length, 2);
  await own.work();
  assert.deepEqual((await own.handle(message))?.kind, 'ignored');
  assert.deepEqual(own.waiting, []);
  assert.equal((await endOf(account, token)).succeeded, 2);
});

test('what is written while a job runs is never undone', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a'], { own: { does: ['copy', 'own-copy'] } });
  account.aws.faults.add({ kind: 'error', operation: 'CopyObject', code: 'PreconditionFailed', status: 412, times: 1 });
  const own = ownJobs(account);
  await own.launch();
  await write(account, 'data', 'a', { Body: 'newer' });
  await own.work();
  assert.deepEqual(await reencrypted(account, 'data'), ['a']);
  const { status, succeeded } = await endOf(account, token);
  assert.deepEqual([status, succeeded], ['complete', 1]);
});

test('in the inline lane an object costs one call, and only what S3 refuses to update is looked at', async () => {
  await using account = await openGuardedAccount();
  const keys = Array.from({ length: 40 }, (_, index) => `k${index}`);
  const does: Method[] = ['update-encryption', 'copy', 'own-copy'];
  const { token } = await queuedOwn(account, keys, { own: { does, lane: 'inline' } });
  await write(account, 'data', 'dsse', { ServerSideEncryption: 'aws:kms:dsse' });
  account.aws.buckets.seedObject({
    bucket: 'data',
    key: 'unencrypted',
    body: Buffer.from('old'),
    protection: { algorithm: 'none' },
    lastModified: new Date('2020-01-01T00:00:00Z'),
  });
  const own = ownJobs(account);
  await own.launch();
  account.operations();
  await own.work();
  const calls = Map.groupBy(account.operations(), (operation) => operation);
  const of = (operation: string) => calls.get(operation)?.length ?? 0;
  assert.deepEqual([of('UpdateObjectEncryption'), of('CopyObject'), of('ListObjectsV2')], [42, 1, 1]);
  // Those that S3 refused: one at the standard, and one to copy, of which the engine reads what a copy carries.
  assert.deepEqual(of('HeadObject'), 3);
  assert.deepEqual(await reencrypted(account, 'data'), [...keys, 'unencrypted'].toSorted(byBytes));
  const { status, succeeded, failed } = await endOf(account, token);
  assert.deepEqual([status, succeeded, failed], ['complete', 41, 0]);
});

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

test('in the inline lane no key that is to be kept is taken away unseen', async () => {
  await using account = await openGuardedAccount();
  const does: Method[] = ['update-encryption', 'copy', 'own-copy'];
  await queuedOwn(account, ['a'], { own: { does, lane: 'inline', keepKey: true } });
  const own = ownJobs(account);
  await own.launch();
  account.operations();
  await own.work();
  const operations = account.operations();
  assert.ok(operations.indexOf('HeadObject') < operations.indexOf('UpdateObjectEncryption'));
});

test('an object whose own headers or place cannot be asked for is named, and stops no other', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a', 'moved', 'odd', 'z']);
  const signature = Object.assign(new Error('the signature does not match'), {
    name: 'SignatureDoesNotMatch',
    $metadata: { httpStatusCode: 403 },
  });
  const { copyObject } = scripted({});
  const readObject = createObjectHead(account.told.s3, () => account.now());
  const moved = Object.assign(new Error('it is elsewhere'), {
    name: 'PermanentRedirect',
    $metadata: { httpStatusCode: 301 },
  });
  const own = ownJobs(account, {
    copyObject: (task) => (task.key === 'odd' ? Promise.reject(signature) : copyObject(task)),
    readObject: (owned, name) => (name.key === 'moved' ? Promise.reject(moved) : readObject(owned, name)),
  });
  await own.launch();
  await own.work();
  const { status, succeeded, failures } = await endOf(account, token);
  assert.deepEqual([status, succeeded], ['complete-with-failures', 2]);
  assert.deepEqual(failures.map(({ code }) => code).toSorted(), ['PermanentRedirect', 'SignatureDoesNotMatch']);
});

test('S3 that fails while it is asked for headers is asked again at once', async () => {
  await using account = await openGuardedAccount();
  const { token } = await queuedOwn(account, ['a']);
  account.aws.faults.add({ kind: 'error', operation: 'HeadObject', code: 'InternalError', status: 500, times: 4 });
  const own = ownJobs(account);
  await own.launch();
  await own.work();
  const { status, succeeded, failures } = await endOf(account, token);
  assert.deepEqual([status, succeeded, failures], ['complete', 1, []]);
});

test('a session that has ended says nothing of the object', async () => {
  await using account = await openGuardedAccount();
  await queuedOwn(account, ['a']);
  account.aws.world.identity.putRole(roleOf('reencrypt', [allow(['s3:*', 'kms:*'])], 'lambda.amazonaws.com'));
  const service = { service: 'lambda.amazonaws.com' };
  const arn = `arn:aws:iam::${ACCOUNT}:role/reencrypt`;
  const credentials = account.aws.world.identity.startSession(arn, 'reseal', service);
  await using member = createClients(account.aws, { account: ACCOUNT, region: REGION, credentials });
  const copy = createObjectCopier({ s3: () => member.s3, s3Once: () => member.s3 });
  account.advance(24 * 3_600);
  const target = { algorithm: 'aws:kms', keyArn: account.keyArn, bucketKey: true } as const;
  const task = { bucket: 'data', account: ACCOUNT, key: 'a', etag: '"e"', target, method: 'copy' } as const;
  await assert.rejects(copy(task, { timeLeftMs: () => 600_000 }), { code: 'unreadable', retryable: true });
});

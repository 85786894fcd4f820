import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EnableKeyCommand } from '@aws-sdk/client-kms';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import {
  askedAgain,
  cancel,
  closed,
  failedWith,
  lastJob,
  manifestOf,
  startedJob,
  tokenOf,
  undoneOf,
  whenTaken,
} from './ended-jobs.ts';
import { openGuardedAccount, REPORTS } from './guarded-account.ts';
import { reencrypted } from './objects.ts';

test('what failed because S3 was busy is tried again at once, and nothing else is', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'throttle', operation: 'UpdateObjectEncryption', times: 2 });
  const keys = ['a, b', 'b+"c" ü', 'c', 'd'];
  const job = await startedJob(account, keys);
  const first = await closed(account, job);
  assert.deepEqual(
    [first.status, first.succeeded, first.failed, first.untried, first.again],
    ['complete-with-failures', 2, 2, 0, 'now'],
  );
  assert.deepEqual(first.failures, [{ code: 'SlowDown', count: 2, cause: 'busy' }]);
  assert.deepEqual(first.rest?.versioned, false);
  assert.equal(first.rest?.key, `retries/weak/${first.token}.csv`);
  assert.equal(await manifestOf(account, first.rest.key), 'weak,a%2C%20b\nweak,b%2B%22c%22%20%C3%BC\n');

  const again = lastJob(account);
  assert.equal(tokenOf(again), first.nextToken);
  assert.deepEqual(again.request.Manifest?.Spec?.Fields, ['Bucket', 'Key']);
  const second = await closed(account, again);
  assert.deepEqual([second.status, second.total, second.again, second.rest], ['complete', 2, 'no', undefined]);
  assert.equal(second.list, `s3://${REPORTS}/${first.rest.key}`);
  assert.deepEqual(await reencrypted(account, 'weak'), keys);
  assert.equal((await account.jobs()).length, 2);
});

test('what fails three times is left to people', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'internal-error', operation: 'UpdateObjectEncryption' });
  let job = await startedJob(account, ['a']);
  const again: unknown[] = [];
  for (;;) {
    const item = await closed(account, job);
    again.push([item.again, item.nextToken !== undefined, item.rest !== undefined]);
    if (item.nextToken === undefined) break;
    job = lastJob(account);
  }
  assert.deepEqual(again, [
    ['now', true, true],
    ['now', true, true],
    ['no', false, true],
  ]);
  assert.equal((await account.item('weak'))?.['undone'], undefined);
});

test('what a person must mend first stays to be done, and the next sweep asks for it again', async () => {
  await using account = await openGuardedAccount();
  whenTaken(account, 'kms', 'DisableKey', () => ({ KeyId: account.keyArn }));
  const first = await closed(account, await startedJob(account, ['a', 'b']));
  assert.deepEqual(first.failures, [{ code: 'KMS.DisabledException', count: 2, cause: 'key-disabled' }]);
  assert.deepEqual(
    [first.status, first.again, first.untried, first.nextToken],
    ['complete-with-failures', 'next-sweep', 0, undefined],
  );
  assert.deepEqual(await undoneOf(account), [first.token]);

  await account.clients.kms.send(new EnableKeyCommand({ KeyId: account.keyArn }));
  const again = await askedAgain(account, first);
  assert.equal(again.request.Manifest?.Location?.ObjectArn, `arn:aws:s3:::${REPORTS}/${first.rest?.key}`);
  const second = await closed(account, again);
  assert.deepEqual([second.status, second.total, second.again], ['complete', 2, 'no']);
  assert.deepEqual(await undoneOf(account), []);
  assert.deepEqual(await reencrypted(account, 'weak'), ['a', 'b']);
});

test('what a cancelled job has not tried is counted, and the next sweep asks for all of it again', async () => {
  await using account = await openGuardedAccount();
  whenTaken(account, 's3control', 'UpdateJobStatus', cancel);
  const first = await closed(account, await startedJob(account, ['a', 'b', 'c']));
  assert.deepEqual(
    [first.status, first.total, first.succeeded, first.failed, first.untried, first.again],
    ['cancelled', 3, 0, 0, 3, 'next-sweep'],
  );
  assert.deepEqual([first.report, first.rest], [undefined, undefined]);
  assert.match(first.list ?? '', /^s3:\/\/reseal-reports-.+\/manifests\/weak\/job-.+\/manifest\.json$/);
  assert.deepEqual(await undoneOf(account), [first.token]);

  const second = await closed(account, await askedAgain(account, first));
  assert.deepEqual([second.status, second.total, second.again], ['complete', 3, 'no']);
  assert.deepEqual(await undoneOf(account), []);
  assert.deepEqual(await reencrypted(account, 'weak'), ['a', 'b', 'c']);
});

test('a job that stopped at the failure threshold has not tried the others, which stay to be done', async () => {
  await using account = await openGuardedAccount();
  account.aws.faults.add({ kind: 'access-denied', operation: 'UpdateObjectEncryption', times: 1_000 });
  const keys = Array.from({ length: 1_004 }, (_, at) => `key-${String(at).padStart(4, '0')}`);
  const first = await closed(account, await startedJob(account, keys));
  assert.deepEqual(
    [first.status, first.total, first.failed, first.untried, first.again, first.rest],
    ['failed', 1_004, 1_000, 4, 'next-sweep', undefined],
  );
  assert.match(first.why ?? '', /^FailureRateExceeded: /);
  const second = await closed(account, await askedAgain(account, first));
  assert.deepEqual([second.status, second.total, second.succeeded], ['complete', 1_004, 1_004]);
});

test('an object that was deleted before its turn is no failure, and nobody is told', async () => {
  await using account = await openGuardedAccount();
  const item = await failedWith(account, ['0-failed-0,,failed,404,NoSuchKey,"The key does not exist."'], ['a']);
  assert.deepEqual(
    [item.status, item.failed, item.failures, item.again],
    ['complete', 1, [{ code: 'NoSuchKey', count: 1, cause: 'gone' }], 'no'],
  );
  assert.deepEqual(jobAnnouncements(item), []);
});

test('what nothing can mend is named with its cause, and what somebody must look after comes first', async () => {
  await using account = await openGuardedAccount();
  const item = await failedWith(account, [
    'gone,,failed,404,NoSuchKey,"x"',
    'busy,,failed,503,SlowDown,"x"',
    'locked,,failed,403,AccessDenied,"Access Denied because object protected by object lock."',
    'sse%2Dc,v1,failed,InvalidRequest,400,"source objects with the encryption type DSSE-KMS or SSE-C."',
    'archived,,failed,403,ObjectNotInActiveTierError,"x"',
  ]);
  assert.deepEqual(item.failedKeys, [
    { key: 'locked', code: 'AccessDenied', cause: 'locked' },
    { key: 'sse-c', code: 'InvalidRequest', versionId: 'v1', cause: 'source-unsupported' },
    { key: 'archived', code: 'ObjectNotInActiveTierError', cause: 'archived' },
    { key: 'gone', code: 'NoSuchKey', cause: 'gone' },
    { key: 'busy', code: 'SlowDown', cause: 'busy' },
  ]);
  assert.equal(item.again, 'now');
  assert.equal(await manifestOf(account, item.rest?.key ?? ''), 'weak,busy\n');
});

test('where a report is torn, it is not believed, and the whole job is asked for again by the next sweep', async () => {
  await using account = await openGuardedAccount();
  const rows = ['0-failed-0,,failed,503,SlowDown,"x"', '0-failed-1,,fai'];
  const item = await failedWith(account, rows, ['a']);
  assert.deepEqual(
    [item.status, item.failures, item.again, item.rest],
    ['complete-with-failures', [], 'next-sweep', undefined],
  );
  assert.match(item.why ?? '', /results\/failed\.csv could not be read: its last line is torn: /);
  const again = await askedAgain(account, item);
  assert.equal(again.request.Manifest, undefined);
  assert.deepEqual((await closed(account, again)).total, 2);
  assert.deepEqual(await reencrypted(account, 'weak'), ['0-failed-0', '0-failed-1', 'a']);
});

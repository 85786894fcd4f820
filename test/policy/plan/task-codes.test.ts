import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeById, causeOfTask, TASK_CAUSES, UNKNOWN_CAUSE } from '../../../src/policy/plan/task-codes.ts';

const ROWS: [code: string, status: number, message: string, id: string, again: string][] = [
  ['SlowDown', 503, 'Please reduce your request rate.', 'busy', 'now'],
  ['InternalError', 500, 'We encountered an internal error.', 'busy', 'now'],
  ['KMS.ThrottlingException', 400, 'You have exceeded the rate.', 'busy', 'now'],
  ['SomethingNew', 503, '', 'busy', 'now'],
  ['SomethingNew', 409, '', 'busy', 'now'],
  ['NoErrorCode', 429, '', 'busy', 'now'],
  ['NoSuchKey', 404, 'The specified key does not exist.', 'gone', 'no'],
  ['NoSuchVersion', 404, '', 'gone', 'no'],
  ['PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', 'gone', 'no'],
  ['KMS.DisabledException', 400, 'the key is disabled.', 'key-disabled', 'next-sweep'],
  ['KMS.KMSInvalidStateException', 400, 'the key is pending deletion.', 'key-state', 'next-sweep'],
  ['KMS.NotFoundException', 400, '', 'key-missing', 'next-sweep'],
  ['KMS.InvalidKeyUsageException', 400, '', 'key-usage', 'next-sweep'],
  ['AccessDenied', 403, 'Access Denied because object protected by object lock.', 'locked', 'no'],
  [
    'AccessDenied',
    403,
    'The encryption type cannot be updated because that object is protected by S3 Object Lock.',
    'locked',
    'no',
  ],
  ['AccessDenied', 403, 'The KMS key must be owned by the same account as the bucket.', 'key-elsewhere', 'no'],
  ['AccessDenied', 403, 'The KMS key must be from the same organization as the bucket.', 'key-elsewhere', 'no'],
  [
    'AccessDenied',
    403,
    'User: arn:aws:sts::111122223333:assumed-role/batch/s is not authorized to perform: kms:Decrypt on this resource',
    'key-denied',
    'next-sweep',
  ],
  ['AccessDenied', 403, 'Access Denied', 'denied', 'next-sweep'],
  ['ObjectNotInActiveTierError', 403, '', 'archived', 'no'],
  ['InvalidObjectState', 403, '', 'archived', 'no'],
  [
    'InvalidRequest',
    400,
    'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
    'too-large',
    'no',
  ],
  ['InvalidRequest', 400, 'The operation does not support unencrypted source objects.', 'source-unencrypted', 'no'],
  [
    'InvalidRequest',
    400,
    'The operation does not support source objects with the encryption type DSSE-KMS or SSE-C.',
    'source-unsupported',
    'no',
  ],
  ['InvalidRequest', 400, 'Anything else', 'refused', 'no'],
  ['PermanentFailure', 200, '', 'unknown-code', 'next-sweep'],
  ['NoErrorCode', 0, '', 'unknown-code', 'next-sweep'],
];

test('each code of a failed task, and its words where AWS has one code for several causes, says whether it is tried again', () => {
  for (const [code, status, message, id, again] of ROWS) {
    const cause = causeOfTask({ code, status, message });
    assert.deepEqual([cause.id, cause.again], [id, again], `${code} ${status} ${message}`);
  }
});

test('codes have the words of others, and none is looked up in an object', () => {
  for (const code of ['constructor', '__proto__', 'toString', '']) {
    assert.equal(causeOfTask({ code, status: 403, message: '' }), UNKNOWN_CAUSE);
  }
});

test('every cause is found by its id, has sentences, and no other has its id', () => {
  const ids = TASK_CAUSES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const cause of [...TASK_CAUSES, UNKNOWN_CAUSE]) {
    assert.equal(causeById(cause.id), cause);
    assert.match(cause.meaning, /\.$/);
    assert.match(cause.remedy, /\.$/);
  }
  assert.equal(causeById('of a later version'), undefined);
  assert.equal(causeById(undefined), undefined);
});

test('every row can be met: no row before it takes all that it has', () => {
  for (const [at, { id, codes, says }] of TASK_CAUSES.entries()) {
    const taken = TASK_CAUSES.slice(0, at).flatMap((row) => (row.says === undefined ? row.codes : []));
    assert.ok(
      codes.some((code) => !taken.includes(code)),
      `${id} ${String(says)}`,
    );
  }
});

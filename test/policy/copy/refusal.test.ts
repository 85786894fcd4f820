import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPassing, outcomeOfRefusal, type Refusal } from '../../../src/policy/copy/refusal.ts';

const of = (code: string, status?: number, message = 'said S3'): Refusal => ({
  code,
  message,
  ...(status === undefined ? {} : { status }),
});

test('each refusal means what it means for the object, by its name or, of a HEAD, by its status', () => {
  const rows: [refusal: Refusal, meaning: string, passing: boolean][] = [
    [of('PreconditionFailed', 412), 'changed', false],
    [of('412', 412), 'changed', false],
    [of('ConditionalRequestConflict', 409), 'changed', false],
    [of('NoSuchUpload', 404), 'changed', false],
    [of('NoSuchKey', 404), 'changed', false],
    [of('NotFound', 404), 'changed', false],
    [of('Unknown', 405), 'changed', false],
    [of('AccessDenied', 403, 'Access Denied because object protected by object lock.'), 'changed', false],
    [of('AccessDenied', 403), 'AccessDenied', false],
    [of('403', 403), 'AccessDenied', false],
    [of('Unknown', 400), 'InvalidRequest', false],
    [of('KMS.DisabledException', 400), 'KMS.DisabledException', false],
    [of('SlowDown', 503), 'SlowDown', true],
    [of('Unknown', 503), 'SlowDown', true],
    [of('InternalError', 500), 'InternalError', true],
    [of('Bad Gateway', 502), 'ServiceUnavailable', true],
    [of('TimeoutError'), 'ServiceUnavailable', true],
    [of('EntityTooLarge', 400), 'EntityTooLarge', false],
    [of('SomethingNew', 400), 'SomethingNew', false],
  ];
  for (const [refusal, meaning, passing] of rows) {
    const outcome = outcomeOfRefusal(refusal, 'copy the object');
    assert.equal(outcome.kind === 'failed' ? outcome.code : outcome.kind, meaning, JSON.stringify(refusal));
    assert.equal(isPassing(refusal), passing, JSON.stringify(refusal));
  }
});

test('a failure says what was done and what S3 said', () => {
  assert.deepEqual(outcomeOfRefusal(of('AccessDenied', 403), 'read its tags'), {
    kind: 'failed',
    code: 'AccessDenied',
    why: 'read its tags: AccessDenied: said S3',
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingOf } from '../../src/announcements/finding.ts';
import { heldImage, imageOf, reason } from './ledger-images.ts';

describe('the finding of a bucket', () => {
  it('that is held says why and what to do', () => {
    assert.deepEqual(findingOf(heldImage()), {
      bucket: 'orders',
      account: '111111111111',
      region: 'eu-west-1',
      says: 'hold key-policy-lacks-writer weaker-algorithm',
      isOpen: true,
      compliance: 'FAILED',
      severity: 'MEDIUM',
      updatedAt: '2026-11-02T10:16:30.000Z',
      title: 'S3 bucket orders: default encryption: held',
      description:
        'Its default encryption is not what it should be, and changing it would break something. Nothing was changed. VPC flow logs are delivered to bucket orders, and the key policy lets no delivery.logs.amazonaws.com use the key: add the statement. Bucket orders has AES256, and the standard is aws:kms.',
      recommendation:
        'Correct what the reasons name, or add an exception to the policy; the next sweep checks the bucket again. reseal policy explain orders --account ACCOUNT --region REGION shows every fact.',
    });
  });

  it('is open while something is wrong, and weighs what that is', () => {
    const weights = [
      heldImage({ reasons: [reason('key-being-deleted')] }),
      imageOf({ verdict: 'unreadable', parked: true, reasons: [reason('read-denied')] }),
      heldImage({ verdict: 'repair', observed: true }),
      imageOf({ verdict: 'exempt', reasons: [reason('exception')] }),
      imageOf({ verdict: 'exempt', reasons: [reason('exception'), reason('exception-ending')] }),
      imageOf({ reasons: [reason('exception-expired')] }),
      imageOf(),
      imageOf({ verdict: 'repair' }),
      imageOf({ verdict: 'gone', goneAt: '2026-11-03T08:00:00.000Z' }),
    ].map((image) => {
      const { says, isOpen, compliance, severity, updatedAt = '' } = findingOf(image) ?? {};
      return [says, isOpen, compliance, severity, updatedAt.slice(0, 10)];
    });
    assert.deepEqual(weights, [
      ['hold key-being-deleted', true, 'FAILED', 'HIGH', '2026-11-02'],
      ['parked read-denied', true, 'NOT_AVAILABLE', 'MEDIUM', '2026-11-02'],
      ['observed key-policy-lacks-writer weaker-algorithm', true, 'FAILED', 'LOW', '2026-11-02'],
      ['exempt', false, 'NOT_AVAILABLE', 'INFORMATIONAL', '2026-11-02'],
      ['exempt exception-ending', true, 'WARNING', 'LOW', '2026-11-02'],
      ['good exception-expired', true, 'WARNING', 'LOW', '2026-11-02'],
      ['good', false, 'PASSED', 'INFORMATIONAL', '2026-11-02'],
      ['good', false, 'PASSED', 'INFORMATIONAL', '2026-11-02'],
      ['gone', false, 'PASSED', 'INFORMATIONAL', '2026-11-03'],
    ]);
  });

  it('says nothing of a bucket that is still tried', () => {
    assert.equal(findingOf(imageOf({ verdict: 'unreadable', reasons: [reason('read-failed')] })), undefined);
  });

  it('keeps to the lengths of ASFF, and cuts no character in half', () => {
    const long = findingOf(heldImage({ bucket: 'b'.repeat(400), reasons: [reason('long', '\u{1F512}'.repeat(900))] }));
    assert.deepEqual([long?.title.length, long?.recommendation.length], [256, 512]);
    assert.ok((long?.description.length ?? 0) <= 1024);
    assert.equal(long?.description.isWellFormed(), true);
    assert.match(long?.description ?? '', /\.\.\.$/);
  });
});

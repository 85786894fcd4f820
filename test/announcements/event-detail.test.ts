import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Announcement } from '../../src/announcements/announcement.ts';
import { eventDetailOf } from '../../src/announcements/announcement.ts';
import { jobAnnouncements } from '../../src/announcements/announcements-of.ts';
import { exampleAnnouncements } from './announcement-examples.ts';
import { jobOf } from './ledger-images.ts';

const held = exampleAnnouncements().find((each) => each.kind === 'bucket-held');
function heldFor(count: number, message: string): Announcement {
  assert.ok(held !== undefined && 'reasons' in held);
  return { ...held, reasons: Array.from({ length: count }, () => ({ code: 'writer-unknown', message, paste: '{}' })) };
}

describe('the detail of an event', () => {
  it('is the announcement where that fits', () => {
    assert.deepEqual(eventDetailOf(heldFor(3, 'Short.')), heldFor(3, 'Short.'));
  });

  it('fits whatever the reasons are, and says as many as it can, without what is to be pasted', () => {
    const detail = eventDetailOf(heldFor(400, '\uFFFF'.repeat(10_000)));
    assert.ok('reasons' in detail);
    assert.equal(detail.reasons.length, 100);
    assert.deepEqual(detail.reasons[0], { code: 'writer-unknown', message: `${'\uFFFF'.repeat(497)}...` });
    assert.ok(Buffer.byteLength(JSON.stringify(detail)) < 256 * 1024);
  });

  it('of a job counts its failures by code, under any name', () => {
    const codes = ['AccessDenied', '__proto__', 'constructor'];
    const [announcement] = jobAnnouncements(jobOf({ failures: codes.map((code) => ({ code, count: 2 })) }));
    assert.ok(announcement !== undefined);
    const detail = eventDetailOf(announcement);
    assert.ok(detail.kind === 'job-ended');
    assert.deepEqual(
      Object.entries(detail.failuresByCode),
      codes.map((code) => [code, 2]),
    );
  });

  it('of a job counts one code for several causes once', () => {
    const failures = ['locked', 'denied'].map((cause) => ({ code: 'AccessDenied', count: 2, cause }));
    const [announcement] = jobAnnouncements(jobOf({ failures }));
    assert.ok(announcement !== undefined);
    const detail = eventDetailOf(announcement);
    assert.deepEqual('failuresByCode' in detail && detail.failuresByCode, { AccessDenied: 4 });
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveState, restoredBy } from '../../../src/policy/copy/object-restore.ts';

const ONGOING = 'ongoing-request="true"';
const READY = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2029 00:00:00 GMT"';

test('an archive is readable between the end of its restore and the end of its days', () => {
  const rows: [headers: { storageClass: string; archiveTier?: string; restore?: string }, state: string][] = [
    [{ storageClass: 'STANDARD' }, 'readable'],
    [{ storageClass: 'GLACIER_IR' }, 'readable'],
    [{ storageClass: 'GLACIER' }, 'archived'],
    [{ storageClass: 'DEEP_ARCHIVE', restore: ONGOING }, 'restoring'],
    [{ storageClass: 'DEEP_ARCHIVE', restore: READY }, 'readable'],
    [{ storageClass: 'INTELLIGENT_TIERING' }, 'readable'],
    [{ storageClass: 'INTELLIGENT_TIERING', archiveTier: 'ARCHIVE_ACCESS' }, 'archived'],
    [{ storageClass: 'INTELLIGENT_TIERING', archiveTier: 'ARCHIVE_ACCESS', restore: ONGOING }, 'restoring'],
  ];
  for (const [headers, state] of rows) assert.equal(archiveState(headers), state, JSON.stringify(headers));
});

test('a restore has ended after the longest time that is typical of its tier', () => {
  const at = (storageClass: string, tier: string, archiveTier?: string) =>
    restoredBy({ storageClass, ...(archiveTier === undefined ? {} : { archiveTier }) }, tier, 0);
  assert.equal(at('GLACIER', 'Bulk'), '1970-01-01T12:00:00.000Z');
  assert.equal(at('GLACIER', 'Standard'), '1970-01-01T05:00:00.000Z');
  assert.equal(at('DEEP_ARCHIVE', 'Bulk'), '1970-01-03T00:00:00.000Z');
  assert.equal(at('INTELLIGENT_TIERING', 'Standard', 'DEEP_ARCHIVE_ACCESS'), '1970-01-01T12:00:00.000Z');
});

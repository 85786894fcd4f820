import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceOf, WORDS } from '../../src/announcements/announcement-text.ts';
import type { AnnouncementKind } from '../../src/announcements/announcement.ts';

const KINDS = Object.keys(WORDS) as AnnouncementKind[];

test('every kind has words, and a subject of its own', () => {
  assert.equal(new Set(Object.values(WORDS).map(({ subject }) => subject)).size, KINDS.length);
  for (const { headline, advice } of Object.values(WORDS)) {
    for (const sentence of [headline, advice]) assert.match(sentence, /^[A-Z].*\.$/s);
  }
});

test('commands name the bucket, every time, and other capitals stay to be filled in', () => {
  for (const kind of KINDS) assert.doesNotMatch(adviceOf(kind, 'orders'), /\bBUCKET\b/);
  assert.match(adviceOf('bucket-repaired', 'orders'), /reseal rollback orders --region REGION --table LEDGER_TABLE\./);
});

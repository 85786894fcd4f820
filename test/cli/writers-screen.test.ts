import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BucketWriters, needsChange, writersInJson, writersScreen } from '../../cli/writers-screen.ts';
import type { ClientWriter } from '../../src/ledger/writers-item.ts';

const writer = (over: Partial<ClientWriter> = {}): ClientWriter => ({
  principal: 'arn:aws:iam::111111111111:role/exporter',
  applied: 'SSE_S3',
  count: 3,
  first: '2026-11-01T10:00:00Z',
  last: '2026-11-02T10:00:00Z',
  days: [
    { day: '2026-11-01', count: 1 },
    { day: '2026-11-02', count: 2 },
  ],
  userAgent: '[aws-cli/2.31.4]',
  key: 'a/b',
  ...over,
});
const shown = (writers: ClientWriter[], over: Partial<BucketWriters> = {}): BucketWriters => ({
  bucket: 'data',
  writers: { bucket: 'data', account: '111111111111', region: 'eu-west-1', writers },
  item: { standardAlgorithm: 'aws:kms' },
  ...over,
});

test('who writes below the standard is shown with the days, the client and what to change, the newest first', () => {
  const later = writer({
    principal: 'user\u001B[2J',
    applied: 'SSE_C',
    count: 1,
    last: '2026-11-03T10:00:00Z',
    days: [],
  });
  const text = writersScreen(shown([writer(), later], { item: { standardAlgorithm: 'aws:kms', belowSince: 'then' } }));
  assert.match(text, /3 writes from 2026-11-01T10:00:00Z to 2026-11-02T10:00:00Z \(2026-11-01: 1, 2026-11-02: 2\)/);
  assert.match(text, /with: \[aws-cli\/2\.31\.4\]\n {2}change: .*--sse AES256/);
  assert.match(text, /next sweep looks for what was written below the standard since then\./);
  assert.ok(text.indexOf('SSE_C') < text.indexOf('SSE_S3'));
  assert.ok(!text.includes('\u001B'));
  assert.match(writersScreen(shown([], { writers: undefined })), /Nobody is known .*docs\/writers\.md/);
});

test('the exit status asks for a person only where somebody wrote below the standard within a week', () => {
  const now = new Date('2026-11-05T10:00:00Z');
  assert.equal(needsChange(shown([writer()]), now), true);
  assert.equal(needsChange(shown([writer({ last: '2026-10-02T10:00:00Z' })]), now), false);
  assert.equal(needsChange(shown([writer()], { item: { standardAlgorithm: 'AES256' } }), now), false);
  assert.equal(needsChange(shown([writer({ applied: 'not-said' })]), now), false);
  assert.equal(needsChange(shown([], { writers: undefined }), now), false);
});

test('JSON has all that is known, and advice only where something is to be changed', () => {
  const [told, right] = writersInJson(shown([writer(), writer({ applied: 'SSE_KMS' })])).writers;
  assert.deepEqual([told?.standing, typeof told?.advice], ['below', 'string']);
  assert.deepEqual([right?.standing, right?.advice], ['right', undefined]);
});

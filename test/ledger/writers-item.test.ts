import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClientWrite, toldWriters, type WritersItem, writersAfter } from '../../src/ledger/writers-item.ts';
import { writeStanding } from '../../src/policy/write-standing.ts';

const ID = { bucket: 'data', account: '111111111111', region: 'eu-west-1' };
const EMPTY: WritersItem = { ...ID, writers: [] };
const judged = (now: string, wanted = 'aws:kms') => ({
  standing: (applied: string) => writeStanding(applied, wanted),
  now,
});
const write = (at: string, over: Partial<ClientWrite> = {}): ClientWrite => ({
  ...ID,
  at,
  principal: 'role/a',
  applied: 'SSE_S3',
  ...over,
});

test('writes are counted by principal, kind of encryption and day, with the newest as the example', () => {
  const writes = [
    write('2026-11-02T10:00:00Z', { key: 'newest', userAgent: 'cli' }),
    write('2026-11-01T10:00:00Z', { key: 'older' }),
    write('2026-11-02T09:00:00Z', { applied: 'SSE_C' }),
  ];
  const { writers, newsAt } = writersAfter(EMPTY, writes, judged('2026-11-02T10:05:00.000Z'));
  const toldAt = '2026-11-02T10:05:00.000Z';
  assert.deepEqual(writers, [
    {
      principal: 'role/a',
      applied: 'SSE_S3',
      count: 2,
      first: '2026-11-01T10:00:00Z',
      last: '2026-11-02T10:00:00Z',
      days: [
        { day: '2026-11-01', count: 1 },
        { day: '2026-11-02', count: 1 },
      ],
      userAgent: 'cli',
      key: 'newest',
      toldAt,
    },
    {
      principal: 'role/a',
      applied: 'SSE_C',
      count: 1,
      first: '2026-11-02T09:00:00Z',
      last: '2026-11-02T09:00:00Z',
      days: [{ day: '2026-11-02', count: 1 }],
      toldAt,
    },
  ]);
  assert.equal(newsAt, toldAt);
});

test('people are told of one writer once a week, and only where it is known to write below the standard', () => {
  const told = (known: WritersItem, day: number, over: Partial<ClientWrite> = {}, wanted?: string) => {
    const now = `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`;
    return writersAfter(known, [write(now, over)], judged(now, wanted));
  };
  const first = told(EMPTY, 1);
  assert.equal(toldWriters(first).length, 1);
  const second = told(first, 7);
  assert.deepEqual([toldWriters(second), second.newsAt], [[], undefined]);
  assert.equal(toldWriters(told(second, 8)).length, 1);
  const other = told(second, 7, { principal: 'role/b' });
  assert.deepEqual(
    toldWriters(other).map(({ principal }) => principal),
    ['role/b'],
  );
  for (const [applied, wanted] of [
    ['not-said', 'aws:kms'],
    ['SSE_S3', 'AES256'],
    ['SSE_S3', ''],
  ] as const)
    assert.deepEqual(toldWriters(told(EMPTY, 1, { applied }, wanted)), [], `${applied} ${wanted}`);
});

test('a bucket has room for fifty writers: the writes of more are counted together, and who is silent for a month gives way', () => {
  const crowd = Array.from({ length: 60 }, (_, at) => write('2026-11-01T10:00:00Z', { principal: `role/${at}` }));
  const full = writersAfter(EMPTY, crowd, judged('2026-11-01T10:01:00.000Z'));
  assert.deepEqual([full.writers.length, full.others], [50, { count: 10, last: '2026-11-01T10:00:00Z' }]);
  assert.ok(JSON.stringify(full).length < 100_000);
  const late = write('2026-12-05T10:00:00Z', { principal: 'role/late' });
  const after = writersAfter(full, [late], judged('2026-12-05T10:01:00.000Z'));
  assert.deepEqual([after.writers.length, after.others?.count], [50, 11]);
  assert.ok(after.writers.some(({ principal }) => principal === 'role/late'));
});

import assert from 'node:assert/strict';
import fs, { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { runVerify } from '../../../cli/verify/run-verify.ts';
import type { ObjectReading } from '../../../src/aws/bucket/object-head.ts';
import type { ListedName, ObjectPages, PageStart } from '../../../src/aws/bucket/object-pages.ts';
import type { HeadedObject } from '../../../src/policy/plan/object-standing.ts';
import { ACCOUNT, KEY, KMS } from '../../policy/literals.ts';
import { written } from '../written.ts';

const RIGHT: HeadedObject = {
  sizeBytes: 1,
  storageClass: 'STANDARD',
  algorithm: 'aws:kms',
  keyId: KEY,
  bucketKey: true,
  customerKey: false,
  archiveTier: false,
  isCurrent: true,
};
const read = (over: Partial<HeadedObject> = {}, more: object = {}): ObjectReading => ({
  kind: 'read',
  object: { ...RIGHT, ...over },
  attempts: 1,
  ...more,
});

const WANTED = { standard: KMS, bucket: 'orders', account: ACCOUNT, keyArn: KEY };
const STANDARD = { wanted: WANTED, verdict: 'compliant', rule: 'default', versions: false } as const;
const NOW = new Date('2026-11-30T16:00:00.000Z');

/** A bucket of so many pages of two objects; each key says how it is read. */
function bucketOf(readings: ObjectReading[], stopAt?: { page: number; with: () => void }) {
  const keys = readings.map((_, index): ListedName => ({ key: `k${index}`, etag: '"e"', lastModifiedMs: 1_500 }));
  let asked = 0;
  const heads: string[] = [];
  const page = async (_: object, after?: PageStart) => {
    asked += 1;
    if (asked === stopAt?.page) stopAt.with();
    const start = after === undefined ? 0 : keys.findIndex(({ key }) => key === after.key) + 1;
    const objects = keys.slice(start, start + 2);
    const last = objects.at(-1);
    return { objects, ...(start + 2 < keys.length && last !== undefined ? { next: { key: last.key } } : {}) };
  };
  const pages: ObjectPages = { current: page, versions: page };
  const head = async (_: object, { key }: { key: string }) => {
    heads.push(key);
    return readings[Number(key.slice(1))] ?? { kind: 'gone' as const };
  };
  return { deps: { pages, head }, heads };
}

const asked = (over: object = {}) => ({
  standard: STANDARD,
  region: 'eu-west-1',
  versions: false,
  concurrency: 4,
  signal: new AbortController().signal,
  now: () => NOW,
  progress: () => {},
  ...over,
});

/** Names of files that are not there yet. */
function files(t: TestContext) {
  const folder = path.dirname(written(t, ''));
  return { resume: path.join(folder, 'state.json'), out: path.join(folder, 'findings.jsonl') };
}
const lines = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const MIXED = [
  read(),
  read({ algorithm: 'AES256', bucketKey: false }),
  read({ customerKey: true }),
  { kind: 'unread', code: 'AccessDenied' } as const,
  { kind: 'gone' } as const,
  read({}, { etag: '"other"' }),
  read({}, { etag: '"e"', lastModifiedMs: 1_000 }),
];
const FINDINGS = [
  { key: 'k1', standing: 'below', code: 'algorithm', lacks: 'algorithm', method: 'update-encryption' },
  { key: 'k2', standing: 'left', code: 'sse-c' },
  { key: 'k3', standing: 'unread', code: 'AccessDenied' },
];

test('every object is counted once, and what is not at its standard is named in the file of findings', async (t) => {
  const { out } = files(t);
  const { deps } = bucketOf(MIXED);
  const { state, ended } = await runVerify(asked({ out }), deps);
  const { codes, ...counts } = state.tally;
  assert.equal(ended, 'complete');
  assert.deepEqual(counts, { read: 7, atStandard: 3, below: 1, left: 1, unread: 1, gone: 1, changed: 1 });
  assert.deepEqual(lines(out), FINDINGS);
  assert.deepEqual(
    codes.map(({ code, count, first }) => [code, count, first]),
    [
      ['algorithm', 1, ['k1']],
      ['sse-c', 1, ['k2']],
      ['AccessDenied', 1, ['k3']],
    ],
  );
});

describe('a stop', () => {
  test('loses one page at most: what goes on reads no page before it again, and says all of it once', async (t) => {
    for (const page of [1, 2, 3, 4]) {
      const { resume, out } = files(t);
      const over = new AbortController();
      const { deps } = bucketOf(MIXED, { page, with: () => over.abort() });
      const first = await runVerify(asked({ resume, out, signal: over.signal }), deps);
      assert.equal(first.ended, 'interrupted');
      // The process may have stopped after the findings of a page, and before its state.
      writeFileSync(out, `${readFileSync(out, 'utf8')}{"key":"half a li`);
      const again = bucketOf(MIXED);
      const { state, ended } = await runVerify(asked({ resume, out }), again.deps);
      assert.equal(ended, 'complete');
      assert.deepEqual([state.tally.read, lines(out)], [7, FINDINGS]);
      assert.equal(again.heads.length, 7 - 2 * (page - 1));
    }
  });

  test('by an error says which, and what was read stays', async (t) => {
    const { resume } = files(t);
    const { deps } = bucketOf(MIXED, {
      page: 3,
      with: () => {
        throw new Error('ExpiredToken');
      },
    });
    const { ended, state } = await runVerify(asked({ resume }), deps);
    assert.deepEqual([ended, state.tally.read], [{ error: new Error('ExpiredToken') }, 4]);
    assert.equal(JSON.parse(readFileSync(resume, 'utf8')).after.key, 'k3');
  });

  test('after the end reads nothing more', async (t) => {
    const { resume } = files(t);
    await runVerify(asked({ resume }), bucketOf(MIXED).deps);
    const { deps, heads } = bucketOf(MIXED);
    const { ended, state } = await runVerify(asked({ resume }), deps);
    assert.deepEqual([ended, state.tally.read, heads], ['over', 7, []]);
  });
});

describe('a state file is refused, and left as it is,', () => {
  const other = { ...WANTED, bucket: 'other' };
  const rows: [name: string, over: object, said: RegExp][] = [
    [
      'where it is of another bucket',
      { standard: { ...STANDARD, wanted: other } },
      /: expected the state of bucket other, found that of orders; name another file /,
    ],
    [
      'of another Region',
      { region: 'us-east-1' },
      /: expected the state of region us-east-1, found that of eu-west-1; /,
    ],
    [
      'of another standard',
      { standard: { ...STANDARD, wanted: { ...WANTED, standard: { ...KMS, bucketKey: false } } } },
      /: it was begun under another standard \(.+"bucketKey":true\}\) than /,
    ],
    [
      'of other methods',
      { standard: { ...STANDARD, wanted: { ...WANTED, methods: ['copy'] } } },
      /: it was begun under another standard \(.+ than the bucket has now \(.+"methods":\["copy"\]\}\); /,
    ],
    [
      'of a bucket where a copy loses other things',
      {
        standard: {
          ...STANDARD,
          wanted: { ...WANTED, copy: { aclsDisabled: true, website: true, objectLock: false } },
        },
      },
      /: it was begun under another standard /,
    ],
    ['of versions', { versions: true }, /: it was begun without noncurrent versions; /],
    ['or was begun without findings', { out: 'findings.jsonl' }, /: it was begun without --out, so go on without it, /],
  ];
  for (const [name, over, said] of rows)
    test(name, async (t) => {
      const { resume } = files(t);
      await runVerify(asked({ resume }), bucketOf(MIXED).deps);
      const before = readFileSync(resume, 'utf8');
      await assert.rejects(runVerify(asked({ resume, ...over }), bucketOf(MIXED).deps), {
        code: 'invalid-state',
        message: said,
      });
      assert.equal(readFileSync(resume, 'utf8'), before);
    });

  test('where it is no state at all, or cannot be written', async (t) => {
    const { resume } = files(t);
    const failing = (file: string, said: RegExp) =>
      assert.rejects(runVerify(asked({ resume: file }), bucketOf([]).deps), { code: 'invalid-state', message: said });
    for (const [text, said] of [
      ['{', /could not be read \(it is no JSON\): expected a file that reseal verify has written$/],
      ['{"reseal":"verify","version":2}', /: expected a state of reseal verify, version 1, found something else; /],
    ] as const) {
      writeFileSync(resume, text);
      await failing(resume, said);
    }
    await failing(
      path.join(path.dirname(resume), 'no', 'state'),
      /could not be written \(ENOENT\): expected a file in a folder that exists/,
    );
  });
});

test('a file of findings that is there already is not written over', async (t) => {
  const { out } = files(t);
  writeFileSync(out, 'mine');
  await assert.rejects(runVerify(asked({ out }), bucketOf(MIXED).deps), {
    code: 'invalid-state',
    message: /could not be opened for the findings \(EEXIST\): it is there already: name another file$/,
  });
  assert.equal(readFileSync(out, 'utf8'), 'mine');
});

test('findings that are shorter than the state remembers are refused', async (t) => {
  const { resume, out } = files(t);
  const over = new AbortController();
  await runVerify(
    asked({ resume, out, signal: over.signal }),
    bucketOf(MIXED, { page: 3, with: () => over.abort() }).deps,
  );
  writeFileSync(out, '');
  await assert.rejects(runVerify(asked({ resume, out }), bucketOf(MIXED).deps), {
    message: /: expected at least the \d+ bytes of the findings so far, found 0; /,
  });
  assert.ok(existsSync(resume));
});

test('one file cannot be both state and findings, nor where the next state is made', async (t) => {
  const { resume } = files(t);
  for (const out of [resume, `${resume}.new`, path.join(path.dirname(resume), '.', 'x', '..', path.basename(resume))]) {
    const { deps } = bucketOf(MIXED);
    await assert.rejects(runVerify(asked({ resume, out }), deps), {
      code: 'invalid-state',
      message: `${out}: expected another file after --out than that of --resume (${resume}), which is written anew there`,
    });
    assert.equal(existsSync(resume), false);
  }
});

test('findings that cannot be written are an error that names the file, and not the network', async (t) => {
  const { out } = files(t);
  t.mock.method(fs, 'writeSync', () => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const { deps } = bucketOf(MIXED);
  await assert.rejects(runVerify(asked({ out }), deps), {
    code: 'invalid-state',
    message: `${out} could not be written (ENOSPC): make room for the findings, and begin anew with other files, or go on with --resume`,
  });
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { comparedCounts, COUNTING } from '../../bench/gate/compared.ts';
import { COUNTED } from '../../bench/gate/counts.ts';
import { readCommitted } from '../../bench/gate/gate.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the gate', () => {
  it('passes where every count is as its line says', () => {
    const counts = { 'calls of a cold repair': 13, 'rounds of a rollback': 8 };
    assert.deepEqual(comparedCounts(counts, { ...counts }), { faults: [], falls: [] });
  });

  it('names each count that grew, and fails', () => {
    const committed = { 'bytes of a bundle': 400_000, 'calls of a cold repair': 13, 'rounds of a rollback': 8 };
    const counted = { 'bytes of a bundle': 400_001, 'calls of a cold repair': 14, 'rounds of a rollback': 8 };
    assert.deepEqual(comparedCounts(counted, committed), {
      faults: [
        'bytes of a bundle: 400001, bench/counts.json says 400000: find out why, or change the line',
        'calls of a cold repair: 14, bench/counts.json says 13: find out why, or change the line',
      ],
      falls: [],
    });
  });

  it('says what fell, and passes', () => {
    assert.deepEqual(comparedCounts({ 'calls of a cold repair': 12 }, { 'calls of a cold repair': 13 }), {
      faults: [],
      falls: [
        'calls of a cold repair: 12, bench/counts.json says 13: lower the line, so that it does not grow back unseen',
      ],
    });
  });

  it('fails where a count has no line, a line no count, and what was counted is no number', () => {
    assert.deepEqual(comparedCounts({ constructor: 2, sockets: Number.NaN }, { calls: 3, sockets: 64 }), {
      faults: [
        'constructor: 2, bench/counts.json says nothing: add the line',
        'sockets: NaN, bench/counts.json says 64: find out why, or change the line',
        'calls: bench/counts.json says 3, and nothing counts it: take the line out',
      ],
      falls: [],
    });
  });

  it('says first what it counts, with a word for each count', () => {
    assert.match(COUNTING, /^counting .* bench\/counts\.json/);
    const unsaid = COUNTED.filter((name) => !COUNTING.includes(name.split(' ', 1)[0] ?? ''));
    assert.deepEqual(unsaid, []);
  });

  it('has one line in bench/counts.json for each count, in their order', () => {
    assert.deepEqual(Object.keys(readCommitted()), COUNTED);
    assert.equal(new Set(COUNTED).size, COUNTED.length);
  });

  for (const args of [['--write'], ['--gate', 'aws-calls']]) {
    it(`refuses ${args.join(' ')}`, async () => {
      const command = ['scripts/run.mjs', 'scripts/bench.ts', ...args];
      await assert.rejects(promisify(execFile)(process.execPath, command, { cwd: ROOT }), {
        code: 2,
        stderr: '--gate counts everything and takes no NAME; --write is an option of --gate\n',
      });
    });
  }
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesIn, digestible, joined, patternBody, patternBytes, sliceOf } from '../../../local/s3/body.ts';

const TERABYTE = 1_000_000_000_000;

describe('a pattern', () => {
  test('is the same wherever it is entered', () => {
    const whole = patternBytes({ seed: 'a', first: 0, sizeBytes: 100 });
    for (const first of [0, 1, 15, 16, 17, 63])
      assert.deepEqual(patternBytes({ seed: 'a', first, sizeBytes: 30 }), whole.subarray(first, first + 30));
  });

  test('differs by its seed and by its place, also far behind the start', () => {
    const at = (seed: string, first: number) => patternBytes({ seed, first, sizeBytes: 32 }).toString('hex');
    const seen = new Set([at('a', 0), at('b', 0), at('a', 32), at('a', 50 * TERABYTE - 32), at('a', 25 * TERABYTE)]);
    assert.equal(seen.size, 5);
  });
});

describe('a body', () => {
  test('of 50 TB is sliced and joined without its bytes', () => {
    const body = patternBody('large', 50 * TERABYTE);
    const half = { first: 0, last: 25 * TERABYTE - 1 };
    const rest = { first: 25 * TERABYTE, last: 50 * TERABYTE - 1 };
    const again = joined([...sliceOf(body, half).pieces, ...sliceOf(body, rest).pieces]);
    assert.deepEqual(again, body);
    assert.deepEqual(digestible(again), digestible(body));
    assert.notDeepEqual(
      digestible(joined([...sliceOf(body, rest).pieces, ...sliceOf(body, half).pieces])),
      digestible(body),
    );
  });

  test('mixes held bytes and patterns', () => {
    const pattern = { seed: 'a', first: 5, sizeBytes: 10 };
    const body = joined([Buffer.from('before'), pattern, Buffer.from('after')]);
    const bytes = Buffer.concat([Buffer.from('before'), patternBytes(pattern), Buffer.from('after')]);
    assert.deepEqual(bytesIn(body), bytes);
    for (const [first, last] of [
      [0, 20],
      [3, 8],
      [6, 15],
      [15, 20],
      [20, 20],
    ] as const)
      assert.deepEqual(bytesIn(sliceOf(body, { first, last })), bytes.subarray(first, last + 1));
  });

  test('is not read as a whole where it is large', () => {
    assert.throws(() => bytesIn(patternBody('a', TERABYTE)), { name: 'NotImplemented' });
  });
});

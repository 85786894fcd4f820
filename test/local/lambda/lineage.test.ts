import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isRecursiveLoop, traceHeader } from '../../../local/lambda/lineage.ts';

const FIRST = 'arn:aws:lambda:eu-west-1:111111111111:function:first';
const SECOND = 'arn:aws:lambda:eu-west-1:111111111111:function:second';
const REQUEST = '12345678-1234-1234-1234-123456789012';

/** The header of the last of `links` invocations, each brought by a message of the one before. */
const chain = (functionArn: string, links: number): string | undefined =>
  Array.from({ length: links }).reduce<string | undefined>(
    (header) => traceHeader(functionArn, REQUEST, [header]),
    undefined,
  );

describe('a lineage', () => {
  test('lets a function run sixteen times in one chain', () => {
    const loops = [0, 1, 15, 16, 17].map((links) => isRecursiveLoop(FIRST, chain(FIRST, links)));
    assert.deepEqual(loops, [false, false, false, true, true]);
  });

  test('counts each function by itself', () => {
    const mixed = traceHeader(SECOND, REQUEST, [chain(FIRST, 16)]);
    assert.deepEqual([isRecursiveLoop(FIRST, mixed), isRecursiveLoop(SECOND, mixed)], [true, false]);
  });

  test('of a batch continues the longest chain of each function', () => {
    const header = traceHeader(FIRST, REQUEST, [chain(FIRST, 3), undefined, chain(FIRST, 15), chain(SECOND, 16)]);
    assert.deepEqual([isRecursiveLoop(FIRST, header), isRecursiveLoop(SECOND, header)], [true, true]);
  });

  for (const header of ['', 'Root=1-2-3', 'Lineage=', 'Lineage=__proto__:99', 'Lineage=12345678:9999999999', ';;=|:']) {
    test(`begins anew where it cannot be read: ${header}`, () => {
      assert.equal(traceHeader(FIRST, REQUEST, [header]), chain(FIRST, 1));
    });
  }
});

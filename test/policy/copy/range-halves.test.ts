import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compareKeys } from '../../../src/policy/copy/key-space.ts';
import type { KeyRange } from '../../../src/policy/copy/range-halves.ts';
import { anyKey, isIn, sortedKeys, splitAmong } from './sorted-keys.ts';

/** Recorded, so that a failure is the same failure tomorrow. */
const RUNS = { seed: 20_261_130, numRuns: 500 };

const hash = (at: number) => createHash('sha256').update(String(at)).digest();
const hourAt = (at: number) => new Date(Date.UTC(2019, 0, 1) + at * 64_000_000).toISOString();

/** The usual keys, so many of each. */
const COUNT = 3_000;
const SHAPES: Record<string, (at: number) => string> = {
  dates: (at) => `logs/${hourAt(at).replace(/[-T]/g, '/').slice(0, 13)}/part-${at % 7}.gz`,
  'time stamps': (at) => `${hourAt(at)}-${at}`,
  'hex digits': (at) => hash(at).toString('hex'),
  capitals: (at) => hash(at).toString('hex').toUpperCase(),
  'ids under a prefix': (at) => `users/${hash(at).toString('hex').slice(0, 8)}-${at}/photo.jpg`,
  base64: (at) => hash(at).toString('base64url'),
  'numbers with zeros': (at) => `prod/eu-west-1/lake/curated/sales/v3/tenant=acme/part-${String(at).padStart(12, '0')}`,
  'numbers without zeros': (at) => `object-${at + 1}`,
  names: (at) =>
    `${['ann', 'bob', 'cem', 'eva', 'ida', 'jan', 'leo', 'mia', 'pia', 'tom'][at % 10]}/${hash(at).toString('hex')}`,
  'another script': (at) => `папка/${[...hash(at)].map((byte) => 'абвгдежзийклмнопрстуфхцчшщьюя'[byte % 29]).join('')}`,
  emoji: (at) => `😀/${String.fromCodePoint(0x1_f6_00 + (at % 79))}/${at}`,
};

describe('a range is parted', () => {
  for (const [name, keyAt] of Object.entries(SHAPES))
    test(`about in the middle where its keys are ${name}, twice`, (t) => {
      const keys = Array.from({ length: COUNT }, (_, at) => keyAt(at)).sort(compareKeys);
      let range: KeyRange = { after: '' };
      for (let turn = 1; turn <= 2; turn += 1) {
        const { halves, answers } = splitAmong(keys, range);
        assert.ok(halves !== undefined);
        const [lower, all] = [halves.lower, range].map((each) => keys.filter((key) => isIn(each, key)).length);
        const share = (lower ?? 0) / (all ?? 1);
        t.diagnostic(`${halves.upper.after}: ${(share * 100).toFixed(0)} % below, ${answers} answers`);
        assert.ok(share > 0.15 && share < 0.85, String(share));
        range = share > 0.5 ? halves.lower : halves.upper;
      }
    });

  test('so that both halves have a key and together are the range; it is left whole only where nothing can be between two keys', () => {
    fc.assert(
      fc.property(
        sortedKeys({ maxLength: 40 }),
        fc.option(anyKey, { nil: undefined }),
        fc.nat(5),
        (keys, until, at) => {
          const range = { after: keys[at] ?? '', ...(until === undefined ? {} : { until }) };
          const found = keys.filter((key) => isIn(range, key));
          const { halves, answers } = splitAmong(keys, range);
          assert.ok(answers <= 30, String(answers));
          // Of three keys the second is between the others.
          if (halves === undefined) return assert.ok(found.length <= 2);
          const { lower, upper } = halves;
          assert.deepEqual([lower.after, lower.until, upper.until], [range.after, upper.after, until]);
          for (const half of [lower, upper]) assert.ok(found.some((key) => isIn(half, key)));
        },
      ),
      RUNS,
    );
  });

  test('whatever it is told of keys that come and go meanwhile', () => {
    fc.assert(
      fc.property(anyKey, fc.array(fc.option(anyKey, { nil: undefined }), { maxLength: 30 }), (first, told) => {
        const answers = [first, ...told];
        const { halves } = splitAmong([], { after: '' }, (after) => {
          const answer = answers.shift();
          return answer !== undefined && compareKeys(answer, after) > 0 ? answer : undefined;
        });
        if (halves === undefined) return;
        assert.equal(halves.lower.after, '');
        assert.equal(halves.lower.until, halves.upper.after);
      }),
      RUNS,
    );
  });
});

/** What is done next: a page of a range, parting it, or one who writes or deletes. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('page' as const, 'split' as const), range: fc.nat(63) }),
    fc.record({ kind: fc.constantFrom('write' as const, 'delete' as const), key: anyKey }),
  ),
  { maxLength: 60 },
);

test('while others write and delete, and ranges are parted in any order, what stays is listed once, and nothing twice', () => {
  fc.assert(
    fc.property(sortedKeys({ minLength: 1, maxLength: 40 }), steps, fc.array(fc.nat(39)), (stay, done, others) => {
      // Of those that are deleted some were there from the beginning.
      const gone = new Set(others.map((at) => stay[at]).filter((key) => key !== undefined));
      let keys = stay;
      const ranges: KeyRange[] = [{ after: '' }];
      const listed: string[] = [];
      const page = (range: KeyRange) => {
        const found = keys.filter((key) => isIn(range, key)).slice(0, 3);
        listed.push(...found);
        range.after = found.at(-1) ?? range.after;
        return found.length > 0;
      };
      for (const step of done) {
        const range = 'range' in step ? ranges[step.range % ranges.length] : undefined;
        if (step.kind === 'write') keys = [...new Set([...keys, step.key])].sort(compareKeys);
        else if (step.kind === 'delete')
          keys = keys.filter((key) => key !== [...gone].at(step.key.length % (gone.size || 1)));
        else if (range !== undefined && step.kind === 'page') page(range);
        else if (range !== undefined) {
          const { halves } = splitAmong(keys, range);
          if (halves !== undefined) ranges.splice(ranges.indexOf(range), 1, halves.lower, halves.upper);
        }
      }
      for (const range of ranges) while (page(range));
      assert.equal(new Set(listed).size, listed.length);
      assert.deepEqual(
        stay.filter((key) => !gone.has(key) && !listed.includes(key)),
        [],
      );
    }),
    RUNS,
  );
});

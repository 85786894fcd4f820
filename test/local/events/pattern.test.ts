import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { compilePattern } from '../../../local/events/pattern.ts';

interface Vector {
  name: string;
  rule: unknown;
  event: unknown;
  matches: boolean;
}

const read = (url: URL): Vector[] => JSON.parse(readFileSync(url, 'utf8'));
const own = new URL('../../conformance/event-patterns.json', import.meta.url);
const thirdParty = new URL('../../../../shared/conformance/event-patterns-third-party.json', import.meta.url);

const verdicts = (vectors: readonly Vector[]): unknown =>
  vectors.map(({ name, rule, event }) => ({ name, matches: compilePattern(rule)(event) }));
const expected = (vectors: readonly Vector[]): unknown => vectors.map(({ name, matches }) => ({ name, matches }));

describe('event patterns', () => {
  test("agree with the 13 verdicts of AWS's own matcher", () => {
    const vectors = read(own);
    assert.equal(vectors.length, 13);
    assert.deepEqual(verdicts(vectors), expected(vectors));
  });

  test(
    'agree with the 51 third-party vectors',
    { skip: !existsSync(thirdParty) && 'the third-party vectors are not on this machine' },
    () => {
      const vectors = read(thirdParty);
      assert.equal(vectors.length, 51);
      assert.deepEqual(verdicts(vectors), expected(vectors));
    },
  );
});

const matching: [what: string, pattern: object, event: object, matches: boolean][] = [
  ['an exact string', { a: ['x', 'y'] }, { a: 'y' }, true],
  ['null against null', { a: [null] }, { a: null }, true],
  ['null against an absent field', { a: [null] }, {}, false],
  ['exists true on null', { a: [{ exists: true }] }, { a: null }, true],
  ['exists true on an object, which is no leaf', { a: [{ exists: true }] }, { a: { b: 1 } }, false],
  ['exists false below an absent object', { a: { b: [{ exists: false }] } }, {}, true],
  ['anything-but against an absent field', { a: [{ 'anything-but': 'x' }] }, {}, false],
  ['anything-but a list', { a: [{ 'anything-but': ['x', 'y'] }] }, { a: 'z' }, true],
  ['anything-but suffixes', { a: [{ 'anything-but': { suffix: ['.a', '.b'] } }] }, { a: 'f.b' }, false],
  ['anything-but wildcards', { a: [{ 'anything-but': { wildcard: ['a*c', 'b*'] } }] }, { a: 'abd' }, true],
  ['anything-but ignoring case', { a: [{ 'anything-but': { 'equals-ignore-case': ['X'] } }] }, { a: 'x' }, false],
  ['prefix ignoring case', { a: [{ prefix: { 'equals-ignore-case': 'Ab' } }] }, { a: 'aBc' }, true],
  ['suffix ignoring case', { a: [{ suffix: { 'equals-ignore-case': '.PNG' } }] }, { a: 'x.png' }, true],
  ['prefix against a number', { a: [{ prefix: '1' }] }, { a: 12 }, false],
  ['a wildcard with an escaped star', { a: [{ wildcard: 'a\\*b*' }] }, { a: 'a*bc' }, true],
  ['a wildcard whose ends may not overlap', { a: [{ wildcard: 'aba*ba' }] }, { a: 'aba' }, false],
  ['a wildcard with a middle piece', { a: [{ wildcard: '*:role/*/x' }] }, { a: 'a:role/b/x' }, true],
  ['numeric equality', { a: [{ numeric: ['=', 5] }] }, { a: 5 }, true],
  ['numeric against a string', { a: [{ numeric: ['>', 5] }] }, { a: '6' }, false],
  ['an IPv6 block', { a: [{ cidr: '2001:db8::/32' }] }, { a: '2001:db8:1::1' }, true],
  ['a block against a service name', { a: [{ cidr: '10.0.0.0/8' }] }, { a: 's3.amazonaws.com' }, false],
  ['$or beside another field', { a: ['1'], $or: [{ b: ['2'] }, { c: ['3'] }] }, { a: '1', c: '3' }, true],
  ['$or with the other field wrong', { a: ['1'], $or: [{ b: ['2'] }, { c: ['3'] }] }, { a: '0', c: '3' }, false],
  ['a list of one object as a field named $or', { $or: [{ prefix: 'x' }] }, { $or: 'xy' }, true],
];

describe('a pattern', () => {
  for (const [what, pattern, event, matches] of matching) {
    test(`${matches ? 'matches' : 'does not match'} ${what}`, () => {
      assert.equal(compilePattern(pattern)(event), matches);
    });
  }
});

const refused: [what: string, pattern: unknown, message: string][] = [
  ['an empty pattern', {}, 'At the top: expected an object with at least one field, found {}'],
  ['a bare value', { a: 'x' }, 'At a: expected an object with at least one field, found "x"'],
  ['an empty list', { a: { b: [] } }, 'At a.b: an empty list matches nothing'],
  ['an unknown operator', { a: [{ like: 'x' }] }, 'At a: unrecognized match type like'],
  [
    'two operators in one object',
    { a: [{ prefix: 'x', suffix: 'y' }] },
    'At a: expected a value or an object with one operator, found {"prefix":"x","suffix":"y"}',
  ],
  ['consecutive wildcards', { a: [{ wildcard: 'a**' }] }, 'At a: consecutive wildcard characters are not allowed'],
  [
    'a numeric range the wrong way round',
    { a: [{ numeric: ['<', 1, '>', 2] }] },
    'At a: a numeric range is a lower bound (> or >=) and then a greater upper bound (< or <=)',
  ],
  [
    'a block that is none',
    { a: [{ cidr: '10.0.0.0/33' }] },
    'At a: cidr takes a block such as 10.0.0.0/24, found "10.0.0.0/33"',
  ],
  ['exists with a string', { a: [{ exists: 'yes' }] }, 'At a: exists takes true or false, found "yes"'],
  [
    'anything-but over a mix',
    { a: [{ 'anything-but': ['x', 1] }] },
    'At a: anything-but takes strings or numbers, not a mix, found ["x",1]',
  ],
];

describe('a pattern is refused', () => {
  for (const [what, pattern, message] of refused) {
    test(`for ${what}, by the name of the field`, () => {
      assert.throws(() => compilePattern(pattern), {
        name: 'InvalidEventPatternException',
        message: `Event pattern is not valid. ${message}`,
      });
    });
  }
});

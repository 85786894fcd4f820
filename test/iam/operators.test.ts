import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionMet, conditionsMet } from '../../src/iam/conditions.ts';

const KEY = 'aws:principalarn';
const ARN = 'arn:aws:iam::111122223333:role/Team';

/** Of every operator that is evaluated: a value that is met, and one that is not. */
const OPERATORS: [operator: string, met: string, unmet: string][] = [
  ['StringEquals', ARN, ARN.toLowerCase()],
  ['StringNotEquals', ARN.toLowerCase(), ARN],
  ['StringEqualsIgnoreCase', ARN.toUpperCase(), `${ARN}s`],
  ['StringNotEqualsIgnoreCase', `${ARN}s`, ARN.toUpperCase()],
  ['StringLike', '*:role/T?am', '*:role/t*'],
  ['StringNotLike', '*:role/t*', '*:role/T?am'],
  ['ArnEquals', 'arn:*:iam::*:role/T*', 'arn:*:iam::*:role/t*'],
  ['ArnLike', 'arn:*:iam::*:role/T*', 'arn:*:iam::*:role/t*'],
  ['ArnNotEquals', 'arn:*:iam::*:role/t*', 'arn:*:iam::*:role/T*'],
  ['ArnNotLike', 'arn:*:iam::*:role/t*', 'arn:*:iam::*:role/T*'],
  ['Bool', ARN.toUpperCase(), 'false'],
];

for (const [operator, met, unmet] of OPERATORS) {
  test(`${operator} is met by ${met} and not by ${unmet}`, () => {
    const of = (value: string, named = operator) => ({ operator: named, key: KEY, values: [value] });
    for (const written of [operator, operator.toLowerCase(), `${operator}IfExists`]) {
      assert.equal(conditionMet(of(met, written), { [KEY]: ARN }), 'yes', written);
      assert.equal(conditionMet(of(unmet, written), { [KEY]: ARN }), 'no', written);
    }
    // Without the key: only what is negated or optional lets the request pass.
    assert.equal(conditionsMet([of(met)], { [KEY]: null }), operator.includes('Not') ? 'yes' : 'no');
    assert.equal(conditionsMet([of(unmet, `${operator}IfExists`)], { [KEY]: null }), 'yes');
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { count, encryptionRule, flag, listOf, reason, text, whenceOf } from '../../src/ledger/shapes.ts';

test('whence is all that an event said of it, and nothing else', () => {
  const whence = { actor: 'eve', sourceAddress: '2001:db8::1', userAgent: '' };
  const event = { ...whence, bucket: 'orders', at: 'x' };
  assert.deepEqual(whenceOf(event), whence);
  assert.deepEqual(whenceOf({ actor: 'eve' }), { actor: 'eve' });
  assert.deepEqual(whenceOf({}), {});
});

test('a rule may lack everything, and no member of it is of another kind', () => {
  assert.deepEqual(encryptionRule.parse({}), {});
  const whole = { algorithm: 'aws:fsx', keyId: 'k', bucketKey: false, blocked: [] };
  assert.deepEqual(encryptionRule.parse({ ...whole, later: 1 }), whole);
  for (const member of Object.keys(whole))
    assert.equal(encryptionRule.safeParse({ [member]: 1 }).success, false, member);
});

test('what is wrong is told as what was expected', () => {
  const shapes = [text, flag, count, listOf(text), encryptionRule, reason];
  const expected = shapes.map((shape) => z.safeParse(shape, null).error?.issues[0]?.message);
  assert.deepEqual(expected, ['text', 'true or false', 'a number', 'a list', 'a mapping', 'code and message']);
});

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePieceMessage, pieceMessage } from '../../src/intake/parse-piece-message.ts';

test('a message about a piece is read as it was written, as text and parsed', () => {
  const name = { token: 't', id: 'i' };
  assert.deepEqual(parsePieceMessage(pieceMessage(name)), name);
  assert.deepEqual(parsePieceMessage(JSON.parse(pieceMessage({ ...name }))), name);
});

describe('what is no such message is malformed', () => {
  const good = { reseal: 'reencrypt', version: 1, token: 't', id: 'i' };
  const rows: [string, unknown, RegExp][] = [
    ['no JSON', '{', /a message about a piece of a job/],
    ['another message', { ...good, reseal: 'job' }, /"reencrypt"/],
    ['a later version', { ...good, version: 2 }, /the only version/],
    ['no token', { ...good, token: '' }, /the token of a job/],
    ['no id', { ...good, id: undefined }, /the id of a piece/],
  ];
  for (const [name, body, message] of rows)
    test(name, () => {
      assert.throws(() => parsePieceMessage(body), { code: 'malformed-message', message });
    });
});

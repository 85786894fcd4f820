import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { confirmed } from '../../cli/confirmation.ts';

const ANSWERS: [typed: string, isYes: boolean][] = [
  ['yes\n', true],
  ['Y\n', true],
  ['no\n', false],
  ['\n', false],
  ['yess\n', false],
  ['', false],
];

for (const [typed, isYes] of ANSWERS) {
  test(`${JSON.stringify(typed)} is ${isYes ? 'a yes' : 'a no'}`, async () => {
    const output = new PassThrough();
    const input = Object.assign(new PassThrough(), { isTTY: true });
    input.end(typed);
    assert.equal(await confirmed('Publish?', input, output), isYes);
    output.end();
    assert.equal(await text(output), 'Publish? (yes/no) ');
  });
}

test('where nobody can answer nothing is asked', async () => {
  const output = new PassThrough();
  const asked = confirmed('Publish?', new PassThrough(), output);
  await assert.rejects(asked, {
    name: 'UsageError',
    message: /^expected --yes, because standard input is no terminal/,
  });
  output.end();
  assert.equal(await text(output), '');
});

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { liveLine } from '../../cli/live-block.ts';

const none = () => process.stderr;

/** What a line wrote while so many milliseconds went by; its words are the count of its lines. */
function shown(t: TestContext, isTTY: boolean, ms: number): string {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let text = '';
  const write = (chunk: string | Uint8Array) => ((text += String(chunk)), true);
  let count = 0;
  {
    using _ = liveLine({ isTTY, columns: 9, write, on: none, off: none }, () => `${count} objects`);
    for (const _each of Array.from({ length: ms / 100 })) {
      count += 1;
      t.mock.timers.tick(100);
    }
  }
  t.mock.timers.tick(100_000);
  return text;
}

test('without a terminal a first line comes after 5 s, and one every 30 s from there, until the work is done', (t) => {
  assert.equal(shown(t, false, 40_000), '50 objects\n350 objects\n');
});

test('what is done before that has no line', (t) => {
  assert.equal(shown(t, false, 4_900), '');
});

test('on a terminal it is rewritten five times a second, cut where it is narrow, and gone after it', (t) => {
  const { NO_COLOR: before } = process.env;
  delete process.env['NO_COLOR'];
  t.after(() => before !== undefined && (process.env['NO_COLOR'] = before));
  const { TERM: term } = process.env;
  process.env['TERM'] = 'xterm';
  t.after(() => (term === undefined ? delete process.env['TERM'] : (process.env['TERM'] = term)));
  assert.equal(shown(t, true, 400).replaceAll('\u001B', 'ESC'), '2 object\n\rESC[1AESC[J4 object\n\rESC[1AESC[J');
});

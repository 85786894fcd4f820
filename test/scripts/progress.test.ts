import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { type Counts, showProgress } from '../../scripts/progress.ts';

/** Progress under a clock that the test turns, on a terminal of so many columns or in a file. */
function open(t: TestContext, { columns, slowness = 1 }: { columns?: number; slowness?: number } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: new Date(2026, 10, 30, 7, 0, 0) });
  const written: string[] = [];
  const isTTY = columns !== undefined;
  const out = Object.assign(new EventEmitter(), {
    isTTY,
    columns: columns ?? 0,
    write: (text: string) => written.push(text) > 0,
  });
  const counts: Counts = { queued: 8, running: 0, jobs: 0, objectsDone: 0 };
  const progress = showProgress(out as never);
  progress.pace(slowness);
  if (slowness > 1)
    assert.match(
      written.splice(0).join(''),
      new RegExp(`^This machine is busy or slow: [^]* ${slowness} times longer\\.\n$`),
    );
  progress.show(() => counts);
  t.after(() => progress[Symbol.dispose]());
  // In steps, so that the clock of every timer is its own.
  const tick = (ms: number) => {
    for (let left = ms; left > 0; left -= 100) t.mock.timers.tick(Math.min(left, 100));
  };
  return { progress, written, counts, out, tick };
}

const never = () => new Promise<never>(() => {});

describe('a wait', () => {
  test('is told before 10 s of silence are over, with what it is for and until when', (t) => {
    const { progress, written, tick } = open(t);
    progress.within({ for: 'every event to be answered', seconds: 600 }, never).catch(() => {});
    tick(1_000);
    assert.deepEqual(written.splice(0), ['  messages 8 functions 0 jobs 0 objects done 0\n']);
    tick(9_000);
    assert.equal(written[0], '  waiting for every event to be answered, until 07:10:00 at most\n');
    assert.equal(written.length, 2);
  });

  test('that ends first is told, and how many others there are', (t) => {
    const { progress, written, tick } = open(t, { slowness: 4 });
    for (const [what, seconds] of [
      ['late', 90],
      ['soon', 30],
      ['later', 60],
    ] as const) {
      progress.within({ for: what, seconds }, never).catch(() => {});
    }
    tick(10_000);
    assert.equal(written[1], '  waiting for soon and 2 more, until 07:02:00 at most\n');
  });

  test('in which nothing else runs is told at its beginning, on a slow machine', async (t) => {
    const { progress, written } = open(t, { slowness: 2 });
    assert.equal(await progress.within({ for: 'the code', seconds: 60, isBlocking: true }, async () => 'done'), 'done');
    assert.deepEqual(written, ['  waiting for the code, until 07:02:00 at most\n']);
  });

  test('gives what the work comes to, and is told no more', async (t) => {
    const { progress, written, tick } = open(t);
    assert.equal(await progress.within({ for: 'nothing', seconds: 1 }, async () => 'done'), 'done');
    tick(60_000);
    assert.deepEqual(written, ['  messages 8 functions 0 jobs 0 objects done 0\n']);
  });

  test('that takes longer than the machine explains is given up, in words', async (t) => {
    const { progress, tick } = open(t, { slowness: 3 });
    let isOver = false;
    const given = progress.within({ for: 'a repair', seconds: 60 }, (signal) => {
      signal.addEventListener('abort', () => (isOver = true));
      return never();
    });
    const told = assert.rejects(given, {
      message:
        'Waited 180 s for a repair, in vain. Under way: messages 8  functions 0  jobs 0  objects done 0.\n' +
        'Where the machine is very busy, try again when it is less so. Where it is not, this is a fault of Reseal: please report it with all that was printed.',
    });
    tick(179_999);
    assert.equal(isOver, false);
    tick(1);
    await told;
    assert.equal(isOver, true);
  });
});

describe('on a terminal', () => {
  test('counts are rewritten in place and never longer than a line, also where it gets narrower', (t) => {
    const { written, counts, out, tick } = open(t, { columns: 80 });
    tick(100);
    assert.deepEqual(written.splice(0), ['\r\u001b[2Kmessages 8  functions 0  jobs 0  objects done 0']);
    out.columns = 20;
    out.emit('resize');
    counts.running = 2;
    tick(100);
    assert.deepEqual(written.splice(0), ['\n', '\r\u001b[2Kmessages 8  functio']);
  });

  test('a line stands where the counts were', (t) => {
    const { progress, written, tick } = open(t, { columns: 80 });
    tick(100);
    written.splice(0);
    progress.say('Reseal deployed');
    assert.deepEqual(written, ['\r\u001b[2K', 'Reseal deployed\n']);
  });

  test('nothing listens any more after the end', (t) => {
    const { progress, out } = open(t, { columns: 80 });
    progress[Symbol.dispose]();
    assert.equal(out.listenerCount('resize'), 0);
  });
});

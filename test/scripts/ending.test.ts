import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { writeFile, mkdtempDisposable } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { wordsOf } from '../../scripts/ending.ts';

/** A file on a disk without room. */
const FULL = '/dev/full';
const RUN = path.resolve(import.meta.dirname, '../../scripts/run.mjs');

/** A script of npm: a file with this text, run as package.json runs the others. */
async function scriptOf(text: string) {
  const folder = await mkdtempDisposable(path.join(os.tmpdir(), 'reseal-'));
  const file = path.join(folder.path, 'script.ts');
  await writeFile(file, text);
  return { file, [Symbol.asyncDispose]: () => folder.remove() };
}

const env = { ...process.env, npm_lifecycle_event: 'local' };

function start(file: string, stdio: 'ignore' | 'pipe' = 'pipe'): ChildProcess {
  return spawn(process.execPath, [RUN, file], { env, stdio: ['ignore', 'pipe', stdio] });
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  assert.ok(stdout);
  const [line] = await once(createInterface({ input: stdout }), 'line');
  return String(line);
}

/** A server, which has a program of its own with the same output: only where both have ended is that closed. */
const SERVER = `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:http';
  import { statusOf } from ${JSON.stringify(path.resolve(import.meta.dirname, '../../scripts/ending.ts'))};
  const program = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  void statusOf(program);
  createServer().listen(0, '127.0.0.1', () => {
    console.log(process.pid);
  });
`;

const OPTIONS = JSON.stringify(path.resolve(import.meta.dirname, '../../scripts/options.ts'));
const WRONG_CALL = `(await import(${OPTIONS})).readWhole('--size', 'ten', { min: 1, max: 9 })`;
const UNKNOWN_OPTION = "(await import('node:util')).parseArgs({ args: ['--loud'] })";
const TAKEN = "throw Object.assign(new Error('address in use: 4566'), { code: 'EADDRINUSE' })";
const TAKEN_WORDS =
  'The port is taken: address in use: 4566. Name another one with --port, or stop what listens there.';

describe('a script', () => {
  for (const [signal, status] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const) {
    test(`ends at ${signal}, with the program that it runs`, async () => {
      await using script = await scriptOf(SERVER);
      const child = start(script.file);
      await firstLine(child);
      const closed = once(child, 'close');
      child.kill(signal);
      assert.deepEqual(await closed, [status, null]);
    });
  }

  test('that is a server is stopped without an error', async () => {
    await using script = await scriptOf(`${SERVER} process.exitCode = 0;`);
    const child = start(script.file);
    await firstLine(child);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
  });

  // A parent cannot tell anybody that it was killed. npm has a shell between itself and a script, which lives on.
  for (const above of ['its parent', 'the shell above it', 'npm above the shell']) {
    test(`ends where ${above} was killed`, { skip: process.platform === 'win32' }, async () => {
      await using script = await scriptOf(SERVER);
      const command = `'${process.execPath}' '${RUN}' '${script.file}'; exit $?`;
      const [file, args] =
        above === 'its parent' ? [process.execPath, ['--eval', spawning(script.file)]] : npm(command);
      const parent = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
      const closed = once(parent, 'close');
      const server = Number(await firstLine(parent));
      if (above === 'the shell above it') process.kill(await parentOf(server), 'SIGKILL');
      else parent.kill('SIGKILL');
      await closed;
    });
  }

  test('whose reader has gone ends quietly', async () => {
    await using script = await scriptOf("setInterval(() => console.log('more'), 5)");
    const child = start(script.file);
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    await firstLine(child);
    const closed = once(child, 'close');
    child.stdout?.destroy();
    assert.deepEqual(await closed, [0, null]);
    assert.equal(said, '');
  });

  test(
    'whose output cannot be written says so',
    { skip: existsSync(FULL) ? false : `there is no ${FULL}` },
    async () => {
      await using script = await scriptOf("console.log('more')");
      const full = openSync(FULL, 'w');
      const child = spawn(process.execPath, [RUN, script.file], { env, stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      let said = '';
      child.stderr?.on('data', (chunk) => (said += chunk));
      assert.deepEqual(await once(child, 'close'), [1, null]);
      assert.match(said, /^standard output could not be written: .*ENOSPC/);
    },
  );

  for (const [how, text, status = 1, words = 'TypeError: odd'] of [
    ['throws', "throw new TypeError('odd')"],
    ['rejects', "void Promise.reject(new TypeError('odd')); setInterval(() => {}, 1000)"],
    ['throws later', "setTimeout(() => { throw new TypeError('odd') })"],
    ['is called wrongly', WRONG_CALL, 2, '--size: expected a whole number from 1 to 9, found "ten"'],
    ['has an option that it does not know', UNKNOWN_OPTION, 2, "Unknown option '--loud'"],
    ['finds its port taken', TAKEN, 1, TAKEN_WORDS],
  ] as const) {
    test(`that ${how} says so without a stack`, async () => {
      await using script = await scriptOf(text);
      const child = start(script.file);
      let said = '';
      child.stderr?.on('data', (chunk) => (said += chunk));
      assert.deepEqual(await once(child, 'close'), [status, null]);
      assert.equal(said, `${words}\n`);
    });
  }
});

/** A program that runs the script as its child, with the same output. */
function spawning(file: string): string {
  return `require('node:child_process').spawn(process.execPath, ${JSON.stringify([RUN, file])}, { stdio: 'inherit' })`;
}

/** A program that runs a command line by the shell, as npm does. */
function npm(command: string): [string, string[]] {
  const program = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`;
  return [process.execPath, ['--eval', program]];
}

async function parentOf(pid: number): Promise<number> {
  const ps = spawn('ps', ['-o', 'ppid=', '-p', String(pid)]);
  return Number(await firstLine(ps));
}

test('words have the cause, and the stack for who asks', (t) => {
  const error = new Error('The policy cannot be packaged.', { cause: new RangeError('too long') });
  assert.equal(wordsOf(error), 'The policy cannot be packaged. (RangeError: too long)');
  const told = new Error('No answer: timed out', { cause: new Error('timed out') });
  assert.equal(wordsOf(told), 'No answer: timed out');
  assert.equal(wordsOf('odd'), 'odd');
  assert.equal(
    wordsOf(new Error('said elsewhere: odd\n    at place (file:1:2)\n    at other\nmore')),
    'said elsewhere: odd\nmore',
  );
  t.after(() => delete process.env['RESEAL_STACK']);
  process.env['RESEAL_STACK'] = '1';
  assert.match(wordsOf(error), /^Error: The policy cannot be packaged\.\n {4}at /);
});

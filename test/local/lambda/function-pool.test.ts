import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { createBundles } from '../../../local/lambda/bundle.ts';
import { Environment } from '../../../local/lambda/environment.ts';
import { FunctionPool } from '../../../local/lambda/function-pool.ts';
import { startRuntimeApi } from '../../../local/lambda/runtime-api.ts';
import { Turns } from '../../../local/lambda/turns.ts';
import type { FunctionDefinition, Identity } from '../../../local/world.ts';

const STARTED_MS = Date.parse('2026-11-22T10:00:00Z');
const ROLE = 'arn:aws:iam::111111111111:role/tiny-role';

/** Answers with the credentials that its process was started with. */
const ANSWERING = 'export const handler = () => process.env.AWS_ACCESS_KEY_ID;';
const NEVER_READY = 'await new Promise(() => setInterval(() => {}, 1000)); export const handler = () => {};';

/** A pool of a function whose sessions are numbered and last an hour of `clock`. */
async function openPool(source = ANSWERING, slowness = 1) {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-pool-'));
  const zip = join(folder, 'tiny.zip');
  writeFileSync(zip, zipSync({ 'index.mjs': strToU8(source) }));
  const clock = { nowMs: STARTED_MS, aheadMs: 0 };
  const bundles = createBundles();
  const api = await startRuntimeApi();
  const options = {
    endpoint: () => 'http://127.0.0.1:9',
    imports: [],
    sourceMaps: false,
    slowness,
    aheadMs: () => clock.aheadMs,
    concurrency: 1,
    machine: new Turns(1),
  };
  const now = () => new Date(clock.nowMs);
  const identity = numberedSessions(now);
  const pool = new FunctionPool(definitionOf(zip), { ...options, identity, now, bundles, api: () => api });
  return {
    pool,
    clock,
    /** The answer of one invocation. */
    invoke: async (): Promise<unknown> => {
      const slot = await pool.acquire();
      const { payload } = await slot.invoke(Buffer.from('{}'));
      slot.release();
      return JSON.parse(payload.toString());
    },
    [Symbol.asyncDispose]: async () => {
      await pool.close();
      await api.close();
      bundles.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function numberedSessions(now: () => Date): Pick<Identity, 'startSession'> {
  let count = 0;
  return {
    startSession: () => ({
      accessKeyId: `session-${++count}`,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(now().getTime() + 3_600_000),
      caller: { accountId: '111111111111', accessKeyId: `session-${count}`, arn: ROLE },
    }),
  };
}

const definitionOf = (zip: string): FunctionDefinition => ({
  arn: 'arn:aws:lambda:eu-west-1:111111111111:function:tiny',
  name: 'tiny',
  account: '111111111111',
  region: 'eu-west-1',
  handler: 'index.handler',
  runtime: 'nodejs24.x',
  roleArn: ROLE,
  zip,
  environment: {},
  timeoutSeconds: 30,
  memoryMb: 128,
  recursiveLoop: 'Terminate',
});

describe('an environment', () => {
  test('is used again until the last minute of its credentials, and then another takes its place', async () => {
    await using open = await openPool();
    const first = await open.invoke();
    open.clock.nowMs = STARTED_MS + 3_539_000;
    const before = await open.invoke();
    open.clock.nowMs = STARTED_MS + 3_540_000;
    assert.deepEqual([first, before, await open.invoke()], ['session-1', 'session-1', 'session-2']);
  });

  test('has the clock as it was put forward, in every way to read it, and its deadline with it', async () => {
    const reads =
      '[Date.now(), new Date().getTime(), Date.parse(Date()), new Date(5).getTime(), new Date(2026, 1).getMonth()]';
    const isDate = 'new Date() instanceof Date && new Date().constructor.now() > 0';
    await using open = await openPool(
      `export const handler = (_, context) => [...${reads}, ${isDate}, context.getRemainingTimeInMillis()];`,
    );
    const before = Date.now();
    await open.invoke();
    open.clock.aheadMs = 3_600_000;
    const [now, made, told, given, month, is, left] = (await open.invoke()) as number[];
    const after = Date.now();
    for (const read of [now, made]) assert.ok(Number(read) >= before + 3_600_000 && Number(read) <= after + 3_600_000);
    // It has no milliseconds.
    assert.ok(Number(told) > before + 3_600_000 - 1_000);
    assert.deepEqual([given, month, is], [5, 1, true]);
    assert.ok(Number(left) <= 30_000 && Number(left) > 0);
  });

  test('that has had nothing to do for a minute is ended, and its place goes to another', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { mock: kill } = t.mock.method(Environment.prototype, 'kill');
    await using open = await openPool();
    await open.invoke();
    t.mock.timers.tick(59_999);
    await open.invoke();
    t.mock.timers.tick(59_999);
    assert.deepEqual([kill.callCount(), await open.invoke()], [0, 'session-1']);
    t.mock.timers.tick(60_000);
    assert.deepEqual([kill.callCount(), await open.invoke()], [1, 'session-2']);
  });

  // Fifteen seconds pass here before the process had any time to start.
  test('that takes fifteen seconds to start answers all the same', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    await using open = await openPool();
    const slot = await open.pool.acquire();
    const invocation = slot.invoke(Buffer.from('{}'));
    t.mock.timers.tick(15_000);
    const { failed, payload } = await invocation;
    assert.deepEqual([failed, payload.toString()], [false, '"session-1"']);
  });

  for (const [slowness, limitMs] of [
    [1, 40_000],
    [2.5, 100_000],
  ] as const) {
    test(`that is not ready within ${limitMs / 1000} s on a machine ${slowness} times slower is ended, and the invocation told so`, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { mock: kill } = t.mock.method(Environment.prototype, 'kill');
      await using open = await openPool(NEVER_READY, slowness);
      const slot = await open.pool.acquire();
      const invocation = slot.invoke(Buffer.from('{}'));
      t.mock.timers.tick(limitMs - 1);
      assert.equal(kill.callCount(), 0);
      t.mock.timers.tick(1);
      assert.equal(kill.callCount(), 1);
      const { failed, payload } = await invocation;
      const { errorType, errorMessage } = JSON.parse(payload.toString());
      assert.deepEqual([failed, errorType], [true, 'Runtime.InitTimeout']);
      assert.match(errorMessage, new RegExp(`Error: Task timed out after ${limitMs / 1000}\\.00 seconds$`));
    });
  }
});

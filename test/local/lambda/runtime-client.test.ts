import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRuntimeApi } from '../../../local/lambda/runtime-api.ts';

const CLIENT = fileURLToPath(new URL('../../../local/lambda/runtime-client.mjs', import.meta.url));

/** A runtime on a Runtime API that listens; `ready` resolves when it asks for work. */
async function startRuntime(handlerFile: string) {
  const folder = mkdtempSync(join(tmpdir(), 'reseal-runtime-'));
  writeFileSync(join(folder, 'index.mjs'), handlerFile);
  const api = await startRuntimeApi();
  const ready = Promise.withResolvers<void>();
  const initError = Promise.withResolvers<unknown>();
  api.attach('env', {
    onNext: () => ready.resolve(),
    onResponse: () => {},
    onError: () => {},
    onInitError: (payload) => initError.resolve(JSON.parse(payload.toString())),
  });
  const env = { AWS_LAMBDA_RUNTIME_API: `${api.address}/env`, LAMBDA_TASK_ROOT: folder, _HANDLER: 'index.handler' };
  const child = spawn(process.execPath, [CLIENT], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  return {
    child,
    exit: once(child, 'exit'),
    ready: ready.promise,
    initError: initError.promise,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await api.close();
      rmSync(folder, { recursive: true });
    },
  };
}

test('a runtime ends when the pipe from its parent closes, as it does when the parent is killed', async () => {
  await using runtime = await startRuntime('export const handler = () => {};');
  await runtime.ready;
  runtime.child.stdin.destroy();
  assert.deepEqual(await runtime.exit, [1, null]);
});

test('a runtime tells why its module cannot be loaded, and ends', async () => {
  await using runtime = await startRuntime('throw new RangeError("broken at start");');
  const { trace, ...error } = Object(await runtime.initError);
  assert.deepEqual([error, Array.isArray(trace)], [{ errorType: 'RangeError', errorMessage: 'broken at start' }, true]);
  assert.deepEqual(await runtime.exit, [1, null]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPatience } from '../../src/runtime/patient-clients.ts';
import { createRefusal } from '../../src/runtime/plan-deps.ts';

type Info = Parameters<ReturnType<typeof createPatience>['refreshRetryTokenForRetry']>[1];

/** The waits of one call that fails again and again, in milliseconds. */
async function waits(info: Info): Promise<number[]> {
  const patience = createPatience(() => 1);
  const delays: number[] = [];
  let token = await patience.acquireInitialRetryToken('s3');
  for (;;) {
    const next = await patience.refreshRetryTokenForRetry(token, info).catch(() => undefined);
    if (next === undefined) return delays;
    token = next;
    delays.push(token.getRetryDelay());
  }
}

test('a throttled call waits twice as long each time, up to 20 s, and much longer than any other', async () => {
  assert.deepEqual(
    await waits({ errorType: 'THROTTLING' }),
    [200, 400, 800, 1_600, 3_200, 6_400, 12_800, 20_000, 20_000, 20_000, 20_000, 20_000, 20_000],
  );
  assert.deepEqual(await waits({ errorType: 'TRANSIENT' }), [200, 400, 800, 1_600]);
  assert.deepEqual(await waits({ errorType: 'CLIENT_ERROR' }), []);
});

test('a HEAD request that is throttled says so by its status alone, and waits as long', async () => {
  const error = { name: 'Unknown', message: 'UnknownError', $metadata: { httpStatusCode: 503 } };
  assert.equal((await waits({ errorType: 'TRANSIENT', error })).length, 13);
});

test('a host name that is not there is asked for once more, and that is all', async () => {
  const error = { name: 'Error', message: 'getaddrinfo ENOTFOUND', code: 'ENOTFOUND', $metadata: {} };
  assert.deepEqual(await waits({ errorType: 'TRANSIENT', error }), [200]);
});

test('many throttled calls at once do not use up the tries of one', async () => {
  const all = await Promise.all(Array.from({ length: 500 }, () => waits({ errorType: 'THROTTLING' })));
  assert.ok(all.every(({ length }) => length === 13));
});

test('what is wrong with the credentials of the shell is remembered, and what an account does not take is not', () => {
  const named = (name: string) => Object.assign(new Error('said AWS'), { name });
  const { failed, refused } = createRefusal();
  for (const name of ['AccessDenied', 'InvalidClientTokenId', 'TimeoutError', 'SlowDown']) failed(named(name));
  assert.equal(refused(), undefined);
  failed(named('ExpiredToken'));
  failed(named('CredentialsProviderError'));
  assert.match(refused() ?? '', /^ExpiredToken: said AWS; the AWS credentials of this shell are missing or not valid/);
});

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lookup } from '../../local/loopback.mjs';

function resolve(hostname: string): Promise<unknown> {
  return new Promise((done) => lookup(hostname, {}, (error, address) => done(error === null ? address : error)));
}

for (const name of [
  'localhost',
  'bucket.localhost',
  'my.dotted.bucket.localhost',
  '111111111111.localhost',
  '127.0.0.1',
  '127.0.0.2',
]) {
  test(`${name} is this machine`, async () => {
    assert.equal(await resolve(name), name === '127.0.0.2' ? '127.0.0.2' : '127.0.0.1');
  });
}

test('all addresses are one', async () => {
  const all = await new Promise((done) => lookup('a.localhost', { all: true }, (_error, addresses) => done(addresses)));
  assert.deepEqual(all, [{ address: '127.0.0.1', family: 4 }]);
});

for (const name of [
  's3.eu-west-1.amazonaws.com',
  'example.com',
  'localhost.example.com',
  '10.0.0.1',
  '169.254.169.254',
]) {
  test(`${name} is refused by name`, async () => {
    const error = await resolve(name);
    assert.ok(error instanceof Error && 'code' in error);
    assert.deepEqual(
      [error.code, error.message],
      [
        'ENOTFOUND',
        `local mode reaches nothing but this machine: refused ${name}; set the client's endpoint to the embedded AWS`,
      ],
    );
  });
}

test('the hook keeps a whole process on this machine', async () => {
  const hook = fileURLToPath(new URL('../../local/loopback-hook.mjs', import.meta.url));
  const script = `
    import { get } from 'node:http';
    import { lookup } from 'node:dns/promises';
    const ask = (options) => new Promise((done) => get(options).on('error', (error) => done(error.code)));
    console.log(JSON.stringify([
      (await lookup('x.localhost')).address,
      await lookup('sts.amazonaws.com').catch((error) => error.code),
      await ask('http://s3.amazonaws.com/'),
      await ask('http://192.0.2.1/'),
      await fetch('http://kms.eu-west-1.amazonaws.com/').catch((error) => error.cause.code),
    ]));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    hook,
    '--input-type=module',
    '--eval',
    script,
  ]);
  assert.deepEqual(JSON.parse(stdout), ['127.0.0.1', 'ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND', 'ENOTFOUND']);
});

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { HttpRequest } from '@smithy/core/protocols';
import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { GetFindingsCommand } from '@aws-sdk/client-securityhub';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { createClients } from '../../src/runtime/clients.ts';
import { createAnnounceClients, createHubClients } from '../../src/runtime/hub-clients.ts';
import { startDeadline } from '../../src/runtime/deadline.ts';
import { CONTEXT } from './lambda-input.ts';

test('each client is made once, for its Region', async () => {
  const clients = createHubClients('eu-west-1');
  assert.equal(clients.s3(), clients.s3());
  const all = [clients.s3(), clients.s3Control(), clients.kms(), clients.dynamoDb(), clients.sqs()];
  assert.deepEqual(
    await Promise.all(all.map((client) => client.config.region())),
    all.map(() => 'eu-west-1'),
  );
});

/** A server of its own for one test. */
async function listening(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail();
}

test('a service that never answers is given up, and not just warned about', async (t) => {
  const port = await listening(t, () => {});
  const { requestHandler } = createClients('eu-west-1').kms().config;
  const request = new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port, path: '/' });
  await assert.rejects(requestHandler.handle(request, { requestTimeout: 20 }), { name: 'TimeoutError' });
});

test('an answer that stops in its middle ends', async (t) => {
  const port = await listening(t, (_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
  });
  const { requestHandler } = createClients('eu-west-1').s3().config;
  const request = new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port, path: '/' });
  const { response } = await requestHandler.handle(request);
  await assert.rejects(buffer(response.body), { name: 'TimeoutError' });
});

test('a write that must not be tried again is tried once', async () => {
  const clients = createClients('eu-west-1');
  assert.deepEqual([await clients.s3().config.maxAttempts(), await clients.s3Once().config.maxAttempts()], [3, 1]);
});

test('whoever gave the session of a client hears how its calls fail', async (t) => {
  const port = await listening(t, (_, response) => {
    response.writeHead(403, { 'x-amzn-errortype': 'InvalidToken' });
    response.end('<Error><Code>InvalidToken</Code><Message>no</Message></Error>');
  });
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
  t.after(() => void delete process.env['AWS_ENDPOINT_URL']);
  const heard: unknown[] = [];
  const keys = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' };
  const session = async () => ({ ...keys, expiration: new Date(Date.now() + 3_600_000) });
  const credentials = { session, failed: (error: unknown) => void heard.push(error) };
  const { s3, s3Once, kms } = createClients('eu-west-1', credentials);
  const { securityHub } = createAnnounceClients('eu-west-1', credentials);
  const calls = [
    () => s3().send(new ListBucketsCommand()),
    () => s3Once().send(new ListBucketsCommand()),
    () => kms().send(new ListKeysCommand()),
    () => securityHub().send(new GetFindingsCommand()),
  ];
  for (const call of calls) {
    const failed = await call().catch((error: unknown) => error);
    assert.equal(heard.at(-1), failed);
  }
  assert.equal(heard.length, calls.length);
});

test("no try of a call begins when its story's time is over, not even one of the SDK's own", async (t) => {
  const clock = { leftMs: 60_000 };
  let tries = 0;
  const server = createServer((_, response) => {
    tries += 1;
    if (tries === 2) clock.leftMs = 3_000;
    response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const before = { ...process.env };
  t.after(() => void (process.env = before));
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${address.port}`;
  process.env['AWS_ACCESS_KEY_ID'] = '111111111111';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
  const sqs = createHubClients('eu-west-1').sqs();
  using deadline = startDeadline({ ...CONTEXT, getRemainingTimeInMillis: () => clock.leftMs });
  const call = () => assert.rejects(sqs.send(new ListQueuesCommand({})), { code: 'out-of-time' });
  await deadline.orOver(call);
  assert.equal(tries, 2);
  await deadline.orOver(call);
  assert.equal(tries, 2);
});

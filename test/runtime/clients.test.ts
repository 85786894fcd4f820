import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { HttpRequest } from '@smithy/core/protocols';
import { createClients } from '../../src/runtime/clients.ts';

test('each client is made once, for its Region', async () => {
  const clients = createClients('eu-west-1');
  assert.equal(clients.s3(), clients.s3());
  const all = [clients.s3(), clients.s3Control(), clients.kms(), clients.dynamoDb(), clients.sqs()];
  assert.deepEqual(
    await Promise.all(all.map((client) => client.config.region())),
    all.map(() => 'eu-west-1'),
  );
});

test('a service that never answers is given up, and not just warned about', async (t) => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const { requestHandler } = createClients('eu-west-1').kms().config;
  const request = new HttpRequest({ protocol: 'http:', hostname: '127.0.0.1', port: Number(port), path: '/' });
  await assert.rejects(requestHandler.handle(request, { requestTimeout: 20 }), { name: 'TimeoutError' });
});

test('a write that must not be tried again is tried once, over the connections of the other calls', async () => {
  const clients = createClients('eu-west-1');
  assert.deepEqual([await clients.s3().config.maxAttempts(), await clients.s3Once().config.maxAttempts()], [3, 1]);
  assert.equal(clients.s3Once().config.requestHandler, clients.s3().config.requestHandler);
});

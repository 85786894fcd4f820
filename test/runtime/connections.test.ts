import assert from 'node:assert/strict';
import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import { test, type TestContext } from 'node:test';
import { HttpRequest } from '@smithy/core/protocols';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { lookup } from '../../local/loopback.mjs';
import { createConnections } from '../../src/runtime/connections.ts';
import { createHubClients } from '../../src/runtime/hub-clients.ts';

type Clients = ReturnType<typeof createHubClients>;
type Asking = { config: Pick<ReturnType<Clients['sqs']>['config'], 'requestHandler'> };

const IDLE = 64;
const MOST = 128;

/** A server that counts its connections, and clients of ours that ask it under any host name. Answers wait for `release`. */
async function openHosts(t: TestContext) {
  t.mock.method(dns, 'lookup', lookup);
  const waiting: ServerResponse[] = [];
  let open = 0;
  let most = 0;
  const seen = { held: false, connections: 0 };
  const server = createServer((_request, response) => (seen.held ? waiting.push(response) : response.end()));
  server.keepAliveTimeout = 20_000;
  server.on('connection', (socket) => {
    open += 1;
    seen.connections += 1;
    most = Math.max(most, open);
    socket.on('close', () => (open -= 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients = createHubClients('eu-west-1');
  // A request that waits for a connection counts as one that does not connect: a busy machine may take its time.
  const { requestHandler: handler } = clients.s3().config;
  assert.ok(handler instanceof NodeHttpHandler);
  handler.updateHttpClientConfig('connectionTimeout', 60_000);
  const address = server.address();
  const port = typeof address === 'object' ? Number(address?.port) : 0;
  t.after(() => {
    clients.s3().destroy();
    server.closeAllConnections();
    server.close();
  });
  return {
    seen,
    most: () => most,
    open: () => open,
    waiting,
    ask: async (host: string, { config: { requestHandler } }: Asking = clients.s3()) => {
      const request = new HttpRequest({ protocol: 'http:', hostname: `${host}.localhost`, port, path: '/' });
      const { response } = await requestHandler.handle(request, { requestTimeout: 60_000 });
      for await (const chunk of response.body) assert.ok(chunk);
      return response.statusCode;
    },
    sqs: clients.sqs,
  };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `bucket-${index}`);

/** Asks every host, so many at once. */
async function askAll(hosts: string[], atOnce: number, ask: (host: string) => Promise<unknown>): Promise<void> {
  const rest = hosts.values();
  const worker = async () => {
    for (const host of rest) await ask(host);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

test('a host name per bucket never opens more than 128 connections, and leaves at most 64 idle', async (t) => {
  const { ask, most, open } = await openHosts(t);
  await askAll(names(1_000), 64, ask);
  assert.ok(most() <= MOST, `${most()} connections`);
  // The server hears of a closed connection a moment later.
  while (open() > IDLE) await new Promise((resolve) => setImmediate(resolve));
});

test('thousands of requests at once share the connections, and every one is answered', async (t) => {
  const { ask, most, sqs } = await openHosts(t);
  const hosts = names(900).map((name, index) => (index % 3 === 0 ? 'shared' : name));
  const statuses = await Promise.all([
    ...hosts.map((host) => ask(host)),
    ...names(100).map((host) => ask(host, sqs())),
  ]);
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.ok(most() <= MOST, `${most()} connections`);
});

test('a host is asked at once although other hosts have idle connections', async (t) => {
  const { ask, seen, waiting } = await openHosts(t);
  await askAll(names(200), 64, ask);
  seen.held = true;
  const late = names(40).map((name) => ask(`late-${name}`));
  while (waiting.length < late.length) await new Promise((resolve) => setImmediate(resolve));
  for (const response of waiting) response.end();
  await Promise.all(late);
});

test('one host is asked over the connections that are open, whichever client asks', async (t) => {
  const { ask, seen, sqs } = await openHosts(t);
  await askAll(
    Array.from({ length: 500 }, () => 'one'),
    20,
    ask,
  );
  assert.equal(seen.connections, 20);
  await ask('one', sqs());
  assert.equal(seen.connections, 20);
});

test('names under localhost are this machine, whatever the system knows of them', async () => {
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { httpAgent } = createConnections();
  const [response] = await once(get({ host: '111111111111.localhost', port, agent: httpAgent }), 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
  httpAgent.destroy();
  server.close();
});

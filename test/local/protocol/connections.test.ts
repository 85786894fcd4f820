import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Agent, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import * as s3Sdk from '@aws-sdk/client-s3';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { serve, serviceOf } from './endpoint.ts';

const S3 = serviceOf(
  { id: 's3', signingName: 's3', protocol: 'restXml', sdk: s3Sdk },
  { GetObject: (input: { Key: string }) => ({ Body: Buffer.from(input.Key) }) },
);

/** What Node.js tells of each request, beside the request: the end of the connection that is the server's. */
interface Started {
  socket: Socket;
  server: Server;
}

/** After how many ms of silence the server would end the connection; Infinity where it never does. */
const limitOf = (socket: Socket): number => socket.timeout || Infinity;

for (const seconds of [59, 60, 61, 62, 63]) {
  test(`a connection that was silent for ${seconds} s takes the next call of a client with one attempt`, async (t) => {
    await using endpoint = await serve([S3]);
    const started: Started[] = [];
    const listener = (message: unknown): unknown => started.push(message as Started);
    subscribe('http.server.request.start', listener);
    t.after(() => unsubscribe('http.server.request.start', listener));
    const s3 = new S3Client({
      ...endpoint.clientConfig({ account: '111111111111', region: 'eu-west-1' }),
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler({ httpAgent: new Agent({ keepAlive: true, maxSockets: 1 }) }),
    });
    t.after(() => s3.destroy());
    const read = async (Key: string) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'calls', Key }));
      return Body?.transformToString();
    };
    assert.equal(await read('first'), 'first');
    await new Promise((resolve) => setImmediate(resolve));
    const [first] = started;
    assert.ok(first);
    // What a server does after a silence: its socket tells it so.
    if (limitOf(first.socket) <= seconds * 1000) first.socket.emit('timeout');
    assert.equal(await read('second'), 'second');
    assert.ok(started.every(({ socket }) => socket === first.socket));
    assert.deepEqual([first.server.headersTimeout, first.server.requestTimeout], [0, 0]);
  });
}

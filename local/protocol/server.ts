import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../errors.ts';
import { dispatch, type Answer, type DispatchDeps } from './dispatch.ts';
import { encodePlainError } from './encode-plain-error.ts';
import { receive } from './receive.ts';

/** A listening endpoint. */
export interface Endpoint {
  readonly port: number;
  /** The connections of clients: now, and at most since the start. */
  readonly connections: Connections;
  /** Stops listening and closes what connections are left. */
  close(): Promise<void>;
}

export interface Connections {
  readonly open: number;
  readonly most: number;
}

/** One node:http server for all services. Rejects with the system's error (EADDRINUSE) where the port is taken. */
export async function listen(deps: DispatchDeps, options: { port: number; host: string }): Promise<Endpoint> {
  const server = createServer((message, response) => void answer(message, response, deps));
  // Clients keep connections open between calls; closing one under them looks like a lost answer, so only they do.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  refuseConnect(server);
  const connections = countConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return { port: portOf(server.address()), connections, close: () => closeServer(server) };
}

async function answer(message: IncomingMessage, response: ServerResponse, deps: DispatchDeps): Promise<void> {
  try {
    send(await answerTo(message, deps), message, response);
  } catch (error) {
    if (message.destroyed && !message.complete) return;
    response.writeHead(500, { 'content-type': 'text/plain' }).end(error instanceof Error ? error.stack : String(error));
  }
}

/** A request whose envelope cannot be read (a broken escape, a torn chunk) is answered before any service sees it. */
async function answerTo(message: IncomingMessage, deps: DispatchDeps): Promise<Answer> {
  try {
    return await dispatch(await receive(message), deps);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const headers = { 'x-amz-target': message.headers['x-amz-target'] };
    return { kind: 'response', response: encodePlainError(headers, error, 'unread'), requestId: 'unread' };
  }
}

function send(answered: Answer, message: IncomingMessage, response: ServerResponse): void {
  if (answered.kind === 'drop') {
    const timer = setTimeout(() => message.socket.destroy(), answered.afterMs);
    message.socket.once('close', () => clearTimeout(timer));
    return;
  }
  const { status, headers, body } = answered.response;
  const ids = {
    'x-amz-request-id': answered.requestId,
    'x-amzn-requestid': answered.requestId,
    'x-amz-id-2': 'local',
    server: 'reseal-local',
  };
  if (message.method === 'HEAD' || status === 204 || status === 304) {
    response.writeHead(status, { ...ids, ...headers }).end();
  } else {
    response.writeHead(status, { ...ids, ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }
}

function countConnections(server: Server): Connections {
  const connections = { open: 0, most: 0 };
  server.on('connection', (socket) => {
    connections.open += 1;
    connections.most = Math.max(connections.most, connections.open);
    socket.on('close', () => (connections.open -= 1));
  });
  return connections;
}

/** CONNECT asks for a tunnel to a host of the client's choice; local mode reaches nothing but itself. */
function refuseConnect(server: Server): void {
  server.on('connect', (message, socket) => {
    const text = `no tunnel to ${message.url}: this endpoint answers http:// requests itself and passes nothing on; use http endpoints behind HTTP_PROXY\n`;
    socket.end(
      `HTTP/1.1 501 Not Implemented\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`,
    );
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the endpoint listens on no TCP port');
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One invocation as the Runtime API hands it out. */
export interface NextInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly traceHeader: string;
  readonly deadlineMs: number;
  readonly payload: Buffer;
}

/** What the Runtime API tells the environment behind a path. */
export interface RuntimeListener {
  /** Called when the runtime is ready for work; `give` hands it the invocation. */
  onNext(give: (invocation: NextInvocation) => void): void;
  onResponse(requestId: string, payload: Buffer): void;
  onError(requestId: string, payload: Buffer): void;
  onInitError(payload: Buffer): void;
}

export interface RuntimeApi {
  /** host:port, to which an environment adds its own path. */
  readonly address: string;
  attach(path: string, listener: RuntimeListener): void;
  detach(path: string): void;
  close(): Promise<void>;
}

/** Starts the Lambda Runtime API (2018-06-01) on a free loopback port; each environment has its own path below it. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const listeners = new Map<string, RuntimeListener>();
  const server = createServer((request, response) => {
    void answer(listeners, request, response);
  });
  // A runtime waits for its next invocation for as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(0, '127.0.0.1', resolve);
  await promise;
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    attach: (path, listener) => void listeners.set(path, listener),
    detach: (path) => void listeners.delete(path),
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

async function answer(
  listeners: ReadonlyMap<string, RuntimeListener>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, path = '', action = '', requestId = ''] =
    /^\/([^/]+)\/2018-06-01\/runtime\/(init\/error|invocation\/(?:next|([^/]+)\/(?:response|error)))$/.exec(
      request.url ?? '',
    ) ?? [];
  const listener = listeners.get(path);
  if (!listener) {
    response.writeHead(404).end();
    return;
  }
  if (action === 'invocation/next') {
    listener.onNext((invocation) => give(invocation, response));
    return;
  }
  const payload = await readAll(request);
  if (action === 'init/error') {
    listener.onInitError(payload);
  } else if (action.endsWith('/response')) {
    listener.onResponse(requestId, payload);
  } else {
    listener.onError(requestId, payload);
  }
  response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
}

function give(invocation: NextInvocation, response: ServerResponse): void {
  const { requestId, functionArn, traceHeader, deadlineMs, payload } = invocation;
  response
    .writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(deadlineMs),
      'lambda-runtime-invoked-function-arn': functionArn,
      'lambda-runtime-trace-id': traceHeader,
    })
    .end(payload);
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

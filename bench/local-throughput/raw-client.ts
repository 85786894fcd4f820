import { connect, type Socket } from 'node:net';

/** One keep-alive connection that sends the same request again as soon as the answer is there. */
export interface RawClient {
  readonly answered: number;
  stop(): void;
}

/** Throws through `fail` for an answer that is not 200 or does not hold `expected`: a fast wrong answer is no throughput. */
export function startRawClient(options: {
  port: number;
  request: string;
  expected: string;
  fail: (problem: Error) => void;
}): RawClient {
  const { port, request, expected, fail } = options;
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
  const client = { answered: 0, stop: () => void socket.destroy() };
  let buffered = '';
  socket.on('error', fail);
  socket.on('data', (chunk) => {
    buffered += chunk.toString('latin1');
    const head = buffered.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(buffered)?.[1]);
    if (head < 0 || buffered.length < head + 4 + length) return;
    if (!buffered.startsWith('HTTP/1.1 200') || !buffered.includes(expected))
      return fail(new Error(`expected 200 with ${expected}, got: ${buffered}`));
    buffered = '';
    client.answered += 1;
    socket.write(request);
  });
  return client;
}

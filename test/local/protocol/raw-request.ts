import { request } from 'node:http';
import { connect } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface RawRequest {
  readonly port: number;
  readonly method?: string;
  /** Sent as it is, so that odd escapes and absolute forms arrive as written. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** The signing name of the credential scope; null sends no signature. */
  readonly signedFor?: string | null;
}

/** One request below the SDK, with a credential scope of account 111111111111 in eu-west-1. */
export function send({
  port,
  method = 'GET',
  target,
  headers = {},
  body,
  signedFor = 's3',
}: RawRequest): Promise<RawAnswer> {
  const scope = `AWS4-HMAC-SHA256 Credential=111111111111/20260501/eu-west-1/${signedFor}/aws4_request, SignedHeaders=host, Signature=0`;
  const signed = signedFor === null ? {} : { authorization: scope };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, method, path: target, headers: { ...signed, ...headers }, agent: false },
      (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('end', () =>
          resolve({ status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks) }),
        );
        message.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Writes text to the socket and returns all that comes back until the endpoint closes it. */
export function sendText(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

import type { IncomingMessage } from 'node:http';
import { readAddress } from './address.ts';
import { isAwsChunked, readAwsChunked, withoutAwsChunked } from './aws-chunked.ts';
import type { Received } from './request.ts';
import { readSignature } from './signature.ts';

/** Reads a whole request from the socket: body unframed, address split, signature scope read. */
export async function receive(message: IncomingMessage): Promise<Received> {
  const raw = await readBody(message);
  const { headers, body } = unframe(plainHeaders(message), raw);
  const address = readAddress(message.url ?? '/', headers['host'] ?? '');
  return {
    ...address,
    method: message.method ?? 'GET',
    headers,
    body,
    signature: readSignature(headers['authorization'], address.query),
    sourceIp: message.socket.remoteAddress?.replace(/^::ffff:/, '') ?? '127.0.0.1',
  };
}

function readBody(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    message.on('error', reject);
  });
}

function plainHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
}

/** Trailers count as headers, and S3 does not keep the word aws-chunked in a stored Content-Encoding. */
function unframe(headers: Record<string, string>, raw: Buffer): { headers: Record<string, string>; body: Buffer } {
  const { body, trailers } = isAwsChunked(headers) ? readAwsChunked(raw) : { body: raw, trailers: {} };
  const { 'content-encoding': encoding, ...others } = headers;
  const kept = withoutAwsChunked(encoding ?? '');
  return { headers: { ...others, ...trailers, ...(kept === '' ? {} : { 'content-encoding': kept }) }, body };
}

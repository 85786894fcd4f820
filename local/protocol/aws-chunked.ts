import { AwsError } from '../errors.ts';

const LINE_END = '\r\n';

/** A body that was sent as aws-chunked, put together again, and the trailers behind it. */
export interface Unchunked {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * True for a body that the client framed as `size[;chunk-signature=...]CRLF bytes CRLF`, with or without trailers. A plain body whose
 * Content-Encoding says aws-chunked is not framed: what tells is the payload's hash, or the length inside the frame.
 */
export function isAwsChunked(headers: Readonly<Record<string, string>>): boolean {
  return (
    headers['x-amz-decoded-content-length'] !== undefined ||
    (headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')
  );
}

/** What is left of a Content-Encoding header once the framing is taken away: S3 stores only that. */
export function withoutAwsChunked(contentEncoding: string): string {
  return contentEncoding
    .split(',')
    .filter((name) => !isChunkedName(name))
    .join(',')
    .trim();
}

/** Throws IncompleteBody where a chunk is shorter than it says or the last chunk is missing. */
export function readAwsChunked(framed: Buffer): Unchunked {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = framed.indexOf(LINE_END, at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(framed.toString('latin1', at, lineEnd), 16);
    const start = lineEnd + LINE_END.length;
    if (Number.isNaN(size) || start + size > framed.length) {
      throw new AwsError(
        'IncompleteBody',
        'You did not provide the number of bytes specified by the Content-Length HTTP header.',
        400,
      );
    }
    if (size === 0) return { body: join(chunks), trailers: readTrailers(framed.toString('latin1', start)) };
    chunks.push(framed.subarray(start, start + size));
    at = start + size + LINE_END.length;
  }
}

function readTrailers(text: string): Record<string, string> {
  const lines = text.split(LINE_END).filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
}

function join(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function isChunkedName(name: string): boolean {
  return name.trim().toLowerCase() === 'aws-chunked';
}

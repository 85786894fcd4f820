import { AwsError } from '../errors.ts';
import type { WireRequest } from '../service.ts';
import { invalidArgument } from './s3-error.ts';

const SSE_HEADERS = ['x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'];

/** What S3 refuses in a request before it reads what the model knows of it. */
export function checkRequest(operation: string, { headers }: WireRequest): void {
  switch (operation) {
    case 'GetObject':
    case 'HeadObject':
      return refuseEncryption(headers);
    case 'PutObject':
    case 'UploadPart':
      return requireLength(headers);
    default:
  }
}

/** A read cannot ask for an encryption (API GetObject, HeadObject: such headers are a 400). */
function refuseEncryption(headers: Readonly<Record<string, string>>): void {
  const header = SSE_HEADERS.find((name) => headers[name] !== undefined);
  if (header !== undefined)
    throw invalidArgument(`${header} header is not supported for this operation.`, header, headers[header]);
}

/** S3 takes no body of an unknown length (S3 API, Error responses, MissingContentLength); one in chunks of its own names the length inside. */
function requireLength(headers: Readonly<Record<string, string>>): void {
  if (headers['content-length'] !== undefined || headers['x-amz-decoded-content-length'] !== undefined) return;
  throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
}

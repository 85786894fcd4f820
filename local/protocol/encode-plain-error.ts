import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { encodeJsonError } from './encode-json-error.ts';
import { XML_HEADER, xmlText } from './xml.ts';

/** An error where no service's model is at hand, in the protocol that the request looks like: JSON with X-Amz-Target, else XML. */
export function encodePlainError(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  error: AwsError,
  requestId: string,
): WireResponse {
  if (headers['x-amz-target'] !== undefined) {
    const contentType = 'application/x-amz-json-1.0';
    return encodeJsonError({ error, contentType, isRest: false });
  }
  const inner = `<Code>${xmlText(error.code)}</Code><Message>${xmlText(error.message)}</Message>`;
  const isForm = String(headers['content-type']).startsWith('application/x-www-form-urlencoded');
  const body = isForm
    ? `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
    : `<Error>${inner}<RequestId>${requestId}</RequestId><HostId>local</HostId></Error>`;
  return {
    status: error.status,
    headers: { 'content-type': 'application/xml', ...error.headers },
    body: XML_HEADER + body,
  };
}

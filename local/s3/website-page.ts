import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import type { getObject } from './get-object.ts';
import type { RedirectAnswer } from './website-routing.ts';

type Page = ReturnType<typeof getObject>;

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
};

/** An object as a page of a site: its bytes and the headers that a browser reads. */
export function pageAnswer(status: number, page: Page): WireResponse {
  const headers = {
    'content-type': page.ContentType,
    'cache-control': page.CacheControl,
    'content-disposition': page.ContentDisposition,
    'content-encoding': page.ContentEncoding,
    'content-language': page.ContentLanguage,
    etag: page.ETag,
    'last-modified': page.LastModified?.toUTCString(),
    'x-amz-server-side-encryption': page.ServerSideEncryption,
  };
  return { status, headers: onlyGiven(headers), body: page.Body };
}

export function redirectAnswer({ status, location }: RedirectAnswer): WireResponse {
  return { status, headers: { location, 'content-type': 'text/html; charset=utf-8' }, body: html(status, []) };
}

/** Website endpoints tell their errors to people, not to SDKs (S3 guide, "Key differences between a website endpoint and a REST API endpoint"). */
export function errorAnswer(error: AwsError): WireResponse {
  const { status, code, message, fields } = error;
  const lines = Object.entries({ Code: code, Message: message, ...fields }).map(([name, value]) => `${name}: ${value}`);
  return { status, headers: errorHeaders(error), body: html(status, lines) };
}

export function errorHeaders({ code, message }: AwsError): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'x-amz-error-code': code,
    'x-amz-error-message': message,
  };
}

function html(status: number, lines: readonly string[]): string {
  const title = `${status} ${STATUS_TEXTS[status] ?? ''}`.trim();
  const list = lines.length === 0 ? '' : `<ul>\n${lines.map((line) => `<li>${escaped(line)}</li>\n`).join('')}</ul>\n`;
  return `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${list}<hr/>\n</body>\n</html>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function onlyGiven(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) given[name] = value;
  return given;
}

import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { entryOf } from '../entry-of.ts';
import { traitsOf, type Model } from './model.ts';
import { XML_HEADER, xmlNamespaceOf, xmlText } from './xml.ts';

/** `bare` is S3's document, `wrapped` S3 Control's and that of the Query services. */
export type XmlErrorStyle = 'bare' | 'wrapped';

interface XmlError {
  readonly error: AwsError;
  readonly requestId: string;
  readonly style: XmlErrorStyle;
  readonly model: Model;
}

/** An error as an XML document with its code, message, fields and request id (S3 API, Error responses; Query API, common errors). */
export function encodeXmlError({ error, requestId, style, model }: XmlError): WireResponse {
  const fields = Object.entries(error.fields).map(([name, value]) => `<${name}>${xmlText(value)}</${name}>`);
  const inner = `<Code>${xmlText(codeOf(error, model))}</Code><Message>${xmlText(error.message)}</Message>${fields.join('')}`;
  const ids = `<RequestId>${requestId}</RequestId><HostId>local</HostId>`;
  const fault = error.status >= 500 ? 'Receiver' : 'Sender';
  const body =
    style === 'bare'
      ? `${XML_HEADER}<Error>${inner}${ids}</Error>`
      : `${XML_HEADER}<ErrorResponse xmlns="${xmlNamespaceOf(model.namespace)}"><Error><Type>${fault}</Type>${inner}</Error>${ids}</ErrorResponse>`;
  return { status: statusOf(error, model), headers: { 'content-type': 'application/xml', ...error.headers }, body };
}

/** Services that call a refusal otherwise than most. */
const DENIALS: Readonly<Record<string, string>> = { 'com.amazonaws.sns': 'AuthorizationError' };

/** The Query services have wire codes beside the names of their shapes (trait aws.protocols#awsQueryError). */
function codeOf(error: AwsError, model: Model): string {
  const denial = error.code === 'AccessDenied' ? entryOf(DENIALS, model.namespace) : undefined;
  return denial ?? queryError(error, model)?.code ?? error.code;
}

/** An error thrown without a status has the one of its model, where that says one. */
function statusOf(error: AwsError, model: Model): number {
  const shape = model.errors.get(error.code);
  const modelled = shape === undefined ? undefined : traitsOf(shape)['httpError'];
  if (error.status !== 400) return error.status;
  return queryError(error, model)?.status ?? (typeof modelled === 'number' ? modelled : 400);
}

function queryError(error: AwsError, model: Model): { code: string; status: number } | undefined {
  const shape = model.errors.get(error.code);
  const trait = shape === undefined ? undefined : traitsOf(shape)['awsQueryError'];
  if (!Array.isArray(trait) || typeof trait[0] !== 'string' || typeof trait[1] !== 'number') return undefined;
  return { code: trait[0], status: trait[1] };
}

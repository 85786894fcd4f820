import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { traitsOf, type Model } from './model.ts';

interface JsonError {
  readonly error: AwsError;
  readonly contentType: string;
  /** awsJson answers every client error with 400; restJson1 uses the model's status. */
  readonly isRest: boolean;
  readonly model?: Model;
}

/** An error as a JSON document with `__type`, and its name in x-amzn-ErrorType (Smithy awsJson and restJson1, operation errors). */
export function encodeJsonError({ error, contentType, isRest, model }: JsonError): WireResponse {
  const code = error.code === 'AccessDenied' ? 'AccessDeniedException' : error.code;
  const shape = model?.errors.get(code);
  const traits = shape === undefined ? {} : traitsOf(shape);
  const trait = traits['awsQueryError'];
  const query =
    Array.isArray(trait) && typeof trait[0] === 'string' ? { 'x-amzn-query-error': `${trait[0]};Sender` } : {};
  const type = shape === undefined || isRest ? code : `${shape[1]}#${code}`;
  return {
    status: isRest ? restStatus(error, traits['httpError']) : error.status >= 500 ? error.status : 400,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code, ...query, ...error.headers },
    body: JSON.stringify({ __type: type, message: error.message, Message: error.message, ...error.fields }),
  };
}

function restStatus(error: AwsError, modelled: unknown): number {
  return error.status === 400 && typeof modelled === 'number' ? modelled : error.status;
}

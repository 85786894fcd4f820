import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import { entryOf } from '../entry-of.ts';
import { traitsOf, type Model } from './model.ts';

interface JsonError {
  readonly error: AwsError;
  readonly contentType: string;
  /** awsJson answers every client error with 400; restJson1 uses the model's status. */
  readonly isRest: boolean;
  readonly model?: Model;
}

/** JSON services call the common errors by longer names than S3. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  AccessDenied: 'AccessDeniedException',
  ExpiredToken: 'ExpiredTokenException',
};

/** Services that moved from Query to JSON and still tell their old error codes (trait aws.protocols#awsQueryCompatible). */
const QUERY_COMPATIBLE = new Set(['com.amazonaws.sqs', 'com.amazonaws.cloudwatch']);

/** An error as a JSON document with `__type`, and its name in x-amzn-ErrorType (Smithy awsJson and restJson1, operation errors). */
export function encodeJsonError({ error, contentType, isRest, model }: JsonError): WireResponse {
  const code = entryOf(JSON_NAMES, error.code) ?? error.code;
  const shape = model?.errors.get(code);
  const traits = shape === undefined ? {} : traitsOf(shape);
  const queryCode = QUERY_COMPATIBLE.has(model?.namespace ?? '') ? queryCodeOf(traits) : undefined;
  const query = queryCode === undefined ? {} : { 'x-amzn-query-error': `${queryCode};Sender` };
  const type = queryCode === undefined ? code : `${model?.namespace}#${code}`;
  return {
    status: isRest ? restStatus(error, traits['httpError']) : error.status >= 500 ? error.status : 400,
    headers: { 'content-type': contentType, 'x-amzn-errortype': code, ...query, ...error.headers },
    body: JSON.stringify({ __type: type, message: error.message, Message: error.message, ...error.fields }),
  };
}

function queryCodeOf(traits: Readonly<Record<string, unknown>>): string | undefined {
  const trait = traits['awsQueryError'];
  return Array.isArray(trait) && typeof trait[0] === 'string' ? trait[0] : undefined;
}

function restStatus(error: AwsError, modelled: unknown): number {
  return error.status === 400 && typeof modelled === 'number' ? modelled : error.status;
}

import type { AwsError } from '../errors.ts';
import type { WireResponse } from '../service.ts';
import type { Received } from './request.ts';

/** The wire format of one service: from a request to an operation's input, and from its output or error to a response. */
export interface Wire {
  /** Which operation is asked for. Throws AwsError where the model has none for the request. */
  route(request: Received): Routed;
  /** Throws the service's own validation error where a required member is missing or the body cannot be read. */
  decode(routed: Routed, request: Received): Promise<object>;
  encode(operation: string, output: unknown, requestId: string): WireResponse;
  encodeError(error: AwsError, requestId: string): WireResponse;
}

export interface Routed {
  readonly operation: string;
  /** Parts of the path by member name, decoded. Empty for protocols without paths. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What an operation may answer beside its modelled members. `$status` for what the model has no member for, such as 206 of a ranged GetObject
 * or 304; `$headers` for headers that S3 sends and the model does not bind.
 */
export interface WireExtras {
  readonly $status?: number;
  readonly $headers?: Readonly<Record<string, string>>;
}

/** Reads the extras of an output of unknown shape. */
export function extrasOf(output: unknown): WireExtras {
  if (typeof output !== 'object' || output === null) return {};
  const status = '$status' in output ? output.$status : undefined;
  const headers = '$headers' in output ? output.$headers : undefined;
  return {
    ...(typeof status === 'number' ? { $status: status } : {}),
    ...(typeof headers === 'object' && headers !== null
      ? { $headers: Object.fromEntries(Object.entries(headers)) }
      : {}),
  };
}

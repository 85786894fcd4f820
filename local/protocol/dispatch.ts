import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError, notEmulated } from '../errors.ts';
import { ANONYMOUS } from '../identity/caller.ts';
import type { RawService, WireRequest, WireResponse } from '../service.ts';
import type { Identity } from '../world.ts';
import { entryOf } from '../entry-of.ts';
import { targetOperation } from './aws-json.ts';
import { encodePlainError } from './encode-plain-error.ts';
import { findMounted, type Mounted, type MountedModel } from './mount.ts';
import { perform } from './perform.ts';
import type { Received, Signature } from './request.ts';
import type { Ran, Runner } from './run.ts';
import { hasNoCredentials, isSignatureVersion2, presignProblem, UNSIGNED_S3 } from './signature.ts';
import type { Routed } from './wire.ts';

export interface DispatchDeps {
  readonly mounted: readonly Mounted[];
  readonly identity: Identity;
  readonly runner: Runner;
  readonly now: () => Date;
  /** Awaited before each call of an outside caller; it decides itself what is a first use. */
  readonly onOutsideCall: (accountId: string, region: string) => Promise<void>;
  /** Where a bucket is: a request without credentials names no Region. */
  readonly regionOfBucket?: (bucket: string) => string | undefined;
  /** Hosts of website endpoints, which have no API. */
  readonly website?: (request: Received) => WireResponse;
  /** Paths under `/_local/`, which are no AWS. */
  readonly admin: (request: WireRequest) => Promise<WireResponse | undefined>;
}

/** What goes back to the client: a response, or a connection that a fault closes. */
export type Answer = Drop | { readonly kind: 'response'; readonly response: WireResponse; readonly requestId: string };
type Drop = Extract<Ran, { kind: 'drop' }>;

/** One signed request on its way through. */
interface Turn {
  readonly received: Received;
  readonly signature: Signature;
  readonly requestId: string;
  readonly deps: DispatchDeps;
}

/** Answers one received request: who asks, which service, which operation; then runs it and encodes what came of it. */
export async function dispatch(received: Received, deps: DispatchDeps): Promise<Answer> {
  const requestId = randomUUID();
  const respond = (response: WireResponse): Answer => ({ kind: 'response', response, requestId });
  if (received.path.startsWith('/_local/')) return respond((await deps.admin(received)) ?? nothingAt(received.path));
  if (received.website !== undefined && deps.website !== undefined) return respond(deps.website(received));
  const signature = received.signature ?? (hasNoCredentials(received) ? UNSIGNED_S3 : undefined);
  if (signature === undefined) return respond(encodePlainError(received.headers, unsigned(received), requestId));
  const lapsed = presignProblem(received.query, deps.now());
  if (lapsed !== undefined) return respond(encodePlainError(received.headers, lapsed, requestId));
  const mounted = findMounted(deps.mounted, received, signature.signingName);
  if (mounted === undefined)
    return respond(
      encodePlainError(received.headers, notEmulated(`the service that signs as ${signature.signingName}`), requestId),
    );
  if (signature === UNSIGNED_S3 && !takesAnonymous(mounted))
    return respond(encodePlainError(received.headers, unsigned(received), requestId));
  const turn = { received, signature, requestId, deps };
  try {
    const answered =
      mounted.kind === 'raw' ? await answerRaw(mounted.service, turn) : await answerModelled(mounted, turn);
    return 'kind' in answered ? answered : respond(answered);
  } catch (error) {
    const known = error instanceof AwsError ? error : internal(error);
    return respond(
      mounted.kind === 'raw'
        ? encodePlainError(received.headers, known, requestId)
        : mounted.wire.encodeError(known, requestId),
    );
  }
}

async function answerModelled({ service, wire }: MountedModel, turn: Turn): Promise<WireResponse | Drop> {
  const routed = wire.route(turn.received);
  const call = await openCall(service.id, routed.operation, turn, routed.labels['Bucket']);
  if (entryOf(service.operations, routed.operation) === undefined)
    throw notEmulated(`${service.id} ${routed.operation}`);
  const decoded = await decodeInput({ service, wire }, routed, turn.received);
  const ran = await turn.deps.runner.run(call, decoded.input, () => {
    if (decoded.error !== undefined) throw decoded.error;
    return perform(turn.deps.identity, service, call, decoded.input);
  });
  return ran.kind === 'drop' ? ran : wire.encode(routed.operation, ran.output, turn.requestId);
}

/** A refused input still is a call, with what its path names, so that CloudTrail and faults see it. */
async function decodeInput(
  { service, wire }: Pick<MountedModel, 'service' | 'wire'>,
  routed: Routed,
  received: Received,
): Promise<{ input: object; error?: AwsError }> {
  try {
    service.checkRequest?.(routed.operation, received);
    return { input: await wire.decode(routed, received) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { input: routed.labels, error };
  }
}

async function answerRaw(service: RawService, turn: Turn): Promise<WireResponse | Drop> {
  const call = await openCall(service.id, targetOperation(turn.received.headers['x-amz-target']), turn);
  let response: WireResponse | undefined;
  const ran = await turn.deps.runner.run(call, {}, async () => {
    response = await service.handle(turn.received, call);
  });
  if (ran.kind === 'drop') return ran;
  if (response === undefined) throw new Error(`${service.id} answered nothing to ${call.operation}`);
  return response;
}

async function openCall(
  service: string,
  operation: string,
  { received, signature, requestId, deps }: Turn,
  bucket = '',
): Promise<Call> {
  const isAnonymous = signature === UNSIGNED_S3;
  const caller = isAnonymous ? ANONYMOUS : deps.identity.callerOf(signature.accessKeyId);
  const { 'x-amzn-trace-id': traceHeader, referer } = received.headers;
  if (caller.role === undefined && !isAnonymous) await deps.onOutsideCall(caller.accountId, signature.region);
  return {
    service,
    operation,
    region: (isAnonymous ? deps.regionOfBucket?.(bucket) : undefined) ?? signature.region,
    caller,
    requestId,
    time: deps.now(),
    sourceIp: received.sourceIp,
    userAgent: received.headers['user-agent'] ?? '',
    ...(traceHeader === undefined ? {} : { traceHeader }),
    ...(referer === undefined ? {} : { referer }),
  };
}

/** Only S3 answers those who do not say who they are. */
function takesAnonymous(mounted: Mounted): boolean {
  return mounted.kind === 'modelled' && mounted.service.takesAnonymous === true;
}

function unsigned({ headers, query }: Received): AwsError {
  if (isSignatureVersion2(headers['authorization'], query)) {
    return new AwsError(
      'InvalidRequest',
      'The authorization mechanism you have provided (Signature Version 2) is not supported. Please use AWS4-HMAC-SHA256.',
      400,
    );
  }
  return new AwsError(
    'AccessDenied',
    'Access Denied: the request is not signed, and only S3 takes anonymous ones',
    403,
  );
}

/** A mistake of the emulation itself: the stack goes to the client, who is its developer. */
function internal(error: unknown): AwsError {
  return new AwsError('InternalError', error instanceof Error ? (error.stack ?? error.message) : String(error), 500);
}

function nothingAt(path: string): WireResponse {
  return { status: 404, headers: { 'content-type': 'text/plain' }, body: `nothing is at ${path}\n` };
}

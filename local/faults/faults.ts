import { createHash } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Fault } from './fault.ts';

/** The faults of one embedded AWS, in the order in which they were set. */
export interface Faults {
  /** Returns an id for `remove`. */
  add(fault: Fault): string;
  remove(id: string): void;
  clear(): void;
  list(): readonly SetFault[];
  /** The first fault that hits this call, counted as played. */
  take(call: Call, input: object): Fault | undefined;
}

export interface SetFault {
  readonly id: string;
  readonly fault: Fault;
  readonly played: number;
}

interface SetEntry {
  readonly fault: Fault;
  played: number;
  /** Calls that match, hit or not. */
  calls: number;
  /** How often each object was hit. */
  readonly playedFor: Map<string, number>;
}

export function createFaults(): Faults {
  const set = new Map<string, SetEntry>();
  let lastId = 0;
  return {
    add: (fault) => {
      lastId += 1;
      set.set(String(lastId), { fault, played: 0, calls: 0, playedFor: new Map() });
      return String(lastId);
    },
    remove: (id) => void set.delete(id),
    clear: () => set.clear(),
    list: () => [...set].map(([id, { fault, played }]) => ({ id, fault, played })),
    take: (call, input) => {
      if (set.size === 0) return undefined;
      for (const [id, entry] of set) {
        if (!hits(entry.fault, call, input) || !isChosen(entry, input)) continue;
        entry.played += 1;
        if (entry.played === entry.fault.times) set.delete(id);
        return entry.fault;
      }
      return undefined;
    },
  };
}

/** The error that AWS would answer for this kind; undefined for the kinds that act on the connection. */
export function errorOf(fault: Fault, call: Call): AwsError | undefined {
  if (fault.kind === 'throttle') return throttled(call.service);
  if (fault.kind === 'internal-error')
    return new AwsError('InternalError', 'We encountered an internal error. Please try again.', 500);
  if (fault.kind === 'error')
    return new AwsError(fault.code ?? 'InternalError', `${fault.code} (a fault was set)`, fault.status ?? 400);
  if (fault.kind !== 'access-denied') return undefined;
  return new AwsError(
    'AccessDenied',
    `User: ${call.caller.arn} is not authorized to perform: ${call.service}:${call.operation} (a fault was set)`,
    403,
  );
}

/** S3 SlowDown (API Error responses), Lambda TooManyRequestsException, ThrottlingException elsewhere. */
function throttled(service: string): AwsError {
  if (service === 's3') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  if (service === 's3control') return new AwsError('TooManyRequestsException', 'Please reduce your request rate.', 400);
  if (service === 'lambda') return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
  return new AwsError('ThrottlingException', 'Rate exceeded', 400);
}

function hits(fault: Fault, call: Call, input: object): boolean {
  return (
    (fault.operation === '*' || fault.operation === call.operation) &&
    matches(fault.service, call.service) &&
    matches(fault.account, accountOf(call, input)) &&
    matches(fault.role, roleOf(call, input)) &&
    matches(fault.region, call.region) &&
    (fault.bucket === undefined || ('Bucket' in input && input.Bucket === fault.bucket)) &&
    matches(fault.key, keyOf(input)) &&
    (fault.prefix === undefined || keyOf(input)?.startsWith(fault.prefix) === true)
  );
}

/** Whether the share and the number of times for each object let a matching call be hit; counts it where they do. */
function isChosen(entry: SetEntry, input: object): boolean {
  const { fault, playedFor } = entry;
  entry.calls += 1;
  const object = objectOf(input);
  if (fault.share !== undefined && lotOf(`${fault.seed}/${object ?? entry.calls}`) >= fault.share) return false;
  if (fault.timesEach === undefined) return true;
  const played = playedFor.get(object ?? '') ?? 0;
  if (played >= fault.timesEach) return false;
  playedFor.set(object ?? '', played + 1);
  return true;
}

/** From 0 to below 1, the same for the same text, on every machine. */
function lotOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** The object of a call: bucket, key and version. */
function objectOf(input: object): string | undefined {
  const key = keyOf(input);
  if (key === undefined) return undefined;
  return JSON.stringify(['Bucket' in input ? input.Bucket : '', key, 'VersionId' in input ? input.VersionId : '']);
}

function keyOf(input: object): string | undefined {
  return 'Key' in input && typeof input.Key === 'string' ? input.Key : undefined;
}

/** A session that is asked for acts in the account of its role. */
function accountOf({ operation, caller }: Call, input: object): string | undefined {
  return operation === 'AssumeRole' ? assumedArn(input)?.split(':')[4] : caller.accountId;
}

function roleOf({ operation, caller }: Call, input: object): string | undefined {
  return operation === 'AssumeRole' ? assumedArn(input)?.split('/').at(-1) : caller.role?.name;
}

function assumedArn(input: object): string | undefined {
  return 'RoleArn' in input && typeof input.RoleArn === 'string' ? input.RoleArn : undefined;
}

function matches(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

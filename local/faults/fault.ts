import { entryOf } from '../entry-of.ts';

/** A fault to play on matching calls before their operation runs. */
export interface Fault {
  readonly kind: FaultKind;
  /** `*` for every operation. */
  readonly operation: string;
  /** Id of the service definition, for example `s3`; every service where absent. */
  readonly service?: string;
  readonly bucket?: string;
  /** The key of the object that the call is about. */
  readonly key?: string;
  /** What the key of the object begins with. */
  readonly prefix?: string;
  /** The account in which the call acts: the caller's, for AssumeRole that of the role. */
  readonly account?: string;
  /** Name of the role that calls, or that AssumeRole asks for. */
  readonly role?: string;
  readonly region?: string;
  /** How many calls are hit; every call where absent. */
  readonly times?: number;
  /** How many calls for each object (key and version) are hit, so that a later try of it goes through. */
  readonly timesEach?: number;
  /** Which part of the objects is hit, from above 0 to 1; of calls that are about no object, which part of the calls. */
  readonly share?: number;
  /** Decides, with `share`, which: the same seed takes the same objects. */
  readonly seed?: string;
  /** For `error` the error's name, for example KMS.DisabledException. */
  readonly code?: string;
  /** For `error` the HTTP status; 400 where absent. */
  readonly status?: number;
  /** For `slow` how long the answer waits, for `timeout` after what time the connection is dropped, in milliseconds. */
  readonly ms?: number;
}

const FAULT_KINDS = [
  'throttle',
  'internal-error',
  'access-denied',
  /** The error of `code` and `status`. */
  'error',
  /** No answer until the client gives up or `ms` have passed; the operation does not run. */
  'timeout',
  /** The connection is closed without an answer; the operation does not run. */
  'reset',
  /** The operation runs and its answer is lost on the way: what a client sees as a reset although the write was done. */
  'lost-answer',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const TEXT = { fits: (found: unknown) => typeof found === 'string' && found !== '', expected: 'a text' };
const COUNT = { fits: (found: unknown) => isWhole(found) && Number(found) >= 1, expected: 'a whole number from 1' };

const FAULT_MEMBERS: Readonly<Record<string, { fits: (found: unknown) => boolean; expected: string }>> = {
  kind: {
    fits: (found) => FAULT_KINDS.some((kind) => kind === found),
    expected: `one of ${FAULT_KINDS.join(', ')}`,
  },
  operation: TEXT,
  service: TEXT,
  bucket: TEXT,
  key: TEXT,
  prefix: TEXT,
  account: TEXT,
  role: TEXT,
  region: TEXT,
  times: COUNT,
  timesEach: COUNT,
  share: {
    fits: (found) => typeof found === 'number' && found > 0 && found <= 1,
    expected: 'a number above 0 and up to 1',
  },
  seed: TEXT,
  code: TEXT,
  status: {
    fits: (found) => isWhole(found) && Number(found) >= 400 && Number(found) <= 599,
    expected: 'a status from 400 to 599',
  },
  ms: COUNT,
};

/** Reads a fault from outside. Throws with the member, what was expected and what was found. */
export function readFault(value: unknown): Fault {
  if (typeof value !== 'object' || value === null)
    throw new Error(`a fault is an object with kind and operation, found ${JSON.stringify(value)}`);
  for (const [name, found] of Object.entries(value)) checkMember(name, found);
  if (!isFault(value))
    throw new Error(`a fault needs kind and operation, found only ${Object.keys(value).join(', ') || 'nothing'}`);
  if (value.kind === 'error' && value.code === undefined) throw new Error('a fault of the kind error needs a code');
  if (value.share !== undefined && value.seed === undefined)
    throw new Error('a fault with a share needs a seed, which decides what is hit');
  return value;
}

function isFault(value: object): value is Fault {
  return 'kind' in value && 'operation' in value;
}

function checkMember(name: string, found: unknown): void {
  const member = entryOf(FAULT_MEMBERS, name);
  if (member?.fits(found) === true) return;
  const expected = member?.expected ?? `no such member; the members are ${Object.keys(FAULT_MEMBERS).join(', ')}`;
  throw new Error(`fault member ${name}: expected ${expected}, found ${JSON.stringify(found)}`);
}

function isWhole(found: unknown): boolean {
  return typeof found === 'number' && Number.isInteger(found);
}

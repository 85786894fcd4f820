/** A fault to play on matching calls before their operation runs. */
export interface Fault {
  readonly kind: FaultKind;
  /** `*` for every operation. */
  readonly operation: string;
  /** Id of the service definition, for example `s3`; every service where absent. */
  readonly service?: string;
  readonly bucket?: string;
  /** The account in which the call acts: the caller's, for AssumeRole that of the role. */
  readonly account?: string;
  /** Name of the role that calls, or that AssumeRole asks for. */
  readonly role?: string;
  readonly region?: string;
  /** How many calls are hit; every call where absent. */
  readonly times?: number;
  /** For `slow` how long the answer waits, for `timeout` after what time the connection is dropped, in milliseconds. */
  readonly ms?: number;
}

const FAULT_KINDS = [
  'throttle',
  'internal-error',
  'access-denied',
  /** No answer until the client gives up or `ms` have passed; the operation does not run. */
  'timeout',
  /** The connection is closed without an answer; the operation does not run. */
  'reset',
  /** The operation runs and its answer is lost on the way: what a client sees as a reset although the write was done. */
  'lost-answer',
  'slow',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

const TEXTS = ['operation', 'service', 'bucket', 'account', 'role', 'region'];
const NUMBERS = ['times', 'ms'];

/** Reads a fault from outside. Throws with the member, what was expected and what was found. */
export function readFault(value: unknown): Fault {
  if (typeof value !== 'object' || value === null)
    throw new Error(`a fault is an object with kind and operation, found ${JSON.stringify(value)}`);
  for (const [name, found] of Object.entries(value)) checkMember(name, found);
  if (!isFault(value))
    throw new Error(`a fault needs kind and operation, found only ${Object.keys(value).join(', ') || 'nothing'}`);
  return value;
}

function isFault(value: object): value is Fault {
  return 'kind' in value && 'operation' in value;
}

function checkMember(name: string, found: unknown): void {
  const fail = (expected: string): never => {
    throw new Error(`fault member ${name}: expected ${expected}, found ${JSON.stringify(found)}`);
  };
  if (name === 'kind') {
    if (!FAULT_KINDS.some((kind) => kind === found)) fail(`one of ${FAULT_KINDS.join(', ')}`);
  } else if (TEXTS.includes(name)) {
    if (typeof found !== 'string' || found === '') fail('a text');
  } else if (NUMBERS.includes(name)) {
    if (typeof found !== 'number' || !Number.isInteger(found) || found < 1) fail('a whole number from 1');
  } else {
    fail(`no such member; the members are kind, ${[...TEXTS, ...NUMBERS].join(', ')}`);
  }
}

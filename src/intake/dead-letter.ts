import { ResealError } from '../errors.ts';
import { clipped, valueAt } from '../problem.ts';
import { bucketMessage } from './bucket-message.ts';
import { parseBucketMessage } from './parse-bucket-message.ts';
import { parseJobMessage } from './parse-job-message.ts';
import { parsePieceMessage } from './parse-piece-message.ts';
import { parseQueued } from './parse-sweep-request.ts';
import type { Ignored } from './payload.ts';
import { parseWriteEvent } from './write-event.ts';

/** A message of a dead-letter queue, as SQS gives it. */
export interface DeadMessage {
  id: string;
  body: string;
  /** ISO 8601, when it came into the dead-letter queue, or into the queue before where SQS moved it. */
  sentAt: string;
  /** The ARN of the queue from which SQS moved it (SQS API, ReceiveMessage, DeadLetterQueueSourceArn). */
  source?: string;
  /** Its MessageGroupId. */
  group?: string;
  attributes: ReadonlyMap<string, string>;
}

/** Where a message is worked on; `membership` is the queue of the function sweep itself. */
export type WorkQueue = 'assess' | 'inline' | 'job' | 'membership' | 'object' | 'sweep' | 'write';

/** Nobody but EventBridge sends live events, because they vouch for tags: one that comes again is a later try (decision 0001), and says less. */
export type BackQueue = Exclude<WorkQueue, 'assess'>;

/** Why a message is a dead letter, and with what it is put back. */
export interface DeadLetter {
  why: string;
  back?: { to: BackQueue; body: string };
  /** Why it cannot be put back. */
  stays?: string;
}

/** What the ARNs in a message stand for in this stack. */
export interface Places {
  queueOf: (arn: string) => WorkQueue | undefined;
  isSweep: (functionArn: string) => boolean;
}

/** Reads why a message is a dead letter: SQS, a function of ours, EventBridge and Lambda each say it in their own way. Throws nothing. */
export function readDeadLetter(message: DeadMessage, places: Places): DeadLetter {
  return (
    movedBySqs(message, places) ??
    buried(message, places) ??
    undelivered(message, places) ??
    failedRun(message) ??
    UNKNOWN
  );
}

const UNKNOWN: DeadLetter = { why: 'it does not say', stays: 'it does not say from which queue it came' };

const STRANGE = 'it comes from no queue of this stack';

/** What cannot be read today would only be buried again. */
function backTo(from: WorkQueue | undefined, body: string): Pick<DeadLetter, 'back' | 'stays'> {
  if (from === undefined) return { stays: STRANGE };
  try {
    const sent = READ[from](body);
    if (typeof sent !== 'string') return { stays: `there is nothing to do for it: ${sent.ignored}` };
    return { back: { to: from === 'assess' ? 'sweep' : from, body: sent } };
  } catch (error) {
    if (!(error instanceof ResealError)) throw error;
    return { stays: `this version cannot read it. ${error.message}` };
  }
}

const readPiece = (body: string) => {
  parsePieceMessage(body);
  return body;
};

/** The text that is sent again, or why nothing is. */
const READ: Record<WorkQueue, (body: string) => string | Ignored> = {
  assess: (body) => {
    const trigger = parseBucketMessage(body, '');
    return 'ignored' in trigger ? trigger : bucketMessage(trigger);
  },
  sweep: (body) => {
    parseBucketMessage(body, '', true);
    return body;
  },
  job: (body) => {
    const fact = parseJobMessage(body);
    return 'ignored' in fact ? fact : body;
  },
  inline: readPiece,
  object: readPiece,
  write: (body) => {
    const write = parseWriteEvent(body, '');
    return 'ignored' in write ? write : body;
  },
  membership: (body) => {
    const task = parseQueued(body, { id: 'replayed', at: '' });
    return 'ignored' in task ? task : body;
  },
};

/** SQS guide, "Using dead-letter queues": after maxReceiveCount tries. */
function movedBySqs({ source, body }: DeadMessage, { queueOf }: Places): DeadLetter | undefined {
  if (source === undefined) return undefined;
  return {
    why: `every try failed or was not finished: see the log of the function behind ${nameIn(source)}`,
    ...backTo(queueOf(source), body),
  };
}

/** `createDeadLetters` says why, and from which queue it took the message. */
function buried({ attributes, body }: DeadMessage, { queueOf }: Places): DeadLetter | undefined {
  const [code, message, queue] = ['code', 'message', 'queue'].map((name) => attributes.get(name));
  if (code === undefined || queue === undefined) return undefined;
  return { why: `buried at its first try, ${code}: ${message ?? 'no more is said'}`, ...backTo(queueOf(queue), body) };
}

/** EventBridge guide, "Using dead-letter queues to process undelivered events". */
function undelivered({ attributes, body }: DeadMessage, { queueOf, isSweep }: Places): DeadLetter | undefined {
  const [rule, target, code, message] = ['RULE_ARN', 'TARGET_ARN', 'ERROR_CODE', 'ERROR_MESSAGE'].map((name) =>
    attributes.get(name),
  );
  if (rule === undefined || target === undefined) return undefined;
  const why = `EventBridge could not deliver it for ${nameIn(rule)}, ${code ?? 'no code'}: ${message ?? 'no more is said'}`;
  if (isSweep(target)) return { why, ...backTo('membership', body) };
  if (/^arn:[^:]+:lambda:/.test(target)) return { why, stays: 'its schedule comes again within 5 minutes' };
  return { why, ...backTo(queueOf(target), body) };
}

/** A record of Lambda: a run that failed after all tries, or a batch of a stream (Lambda guide, "Retaining records of asynchronous invocations"). */
function failedRun({ body }: DeadMessage): DeadLetter | undefined {
  const record = jsonOf(body);
  const condition = valueAt(record, ['requestContext', 'condition']);
  if (typeof condition !== 'string') return undefined;
  const error = valueAt(record, ['responsePayload', 'errorMessage']);
  const why = `Lambda gave up, ${condition}: ${typeof error === 'string' ? clipped(error, 1_000) : 'see the log of the function'}`;
  if (valueAt(record, ['DDBStreamBatchInfo']) !== undefined)
    return {
      why,
      stays:
        'it has only the place of a change in a stream; the next change of the bucket announces how it stands then',
    };
  const asked = valueAt(record, ['requestPayload']);
  if (asked === undefined) return { why, stays: UNKNOWN.stays ?? '' };
  // A run by hand may have been asked nothing.
  return { why, ...backTo('membership', JSON.stringify(asked ?? {})) };
}

/** The last word of an ARN. */
const nameIn = (arn: string) => arn.split(/[:/]/).at(-1) ?? arn;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Poison is shown as it is.
    return undefined;
  }
}

/** The account that a message is about, for the turns of a fair queue; undefined where it names none. */
export function accountIn(body: string): string | undefined {
  const account = valueAt(jsonOf(body), ['account']);
  return typeof account === 'string' && /^\d{12}$/.test(account) ? account : undefined;
}

import type { MiddlewareStack } from '@smithy/types';
import type { Clients } from '../local/clients.ts';

/** One call as an SDK client was asked to make it. */
export interface RecordedCall {
  operation: string;
  input: object;
}

/** Every call of these clients from now on, in order. */
export function recordCalls(clients: Clients): RecordedCall[] {
  const calls: RecordedCall[] = [];
  onEveryCall(clients, async (call, send) => {
    calls.push(call);
    return send();
  });
  return calls;
}

/**
 * The calls of these clients from now on, in rounds of waiting: a call waits until every call before it is answered and no other is
 * about to be made, and then all that wait are sent. So a round holds what a story asks for at once, however long each answer takes.
 */
export function countRounds(clients: Clients): string[][] {
  const rounds: string[][] = [];
  const waiting: { operation: string; go: () => void }[] = [];
  let sent = 0;
  let turn = 0;
  const release = async () => {
    const mine = (turn += 1);
    for (let quiet = 0; quiet < TURNS; quiet += 1) await new Promise((resolve) => void setImmediate(resolve));
    if (mine !== turn || sent > 0 || waiting.length === 0) return;
    rounds.push(waiting.map(({ operation }) => operation));
    sent = waiting.length;
    for (const { go } of waiting.splice(0)) go();
  };
  onEveryCall(clients, async ({ operation }, send) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ operation, go: resolve });
    void release();
    await promise;
    try {
      return await send();
    } finally {
      sent -= 1;
      if (sent === 0) void release();
    }
  });
  return rounds;
}

/** Turns of the event loop without a new call, after which none of this round is to come. */
const TURNS = 50;

type Around = <Result>(call: RecordedCall, send: () => Promise<Result>) => Promise<Result>;

export function onEveryCall(clients: Clients, around: Around): void {
  aroundCalls(clients.s3.middlewareStack, around);
  aroundCalls(clients.s3Control.middlewareStack, around);
  aroundCalls(clients.s3Tables.middlewareStack, around);
  aroundCalls(clients.s3Vectors.middlewareStack, around);
  aroundCalls(clients.kms.middlewareStack, around);
  aroundCalls(clients.sqs.middlewareStack, around);
  aroundCalls(clients.dynamoDb.middlewareStack, around);
  aroundCalls(clients.eventBridge.middlewareStack, around);
  aroundCalls(clients.sns.middlewareStack, around);
  aroundCalls(clients.securityHub.middlewareStack, around);
}

function aroundCalls<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  around: Around,
): void {
  stack.add(
    (next, context) => async (args) => {
      const operation = String(context['commandName']).replace(/Command$/, '');
      return around({ operation, input: args.input }, () => next(args));
    },
    { step: 'initialize' },
  );
}

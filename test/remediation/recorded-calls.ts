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
  recordClient(clients.s3.middlewareStack, calls);
  recordClient(clients.s3Control.middlewareStack, calls);
  recordClient(clients.kms.middlewareStack, calls);
  recordClient(clients.sqs.middlewareStack, calls);
  recordClient(clients.dynamoDb.middlewareStack, calls);
  return calls;
}

function recordClient<Input extends object, Output extends object>(
  stack: MiddlewareStack<Input, Output>,
  calls: RecordedCall[],
): void {
  stack.add(
    (next, context) => async (args) => {
      calls.push({ operation: String(context['commandName']).replace(/Command$/, ''), input: args.input });
      return next(args);
    },
    { step: 'initialize' },
  );
}

import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from '../errors.ts';
import type { AsyncConfig, CallAs, World } from '../world.ts';
import type { FunctionPool } from './function-pool.ts';
import type { InvocationResult } from './invocation.ts';

export interface AsyncDeps {
  readonly world: Pick<World, 'invoke' | 'activity' | 'now'>;
  readonly pool: FunctionPool;
  readonly config: AsyncConfig;
  readonly as: CallAs;
  /** What Lambda waits before its first and its second retry. */
  readonly retryDelaysMs: readonly number[];
  /** Ends the waiting when the embedded AWS is closed. */
  readonly signal: AbortSignal;
}

/** Runs an asynchronous invocation: again when it fails, then to the failure destination (Lambda guide, "Asynchronous invocation"). */
export async function runAsync(payload: Buffer, deps: AsyncDeps): Promise<void> {
  const over = deps.world.activity.begin('invocation');
  try {
    const { result, attempts } = await attempt(payload, deps);
    if (result.failed && deps.config.onFailureQueueArn !== undefined) {
      await reportFailure(deps.config.onFailureQueueArn, { payload, result, attempts }, deps);
    }
  } catch (error) {
    if (!deps.signal.aborted) {
      deps.pool.log.add([`asynchronous invocation: ${error instanceof AwsError ? error.message : String(error)}`]);
    }
  } finally {
    over();
  }
}

async function attempt(
  payload: Buffer,
  { pool, config, retryDelaysMs, signal }: AsyncDeps,
): Promise<{ result: InvocationResult; attempts: number }> {
  for (let attempts = 1; ; attempts++) {
    const slot = await pool.acquire();
    let result: InvocationResult;
    try {
      result = await slot.invoke(payload);
    } finally {
      slot.release();
    }
    if (!result.failed || attempts > config.retryAttempts) {
      return { result, attempts };
    }
    await delay(retryDelaysMs[attempts - 1] ?? 0, undefined, { signal });
  }
}

interface Failed {
  readonly payload: Buffer;
  readonly result: InvocationResult;
  readonly attempts: number;
}

/** The invocation record that Lambda sends, as the function's role. */
async function reportFailure(
  queueArn: string,
  { payload, result, attempts }: Failed,
  { world, pool, as }: AsyncDeps,
): Promise<void> {
  const [account, name] = queueArn.split(':').slice(4);
  const record = {
    version: '1.0',
    timestamp: world.now().toISOString(),
    requestContext: {
      requestId: result.requestId,
      functionArn: `${pool.definition.arn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: JSON.parse(payload.toString()),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: JSON.parse(result.payload.toString()),
  };
  await world.invoke(
    'sqs',
    'SendMessage',
    { QueueUrl: `/${account}/${name}`, MessageBody: JSON.stringify(record) },
    as,
  );
}

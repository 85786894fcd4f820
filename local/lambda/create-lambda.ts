import type { StreamFeed } from '../change-stream.ts';
import type { ServiceDefinition } from '../service.ts';
import type { QueueFeed, World } from '../world.ts';
import { createBundles } from './bundle.ts';
import { FunctionStore } from './functions.ts';
import { lambdaDefinition } from './lambda.ts';
import type { CompileFilter } from './record-filter.ts';
import { startRuntimeApi } from './runtime-api.ts';
import { Turns } from './turns.ts';

export interface LambdaOptions {
  readonly world: Pick<World, 'now' | 'identity' | 'activity' | 'invoke'>;
  readonly feed: QueueFeed;
  readonly streams: StreamFeed;
  /** Compiles an event pattern; throws InvalidEventPatternException. */
  readonly compileFilter: CompileFilter;
  /** The origin of the embedded AWS, for the functions' clients. */
  readonly endpoint: () => string;
  /** Modules that every function's process loads first, for example the hook that refuses hosts other than this machine. */
  readonly imports?: readonly string[];
  /** Environments of one function at the same time; 2 where absent. */
  readonly concurrency?: number;
  /** Invocations of all functions together at the same time; any number where absent. */
  readonly atOnce?: number;
  /** After how long a message comes back that a function did not finish; its queue's visibility timeout, as on AWS, where absent. */
  readonly returnSeconds?: number;
  readonly sourceMaps?: boolean;
  /** How many times longer than on a quiet machine a function's process may take to start; 1 where absent. */
  readonly slowness?: number;
  /** How far the clock of functions is ahead of this machine's. */
  readonly aheadMs: () => number;
  /** A minute before the first retry and two before the second, as in Lambda, where absent. */
  readonly asyncRetryDelaysMs?: readonly number[];
  /** Before each retry of a batch of a stream, the last one for all that follow; doubled from 0.1 s to 25.6 s where absent. */
  readonly streamRetryDelaysMs?: readonly number[];
}

export interface Lambda {
  readonly definition: ServiceDefinition;
  readonly functions: FunctionStore;
  /** Ends every process of every function. */
  close(): Promise<void>;
}

/** Lambda: functions as child processes on the Runtime API, and what feeds them. */
export async function createLambda(options: LambdaOptions): Promise<Lambda> {
  const {
    world,
    endpoint,
    imports = [],
    concurrency = 2,
    atOnce = Infinity,
    returnSeconds,
    sourceMaps = false,
    slowness = 1,
    aheadMs,
    asyncRetryDelaysMs = [60_000, 120_000],
    streamRetryDelaysMs = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600],
  } = options;
  const bundles = createBundles();
  const api = await startRuntimeApi();
  const functions = new FunctionStore({
    world,
    feed: options.feed,
    streams: options.streams,
    compileFilter: options.compileFilter,
    asyncRetryDelaysMs,
    streamRetryDelaysMs,
    ...(returnSeconds !== undefined && { returnSeconds }),
    pool: {
      identity: world.identity,
      now: world.now,
      bundles,
      api: () => api,
      endpoint,
      imports,
      sourceMaps,
      slowness,
      aheadMs,
      concurrency,
      machine: new Turns(atOnce),
    },
  });
  return {
    definition: lambdaDefinition(functions),
    functions,
    close: async () => {
      await functions.close();
      await api.close();
      bundles.close();
    },
  };
}

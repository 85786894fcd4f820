import type { ServiceDefinition } from '../service.ts';
import type { QueueFeed, World } from '../world.ts';
import { createBundles } from './bundle.ts';
import { FunctionStore } from './functions.ts';
import { lambdaDefinition } from './lambda.ts';
import { startRuntimeApi } from './runtime-api.ts';

export interface LambdaOptions {
  readonly world: Pick<World, 'now' | 'identity' | 'activity' | 'invoke'>;
  readonly feed: QueueFeed;
  /** The origin of the embedded AWS, for the functions' clients. */
  readonly endpoint: () => string;
  /** Modules that every function's process loads first, for example the hook that refuses hosts other than this machine. */
  readonly imports?: readonly string[];
  /** Environments of one function at the same time; 2 where absent. */
  readonly concurrency?: number;
  readonly sourceMaps?: boolean;
  /** A minute before the first retry and two before the second, as in Lambda, where absent. */
  readonly asyncRetryDelaysMs?: readonly number[];
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
    feed,
    endpoint,
    imports = [],
    concurrency = 2,
    sourceMaps = false,
    asyncRetryDelaysMs = [60_000, 120_000],
  } = options;
  const bundles = createBundles();
  const api = await startRuntimeApi();
  const functions = new FunctionStore({
    world,
    feed,
    asyncRetryDelaysMs,
    pool: {
      identity: world.identity,
      now: world.now,
      bundles,
      api: () => api,
      endpoint,
      imports,
      sourceMaps,
      concurrency,
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

import type { StreamFeed, StreamMapping } from '../change-stream.ts';
import { AwsError } from '../errors.ts';
import type { AsyncConfig, CallAs, FunctionDefinition, Functions, QueueFeed, QueueMapping, World } from '../world.ts';
import { runAsync } from './async-invocations.ts';
import { FunctionPool } from './function-pool.ts';
import type { PoolOptions } from './function-pool.ts';
import type { InvocationResult } from './invocation.ts';
import { QueuePoller } from './queue-poller.ts';
import { StreamPoller } from './stream-poller.ts';
import { checkQueueReader, checkStreamReader } from './mapping-permissions.ts';
import { createRecordFilter } from './record-filter.ts';
import type { CompileFilter } from './record-filter.ts';

export interface FunctionStoreOptions {
  readonly world: Pick<World, 'now' | 'identity' | 'activity' | 'invoke'>;
  readonly feed: QueueFeed;
  readonly streams: StreamFeed;
  readonly compileFilter: CompileFilter;
  readonly pool: PoolOptions;
  readonly asyncRetryDelaysMs: readonly number[];
  readonly streamRetryDelaysMs: readonly number[];
  /** After how long a message comes back that a function did not finish; the queue's visibility timeout where absent. */
  readonly returnSeconds?: number;
}

/** One function and everything that hangs on it. */
interface Deployed {
  readonly pool: FunctionPool;
  readonly statements: object[];
  readonly pollers: { readonly mapping: { readonly id: string }; stop(): void }[];
  asyncConfig: AsyncConfig;
}

/** Lambda retries twice unless told otherwise (Lambda guide, "Asynchronous invocation"). */
const DEFAULT_ASYNC: AsyncConfig = { retryAttempts: 2 };

/** The functions of every account and Region. */
export class FunctionStore implements Functions {
  #options: FunctionStoreOptions;
  #deployed = new Map<string, Deployed>();
  #closing = new AbortController();

  constructor(options: FunctionStoreOptions) {
    this.#options = options;
  }

  put(definition: FunctionDefinition): void {
    if (this.#deployed.has(definition.arn)) {
      throw new AwsError('ResourceConflictException', `Function already exist: ${definition.name}`, 409);
    }
    const pool = new FunctionPool(definition, this.#options.pool);
    this.#deployed.set(definition.arn, { pool, statements: [], pollers: [], asyncConfig: DEFAULT_ASYNC });
  }

  /** Code and settings anew; what hangs on the function stays. */
  update(definition: FunctionDefinition): void {
    this.#get(definition.arn).pool.redefine(definition);
  }

  async delete(arn: string): Promise<void> {
    const { pool, pollers } = this.#get(arn);
    this.#deployed.delete(arn);
    pollers.forEach((poller) => poller.stop());
    await pool.close();
  }

  permit(functionArn: string, statement: object): void {
    const { statements } = this.#get(functionArn);
    const sid = 'Sid' in statement ? statement.Sid : undefined;
    const before = statements.findIndex((one) => sid !== undefined && 'Sid' in one && one.Sid === sid);
    statements.splice(before === -1 ? statements.length : before, 1, statement);
  }

  configureAsync(functionArn: string, config: AsyncConfig): void {
    this.#get(functionArn).asyncConfig = config;
  }

  deliver(functionArn: string, payload: string, from: Parameters<Functions['deliver']>[2]): void {
    const permission = {
      action: 'lambda:InvokeFunction',
      resource: functionArn,
      context: { 'aws:SourceArn': from.sourceArn, 'aws:SourceAccount': from.sourceAccount },
      resourcePolicy: this.policy(functionArn),
    };
    this.#get(functionArn);
    if (!this.#options.world.identity.allowsService(from.principal, permission)) {
      throw new AwsError(
        'AccessDeniedException',
        `${from.principal} is not authorized to perform: lambda:InvokeFunction on resource: ${functionArn}`,
        403,
      );
    }
    this.invokeAsync(functionArn, Buffer.from(payload));
  }

  map(mapping: QueueMapping): void {
    const { pool, pollers } = this.#get(mapping.functionArn);
    const { world, feed, returnSeconds } = this.#options;
    const as = this.#asRole(pool.definition);
    checkQueueReader(mapping.queueArn, { world, as });
    if (mapping.enabled) {
      pollers.push(
        new QueuePoller(mapping, { world, feed, pool, as, ...(returnSeconds !== undefined && { returnSeconds }) }),
      );
    }
  }

  mapStream(mapping: StreamMapping): void {
    const { pool, pollers } = this.#get(mapping.functionArn);
    const { world, streams: feed, compileFilter, streamRetryDelaysMs: retryDelaysMs } = this.#options;
    const as = this.#asRole(pool.definition);
    checkStreamReader(mapping, { world, as });
    const passes = createRecordFilter(mapping.filters, compileFilter);
    if (mapping.enabled) {
      pollers.push(new StreamPoller(mapping, { world, feed, pool, as, passes, retryDelaysMs }));
    }
  }

  /** Ends a mapping of a queue or stream; one whose function is gone has ended with it. */
  unmap(functionArn: string, id: string): void {
    const pollers = this.#deployed.get(functionArn)?.pollers ?? [];
    const at = pollers.findIndex(({ mapping }) => mapping.id === id);
    if (at !== -1) pollers.splice(at, 1).forEach((poller) => poller.stop());
  }

  /** The resource policy that Permission resources built; undefined where there is none. */
  policy(functionArn: string): object | undefined {
    const statements = this.#deployed.get(functionArn)?.statements ?? [];
    return statements.length === 0 ? undefined : { Version: '2012-10-17', Statement: statements };
  }

  async invoke(functionArn: string, payload: Buffer): Promise<InvocationResult> {
    const { pool } = this.#get(functionArn);
    const over = this.#options.world.activity.begin('invocation');
    const slot = await pool.acquire();
    try {
      return await slot.invoke(payload);
    } finally {
      slot.release();
      over();
    }
  }

  invokeAsync(functionArn: string, payload: Buffer): void {
    const { pool, asyncConfig } = this.#get(functionArn);
    const { world, asyncRetryDelaysMs } = this.#options;
    void runAsync(payload, {
      world,
      pool,
      config: asyncConfig,
      as: this.#asRole(pool.definition),
      retryDelaysMs: asyncRetryDelaysMs,
      signal: this.#closing.signal,
    });
  }

  find(arn: string): FunctionPool | undefined {
    return this.#deployed.get(arn)?.pool;
  }

  list(): FunctionPool[] {
    return [...this.#deployed.values()].map(({ pool }) => pool);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#deployed.keys()].map((arn) => this.delete(arn)));
  }

  #get(arn: string): Deployed {
    const deployed = this.#deployed.get(arn);
    if (!deployed) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
    }
    return deployed;
  }

  #asRole({ roleArn, name, region }: FunctionDefinition): CallAs {
    const { caller } = this.#options.world.identity.startSession(roleArn, name, { service: 'lambda.amazonaws.com' });
    return { caller, region };
  }
}

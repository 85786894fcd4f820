import { randomUUID } from 'node:crypto';
import type { FunctionDefinition, Identity } from '../world.ts';
import type { Bundles } from './bundle.ts';
import { Environment } from './environment.ts';
import { FunctionLog } from './function-log.ts';
import type { InvocationResult } from './invocation.ts';
import { traceHeader } from './lineage.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { Turns } from './turns.ts';

export interface PoolOptions {
  readonly identity: Pick<Identity, 'startSession'>;
  readonly now: () => Date;
  readonly bundles: Bundles;
  readonly api: () => RuntimeApi;
  readonly endpoint: () => string;
  readonly imports: readonly string[];
  readonly sourceMaps: boolean;
  readonly slowness: number;
  /** How far the clock of functions is ahead of this machine's; one that runs keeps its own. */
  readonly aheadMs: () => number;
  /** Environments of one function at the same time. */
  readonly concurrency: number;
  /** How many invocations of all functions together run at once. */
  readonly machine: Turns;
}

/** The right to run one invocation. */
export interface Slot {
  /** `brought` are the trace headers of the messages that the payload is made of. */
  invoke(payload: Buffer, brought?: readonly (string | undefined)[]): Promise<InvocationResult>;
  release(): void;
}

export interface EnvironmentFigures {
  readonly pid: number | undefined;
  readonly initMs: number | undefined;
  readonly peakKb: number | undefined;
  readonly invocations: number;
}

/** An environment's credentials are not used in their last minute. */
const CREDENTIAL_MARGIN_MS = 60_000;

/** An environment that has had nothing to do for so long is ended, so that a long session does not fill the memory. */
const IDLE_LIMIT_MS = 60_000;

/** All environments of one function: made when needed, used again, at most `concurrency` at once. */
export class FunctionPool {
  readonly log = new FunctionLog();
  #definition: FunctionDefinition;
  /** For which definition each environment was started. */
  #startedFor = new WeakMap<Environment, FunctionDefinition>();
  #options: PoolOptions;
  #environments: Environment[] = [];
  #idle: Environment[] = [];
  #turns: Turns;
  #closed = false;

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.#definition = definition;
    this.#options = options;
    this.#turns = new Turns(options.concurrency);
  }

  get definition(): FunctionDefinition {
    return this.#definition;
  }

  /** From the next invocation on; environments at work finish under the old one. */
  redefine(definition: FunctionDefinition): void {
    this.#definition = definition;
  }

  get concurrency(): number {
    return this.#options.concurrency;
  }

  /** What each environment so far measured, those that ended included. */
  get figures(): EnvironmentFigures[] {
    return this.#environments.map(({ pid, initMs, peakKb, invocations }) => ({ pid, initMs, peakKb, invocations }));
  }

  /** Waits, first come first served, until one more invocation may run. */
  async acquire(): Promise<Slot> {
    const turns = [await this.#turns.take(), await this.#options.machine.take()];
    return {
      invoke: (payload, brought = []) => this.#invoke(payload, brought),
      release: () => turns.forEach((giveBack) => giveBack()),
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#environments.forEach((environment) => environment.kill());
    await Promise.all(this.#environments.map(({ exited }) => exited));
  }

  async #invoke(payload: Buffer, brought: readonly (string | undefined)[]): Promise<InvocationResult> {
    const environment = this.#take();
    const requestId = randomUUID();
    const result = await environment.invoke({
      requestId,
      payload,
      traceHeader: traceHeader(this.definition.arn, requestId, brought),
    });
    if (environment.alive) {
      this.#park(environment);
    }
    return result;
  }

  #park(environment: Environment): void {
    const { invocations } = environment;
    this.#idle.push(environment);
    setTimeout(() => {
      if (environment.invocations === invocations && this.#idle.includes(environment)) {
        this.#idle = this.#idle.filter((one) => one !== environment);
        environment.kill();
      }
    }, IDLE_LIMIT_MS).unref();
  }

  #take(): Environment {
    for (let environment = this.#idle.pop(); environment; environment = this.#idle.pop()) {
      if (environment.alive && this.#isFresh(environment)) {
        return environment;
      }
      environment.kill();
    }
    if (this.#closed) {
      throw new Error(`${this.definition.name} is closed`);
    }
    const environment = this.#startEnvironment();
    this.#environments.push(environment);
    return environment;
  }

  #isFresh(environment: Environment): boolean {
    if (this.#startedFor.get(environment) !== this.#definition) return false;
    if (environment.aheadMs !== this.#options.aheadMs()) return false;
    return environment.session.expiration.getTime() - this.#options.now().getTime() > CREDENTIAL_MARGIN_MS;
  }

  #startEnvironment(): Environment {
    const { identity, bundles, api, endpoint, imports, sourceMaps, slowness, aheadMs } = this.#options;
    const { definition, log } = this;
    const session = identity.startSession(definition.roleArn, definition.name, { service: 'lambda.amazonaws.com' });
    const environment = new Environment({
      definition,
      session,
      taskRoot: bundles.open(definition.zip),
      endpoint: endpoint(),
      api: api(),
      log,
      imports,
      sourceMaps,
      slowness,
      aheadMs: aheadMs(),
    });
    this.#startedFor.set(environment, definition);
    return environment;
  }
}

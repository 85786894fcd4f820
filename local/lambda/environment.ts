import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { FunctionDefinition, Session } from '../world.ts';
import { childVariables } from './child-variables.ts';
import type { FunctionLog } from './function-log.ts';
import { failure } from './invocation.ts';
import type { InvocationResult } from './invocation.ts';
import { peakMemoryKb } from './peak-memory.ts';
import type { NextInvocation, RuntimeApi } from './runtime-api.ts';

export interface EnvironmentOptions {
  readonly definition: FunctionDefinition;
  readonly session: Session;
  readonly taskRoot: string;
  readonly endpoint: string;
  readonly api: RuntimeApi;
  readonly log: FunctionLog;
  /** Modules that the process loads before the function. */
  readonly imports: readonly string[];
  readonly sourceMaps: boolean;
  /** How many times longer than on a quiet machine a process may take to start. */
  readonly slowness: number;
  /** How far the clock of the function is ahead of this machine's. */
  readonly aheadMs: number;
}

const CLIENT = fileURLToPath(new URL('./runtime-client.mjs', import.meta.url));

/** An initialization that takes longer is tried again within the function's own timeout (Lambda guide, "Init phase"). */
const INIT_LIMIT_MS = 10_000;

/** One process of a function: it starts, takes one invocation at a time, and ends when it fails, is too slow, or is told to. */
export class Environment {
  readonly session: Session;
  readonly aheadMs: number;
  readonly exited: Promise<void>;
  invocations = 0;
  /** From the start of the process until it asked for work. */
  initMs: number | undefined;
  peakKb: number | undefined;
  #options: EnvironmentOptions;
  #path = randomUUID();
  #startedMs = performance.now();
  #child: ChildProcess;
  #give: ((invocation: NextInvocation) => void) | undefined;
  #current:
    | (Pick<NextInvocation, 'payload' | 'requestId' | 'traceHeader'> & {
        readonly end: (result: InvocationResult) => void;
      })
    | undefined;
  #timer: NodeJS.Timeout | undefined;
  #initError: Buffer | undefined;
  #gone = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    this.session = options.session;
    this.aheadMs = options.aheadMs;
    options.api.attach(this.#path, {
      onNext: (give) => this.#ready(give),
      onResponse: (requestId, payload) => this.#end({ requestId, failed: false, payload }),
      onError: (requestId, payload) => this.#end({ requestId, failed: true, payload }),
      onInitError: (payload) => {
        this.#initError = payload;
      },
    });
    this.#child = this.#start();
    this.exited = this.#watch(this.#child);
  }

  get alive(): boolean {
    return !this.#gone;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async invoke(invocation: Pick<NextInvocation, 'payload' | 'requestId' | 'traceHeader'>): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#current = { ...invocation, end: resolve };
    if (this.#give) {
      this.#hand(this.#give);
    } else {
      const { definition, slowness } = this.#options;
      this.#limit((INIT_LIMIT_MS + definition.timeoutSeconds * 1000) * slowness, 'Runtime.InitTimeout');
    }
    const result = await promise;
    this.invocations++;
    this.peakKb = peakMemoryKb(this.pid) ?? this.peakKb;
    return result;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #start(): ChildProcess {
    const { definition, session, taskRoot, endpoint, api, log, imports, sourceMaps } = this.#options;
    const flags = [
      ...(sourceMaps ? ['--enable-source-maps'] : []),
      ...imports.flatMap((module) => ['--import', module]),
    ];
    const runtimeApi = `${api.address}/${this.#path}`;
    const child = spawn(process.execPath, [...flags, CLIENT, String(this.aheadMs)], {
      cwd: taskRoot,
      env: childVariables({ definition, session, taskRoot, runtimeApi, endpoint, logStream: this.#path }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', log.stream());
    child.stderr.setEncoding('utf8').on('data', log.stream());
    return child;
  }

  #watch(child: ChildProcess): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const over = (status: number | string): void => {
      this.#exit(status);
      resolve();
    };
    child.once('close', (code, signal) => over(code ?? signal ?? 'none'));
    child.once('error', (error) => over(error.message));
    return promise;
  }

  #ready(give: (invocation: NextInvocation) => void): void {
    this.initMs ??= performance.now() - this.#startedMs;
    this.#give = give;
    if (this.#current) {
      this.#hand(give);
    }
  }

  #hand(give: (invocation: NextInvocation) => void): void {
    const { definition } = this.#options;
    const timeoutMs = definition.timeoutSeconds * 1000;
    if (this.#current) {
      const { requestId, traceHeader, payload } = this.#current;
      this.#give = undefined;
      this.#limit(timeoutMs, 'Sandbox.Timedout');
      const deadlineMs = Date.now() + this.aheadMs + timeoutMs;
      give({ requestId, functionArn: definition.arn, traceHeader, deadlineMs, payload });
    }
  }

  #limit(limitMs: number, errorType: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const requestId = this.#current?.requestId ?? '';
      const message = `RequestId: ${requestId} Error: Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`;
      this.#options.log.add([message]);
      this.#gone = true;
      this.kill();
      this.#end(failure(requestId, errorType, message));
    }, limitMs);
  }

  #end(result: InvocationResult): void {
    if (this.#current?.requestId === result.requestId) {
      clearTimeout(this.#timer);
      const { end } = this.#current;
      this.#current = undefined;
      end(result);
    }
  }

  #exit(status: number | string): void {
    this.#gone = true;
    this.#options.api.detach(this.#path);
    const requestId = this.#current?.requestId ?? '';
    const message = `RequestId: ${requestId} Error: Runtime exited with error: ${typeof status === 'number' ? 'exit status' : 'signal'} ${status}`;
    this.#end(
      this.#initError
        ? { requestId, failed: true, payload: this.#initError }
        : failure(requestId, 'Runtime.ExitError', message),
    );
  }
}

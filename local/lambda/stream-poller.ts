import { setTimeout as delay } from 'node:timers/promises';
import type { StreamFeed, StreamMapping, StreamRecord } from '../change-stream.ts';
import { AwsError } from '../errors.ts';
import type { CallAs, World } from '../world.ts';
import { undone } from './batch-outcome.ts';
import type { FunctionPool } from './function-pool.ts';
import { failure } from './invocation.ts';
import type { InvocationResult } from './invocation.ts';
import { firstBatch, fromLowestFailed, retryOf } from './stream-batch.ts';
import { reportDiscarded } from './stream-failure.ts';
import type { DiscardedBatch } from './stream-failure.ts';

export interface StreamPollerDeps {
  readonly world: Pick<World, 'invoke' | 'activity' | 'now'>;
  readonly feed: StreamFeed;
  readonly pool: FunctionPool;
  /** The function's role, which reports what is discarded. */
  readonly as: CallAs;
  /** Whether a record is for the function. */
  readonly passes: (record: StreamRecord) => boolean;
  /** What Lambda waits before its first, second and further retries; the last one goes for all that follow. */
  readonly retryDelaysMs: readonly number[];
}

/** Records that are treated as one, with how often these very records were tried. */
interface Batch {
  readonly records: readonly StreamRecord[];
  readonly attempts: number;
}

/** Nobody waits longer for a batch to fill here, whatever the window: what is written together still comes together. */
const LONGEST_WINDOW_MS = 50;

/** One event source mapping of a stream: one batch at a time, in order, until the function did it or Lambda gives it up. */
export class StreamPoller {
  readonly mapping: StreamMapping;
  readonly #deps: StreamPollerDeps;
  readonly #stopping = new AbortController();
  readonly #unsubscribe: () => void;
  /** Records that no batch has taken, each with the end of its activity. */
  #waiting: StreamRecord[] = [];
  #ends = new Map<string, () => void>();
  #isRunning = false;

  constructor(mapping: StreamMapping, deps: StreamPollerDeps) {
    this.mapping = mapping;
    this.#deps = deps;
    this.#unsubscribe = deps.feed.subscribe(mapping.streamArn, mapping.startingPosition, (record) => this.#add(record));
  }

  stop(): void {
    this.#unsubscribe();
    this.#stopping.abort();
    this.#release([...this.#ends.keys()]);
  }

  #add(record: StreamRecord): void {
    if (!this.#deps.passes(record)) return;
    this.#waiting.push(record);
    this.#ends.set(record.dynamodb.SequenceNumber, this.#deps.world.activity.begin('message'));
    if (!this.#isRunning) {
      this.#isRunning = true;
      // Records of one turn of the event loop go into one batch.
      setImmediate(() => void this.#drain());
    }
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#waitForMore();
        const records = firstBatch(this.#waiting, this.mapping.batchSize);
        this.#waiting.splice(0, records.length);
        await this.#settle({ records, attempts: 0 });
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  async #waitForMore(): Promise<void> {
    const windowMs = Math.min(this.mapping.windowSeconds * 1000, LONGEST_WINDOW_MS);
    if (windowMs > 0 && this.#waiting.length < this.mapping.batchSize) await this.#rest(windowMs);
  }

  /** Works a batch off: what is done or given up counts as activity no longer. */
  async #settle(batch: Batch): Promise<void> {
    const open: Batch[] = [batch];
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const fresh = await this.#dropOld(next);
      if (fresh.records.length > 0) open.unshift(...(await this.#attempt(fresh)));
    }
  }

  /** Invokes the function once; returns what is still to be treated, in order. */
  async #attempt({ records, attempts: before }: Batch): Promise<readonly Batch[]> {
    const result = await this.#invoke(records);
    const failed = fromLowestFailed(records, new Set(this.#failedOf(result, records)));
    this.#done(records.slice(0, records.length - failed.length));
    if (failed.length === 0) return [];
    const isProgress = failed.length < records.length;
    // The rest of a batch is another batch, of which this was the first try.
    const attempts = isProgress ? 1 : before + 1;
    const retry = retryOf({ failed, isProgress, attempts }, this.mapping);
    switch (retry.kind) {
      case 'bisect': {
        const middle = Math.ceil(failed.length / 2);
        return [failed.slice(0, middle), failed.slice(middle)].map((half) => ({ records: half, attempts: 0 }));
      }
      case 'again':
        await this.#rest(this.#deps.retryDelaysMs[attempts - 1] ?? this.#deps.retryDelaysMs.at(-1) ?? 0);
        return [{ records: failed, attempts }];
      case 'give-up':
        await this.#giveUp({
          mapping: this.mapping,
          records: failed,
          condition: retry.condition,
          attempts,
          requestId: result.requestId,
        });
        return [];
    }
  }

  async #invoke(records: readonly StreamRecord[]): Promise<InvocationResult> {
    const { pool, world } = this.#deps;
    const slot = await pool.acquire();
    const over = world.activity.begin('invocation');
    const { signal } = this.#stopping;
    try {
      signal.throwIfAborted();
      const result = await slot.invoke(Buffer.from(JSON.stringify({ Records: records })));
      signal.throwIfAborted();
      return result;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // The function could not be started, for example because its role is gone.
      pool.log.add([`event source mapping ${this.mapping.id}: ${error.message}`]);
      return failure('', error.code, error.message);
    } finally {
      slot.release();
      over();
    }
  }

  #failedOf(result: InvocationResult, records: readonly StreamRecord[]): readonly string[] {
    const numbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    return undone(result, numbers, this.mapping.reportBatchItemFailures);
  }

  async #dropOld({ records, attempts }: Batch): Promise<Batch> {
    const oldestS = this.#deps.world.now().getTime() / 1000 - this.mapping.maxAgeSeconds;
    const first = records.findIndex(({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= oldestS);
    const fresh = first === -1 ? [] : records.slice(first);
    const old = records.slice(0, records.length - fresh.length);
    if (old.length > 0) {
      await this.#giveUp({ mapping: this.mapping, records: old, condition: 'RecordAgeExceeded', attempts });
    }
    return { records: fresh, attempts };
  }

  async #giveUp(batch: DiscardedBatch): Promise<void> {
    const { pool } = this.#deps;
    pool.log.add([
      `event source mapping ${this.mapping.id}: ${batch.records.length} records are discarded, ${batch.condition}`,
    ]);
    try {
      const { onFailureQueueArn: queueArn } = this.mapping;
      if (queueArn !== undefined) await reportDiscarded(batch, queueArn, this.#deps);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      // What the destination refuses is lost on AWS too; the function's log says so.
      pool.log.add([`event source mapping ${this.mapping.id}: failure destination: ${error.message}`]);
    } finally {
      this.#done(batch.records);
    }
  }

  #done(records: readonly StreamRecord[]): void {
    this.#release(records.map(({ dynamodb }) => dynamodb.SequenceNumber));
  }

  #release(sequenceNumbers: readonly string[]): void {
    for (const number of sequenceNumbers) {
      this.#ends.get(number)?.();
      this.#ends.delete(number);
    }
  }

  async #rest(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#stopping.signal });
  }
}

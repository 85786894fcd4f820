import type { Message, ReceiveMessageCommandOutput } from '@aws-sdk/client-sqs';
import { AwsError } from '../errors.ts';
import type { CallAs, Consumption, QueueFeed, QueueMapping, World } from '../world.ts';
import { undone } from './batch-outcome.ts';
import type { FunctionPool, Slot } from './function-pool.ts';
import { isRecursiveLoop } from './lineage.ts';
import { sqsEvent } from './sqs-event.ts';

export interface PollerDeps {
  readonly world: Pick<World, 'invoke' | 'activity'>;
  readonly feed: QueueFeed;
  readonly pool: FunctionPool;
  /** The function's role, which reads and deletes. */
  readonly as: CallAs;
  readonly returnSeconds?: number;
}

/** How long a poller rests after SQS refused it. */
const REST_MS = 1000;

/** One event source mapping at work: it takes messages when the function has room for them, and deletes what the function did. */
export class QueuePoller {
  readonly mapping: QueueMapping;
  #deps: PollerDeps;
  #consumption: Consumption;
  #running = 0;
  /** Batches that have not taken their messages yet. */
  #pending = 0;
  #isDispatching = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(mapping: QueueMapping, deps: PollerDeps) {
    this.mapping = mapping;
    this.#deps = deps;
    this.#consumption = deps.feed.consume(mapping.queueArn, () => this.#wake());
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#consumption.stop();
  }

  /** Messages that become visible in one turn of the event loop go into one batch. */
  #wake(): void {
    if (!this.#isDispatching && !this.#stopped) {
      this.#isDispatching = true;
      setImmediate(() => {
        this.#isDispatching = false;
        this.#dispatch(false);
      });
    }
  }

  #dispatch(isWindowOver: boolean): void {
    const { batchSize, windowSeconds, maxConcurrency = Infinity } = this.mapping;
    const limit = Math.min(maxConcurrency, this.#deps.pool.concurrency);
    while (!this.#stopped && this.#running < limit) {
      const waiting = this.#consumption.visible() - this.#pending * batchSize;
      if (waiting <= 0) {
        return;
      }
      if (waiting < batchSize && windowSeconds > 0 && !isWindowOver) {
        this.#openWindow(windowSeconds);
        return;
      }
      void this.#runBatch();
    }
  }

  #openWindow(seconds: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#dispatch(true);
    }, seconds * 1000);
  }

  async #runBatch(): Promise<void> {
    this.#running++;
    this.#pending++;
    const slot = await this.#deps.pool.acquire();
    let restMs = 0;
    try {
      const messages = await this.#take();
      const passed = this.#withoutLoops(messages);
      this.#hideBriefly(messages.filter((message) => !passed.includes(message)));
      if (passed.length > 0) {
        await this.#process(passed, slot);
      }
    } catch (error) {
      // What stops a poller on AWS shows in the mapping's state; here it shows in the function's log, and the poller tries again.
      this.#deps.pool.log.add([
        `event source mapping ${this.mapping.id}: ${error instanceof AwsError ? error.message : String(error)}`,
      ]);
      restMs = REST_MS;
    }
    slot.release();
    this.#running--;
    if (restMs > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#dispatch(false);
      }, restMs);
    } else {
      this.#wake();
    }
  }

  /** Up to a batch of messages, ten a call. */
  async #take(): Promise<Message[]> {
    const messages: Message[] = [];
    try {
      while (messages.length < this.mapping.batchSize && !this.#stopped) {
        const wanted = Math.min(10, this.mapping.batchSize - messages.length);
        const received = await this.#call('ReceiveMessage', {
          MaxNumberOfMessages: wanted,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        });
        const { Messages: page = [] } = received as Pick<ReceiveMessageCommandOutput, 'Messages'>;
        messages.push(...page);
        if (page.length < wanted) {
          break;
        }
      }
    } finally {
      this.#pending--;
    }
    return messages;
  }

  /**
   * Without the messages that recursive loop detection keeps from the function. They stay in the queue and are refused again each time
   * they come back, until the queue's redrive policy moves them to its dead-letter queue.
   */
  #withoutLoops(messages: readonly Message[]): readonly Message[] {
    const { definition, log } = this.#deps.pool;
    if (definition.recursiveLoop === 'Allow') {
      return messages;
    }
    const stopped = messages.filter(({ Attributes }) => isRecursiveLoop(definition.arn, Attributes?.AWSTraceHeader));
    log.add(
      stopped.map(
        ({ MessageId }) =>
          `event source mapping ${this.mapping.id}: RecursiveInvocationException: ${definition.name} does not get the message ${MessageId}, whose chain has run it too often`,
      ),
    );
    return messages.filter((message) => !stopped.includes(message));
  }

  async #process(messages: readonly Message[], slot: Slot): Promise<void> {
    const over = this.#deps.world.activity.begin('invocation');
    try {
      const event = Buffer.from(JSON.stringify(sqsEvent(messages, this.mapping.queueArn)));
      const brought = messages.map(({ Attributes }) => Attributes?.AWSTraceHeader);
      const result = await slot.invoke(event, brought);
      const ids = messages.map(({ MessageId = '' }) => MessageId);
      const left = new Set(undone(result, ids, this.mapping.reportBatchItemFailures));
      const done = messages.filter(({ MessageId = '' }) => !left.has(MessageId));
      await this.#delete(done);
      this.#hideBriefly(messages.filter((message) => !done.includes(message)));
    } finally {
      over();
    }
  }

  #hideBriefly(messages: readonly Message[]): void {
    const { returnSeconds } = this.#deps;
    if (returnSeconds === undefined) return;
    for (const { ReceiptHandle = '' } of messages) this.#consumption.hide(ReceiptHandle, returnSeconds);
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    for (let from = 0; from < messages.length; from += 10) {
      const Entries = messages
        .slice(from, from + 10)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#call('DeleteMessageBatch', { Entries });
    }
  }

  #call(operation: string, input: object): Promise<unknown> {
    const [account, name] = this.mapping.queueArn.split(':').slice(4);
    return this.#deps.world.invoke('sqs', operation, { QueueUrl: `/${account}/${name}`, ...input }, this.#deps.as);
  }
}

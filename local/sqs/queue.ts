import { DueHeap } from './due-heap.ts';
import { FairLine } from './fair-line.ts';
import { createMessage, endActivity, readReceiptHandle } from './message.ts';
import type { Message, NewMessage } from './message.ts';
import type { QueueSettings } from './queue-attributes.ts';
import { sqsError } from './sqs-error.ts';

export interface QueueSurroundings {
  readonly nowMs: () => number;
  readonly beginActivity: () => () => void;
  readonly find: (arn: string) => Queue | undefined;
}

/** Longer timers overflow; the queue just looks again then. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A standard queue: messages become visible, go to a consumer for the visibility timeout, and come back unless deleted. */
export class Queue {
  readonly arn: string;
  readonly name: string;
  readonly createdMs: number;
  settings: QueueSettings;
  #surroundings: QueueSurroundings;
  #messages = new Map<string, Message>();
  /** In order of becoming visible; entries whose message has left that state since are skipped. */
  #visible = new FairLine();
  #due = new DueHeap<Message>();
  #counts = { visible: 0, delayed: 0, 'in-flight': 0, gone: 0 };
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Infinity;
  #waiters = new Set<() => void>();
  #consumers = new Set<() => void>();

  constructor(identity: { arn: string; name: string }, settings: QueueSettings, surroundings: QueueSurroundings) {
    this.arn = identity.arn;
    this.name = identity.name;
    this.settings = settings;
    this.#surroundings = surroundings;
    this.createdMs = surroundings.nowMs();
  }

  send(content: NewMessage, delaySeconds?: number): Message {
    const message = createMessage(content, this.#surroundings.nowMs());
    message.hasDelayOfQueue = delaySeconds === undefined;
    this.#admit(message);
    this.#hold(message, 'delayed', delaySeconds ?? this.settings.delaySeconds);
    return message;
  }

  /** Shows what waits for the delay of the queue; a delay of the sender's own goes on. */
  endDelay(): void {
    for (const message of this.#messages.values()) {
      if (message.state === 'delayed' && message.hasDelayOfQueue) this.#hold(message, 'delayed', 0);
    }
  }

  /** Up to `limit` visible messages, now in flight for `visibilitySeconds`; those received too often go to the dead-letter queue. */
  receive(limit: number, visibilitySeconds = this.settings.visibilitySeconds): Message[] {
    const received: Message[] = [];
    const nowMs = this.#surroundings.nowMs();
    while (received.length < limit) {
      const message = this.#visible.shift();
      if (!message) {
        break;
      }
      if (message.state === 'visible' && !this.#expired(message, nowMs) && !this.#redriven(message)) {
        message.receives++;
        message.firstReceivedMs ??= nowMs;
        this.#move(message, 'in-flight');
        received.push(message);
      }
    }
    received.forEach((message) => this.#hold(message, 'in-flight', visibilitySeconds));
    return received;
  }

  /** Resolves when a message may be visible, or after `waitMs`. */
  async untilVisible(waitMs: number): Promise<void> {
    if (this.#counts.visible > 0 || waitMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    this.#waiters.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiters.delete(resolve);
  }

  /** Deletes by the handle of the latest receive; an older one succeeds and deletes nothing, as the SQS API warns. */
  delete(handle: string): void {
    const receipt = this.#receipt(handle);
    const message = this.#messages.get(receipt.id);
    if (message && message.receives === receipt.receive) {
      this.#drop(message);
    }
  }

  changeVisibility(handle: string, seconds: number): void {
    const receipt = this.#receipt(handle);
    const message = this.#messages.get(receipt.id);
    if (message?.state !== 'in-flight' || message.receives !== receipt.receive) {
      throw sqsError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    this.#hold(message, 'in-flight', seconds);
  }

  purge(): void {
    this.#messages.forEach((message) => this.#drop(message));
  }

  get counts(): Readonly<Record<'visible' | 'delayed' | 'in-flight' | 'gone', number>> {
    return this.#counts;
  }

  /** While a consumer is there, every message counts as activity, and `wake` is called when one becomes visible. */
  consume(wake: () => void): () => void {
    this.#consumers.add(wake);
    this.#messages.forEach((message) => {
      message.endActivity ??= this.#surroundings.beginActivity();
    });
    return () => {
      this.#consumers.delete(wake);
      if (this.#consumers.size === 0) {
        this.#messages.forEach(endActivity);
      }
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.purge();
    this.#waiters.forEach((resolve) => resolve());
  }

  #receipt(handle: string): { id: string; receive: number } {
    const receipt = readReceiptHandle(handle);
    if (!receipt) {
      throw sqsError(
        'ReceiptHandleIsInvalid',
        `The input receipt handle "${handle}" is not a valid receipt handle.`,
        404,
      );
    }
    return receipt;
  }

  #admit(message: Message): void {
    this.#messages.set(message.id, message);
    this.#counts[message.state]++;
    if (this.#consumers.size > 0) {
      message.endActivity = this.#surroundings.beginActivity();
    }
  }

  #drop(message: Message): void {
    this.#messages.delete(message.id);
    this.#move(message, 'gone');
    endActivity(message);
  }

  #expired(message: Message, nowMs: number): boolean {
    const expired = message.sentMs + this.settings.retentionSeconds * 1000 <= nowMs;
    if (expired) this.#drop(message);
    return expired;
  }

  #redriven(message: Message): boolean {
    const { redrive } = this.settings;
    const target =
      redrive && message.receives >= redrive.maxReceiveCount && this.#surroundings.find(redrive.deadLetterTargetArn);
    if (!target || !target.#accepts(this.arn)) {
      return false;
    }
    this.#drop(message);
    message.deadLetterSource = this.arn;
    target.#admit(message);
    target.#hold(message, 'delayed', 0);
    return true;
  }

  #accepts(sourceArn: string): boolean {
    const { redriveAllow } = this.settings;
    return (
      redriveAllow === undefined ||
      redriveAllow.redrivePermission === 'allowAll' ||
      (redriveAllow.sourceQueueArns ?? []).includes(sourceArn)
    );
  }

  #move(message: Message, state: Message['state']): void {
    if (message.state === 'in-flight') this.#visible.count(message, -1);
    if (state === 'in-flight') this.#visible.count(message, 1);
    this.#counts[message.state]--;
    message.state = state;
    this.#counts[state]++;
  }

  #hold(message: Message, state: 'delayed' | 'in-flight', seconds: number): void {
    this.#move(message, state);
    message.dueMs = this.#surroundings.nowMs() + seconds * 1000;
    if (seconds === 0) {
      this.#show(message);
      this.#wake();
      return;
    }
    this.#due.add(message.dueMs, message);
    this.#schedule();
  }

  #show(message: Message): void {
    this.#move(message, 'visible');
    this.#visible.push(message);
  }

  #wake(): void {
    this.#waiters.forEach((resolve) => resolve());
    this.#consumers.forEach((wake) => wake());
  }

  #schedule(): void {
    const { nextDueMs = Infinity } = this.#due;
    if (nextDueMs >= this.#timerDueMs) return;
    clearTimeout(this.#timer);
    this.#timerDueMs = nextDueMs;
    const waitMs = Math.min(Math.max(nextDueMs - this.#surroundings.nowMs(), 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => this.showDue(), waitMs);
  }

  /** Shows what has become due: called by the timer, and after a clock that was moved by hand. */
  showDue(): void {
    clearTimeout(this.#timer);
    this.#timerDueMs = Infinity;
    const nowMs = this.#surroundings.nowMs();
    const before = this.#counts.visible;
    for (let message = this.#due.takeDue(nowMs); message; message = this.#due.takeDue(nowMs)) {
      // A later receive or visibility change left a newer entry in the heap; a message that is gone left its own.
      if (
        message.dueMs <= nowMs &&
        (message.state === 'delayed' || message.state === 'in-flight') &&
        this.#messages.has(message.id)
      ) {
        this.#show(message);
      }
    }
    if (this.#counts.visible > before) {
      this.#wake();
    }
    this.#schedule();
  }
}

import type { Message } from './message.ts';

/**
 * The visible messages of a queue, in order of becoming visible. Where senders name message groups, the group of which least is in flight goes
 * first, so that none waits behind another's crowd (SQS guide, "Amazon SQS fair queues"; the weighing is our own).
 */
export class FairLine {
  /** By group, those without one together. */
  readonly #waiting = new Map<string | undefined, Message[]>();
  readonly #inFlight = new Map<string | undefined, number>();

  push(message: Message): void {
    const line = this.#waiting.get(message.groupId);
    if (line === undefined) this.#waiting.set(message.groupId, [message]);
    else line.push(message);
  }

  shift(): Message | undefined {
    let [next, least] = [undefined as string | undefined, Infinity];
    for (const group of this.#waiting.keys()) {
      const count = this.#inFlight.get(group) ?? 0;
      if (count < least) [next, least] = [group, count];
    }
    const line = this.#waiting.get(next);
    const message = line?.shift();
    if (line?.length === 0) this.#waiting.delete(next);
    return message;
  }

  /** To be told when a message goes into flight (1) or leaves it (-1). */
  count({ groupId }: Message, by: 1 | -1): void {
    this.#inFlight.set(groupId, (this.#inFlight.get(groupId) ?? 0) + by);
  }
}

import { notEmulated } from '../errors.ts';
import type { World } from '../world.ts';
import { DEFAULT_SETTINGS, printAttributes } from './queue-attributes.ts';
import type { QueueSettings } from './queue-attributes.ts';
import { Queue } from './queue.ts';
import { invalidParameter, noSuchQueue, sqsError } from './sqs-error.ts';

export interface QueueAddress {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** Every queue of every account and Region. */
export class QueueDirectory {
  readonly #queues = new Map<string, Queue>();
  readonly #world: Pick<World, 'now' | 'activity'>;

  constructor(world: Pick<World, 'now' | 'activity'>) {
    this.#world = world;
  }

  /** Makes the queue, or returns the one of that name and the same settings. Throws QueueNameExists where they differ. */
  create(address: QueueAddress, changes: Partial<QueueSettings>): Queue {
    if (!/^[\w-]{1,80}$/.test(address.name)) {
      throw address.name.endsWith('.fifo')
        ? notEmulated('A FIFO queue')
        : invalidParameter(
            'QueueName',
            address.name,
            'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
          );
    }
    const arn = queueArn(address);
    const existing = this.#queues.get(arn);
    if (existing) {
      return sameQueue(existing, changes);
    }
    const queue = new Queue(
      { arn, name: address.name },
      { ...DEFAULT_SETTINGS, ...changes },
      {
        nowMs: () => this.#world.now().getTime(),
        beginActivity: () => this.#world.activity.begin('message'),
        find: (target) => this.#queues.get(target),
      },
    );
    this.#queues.set(arn, queue);
    return queue;
  }

  find(arn: string): Queue | undefined {
    return this.#queues.get(arn);
  }

  get(address: QueueAddress): Queue {
    const queue = this.#queues.get(queueArn(address));
    if (!queue) {
      throw noSuchQueue();
    }
    return queue;
  }

  delete(address: QueueAddress): void {
    this.get(address).close();
    this.#queues.delete(queueArn(address));
  }

  /** Names in order. */
  names(account: string, region: string): string[] {
    const prefix = queueArn({ account, region, name: '' });
    return [...this.#queues.keys()]
      .filter((arn) => arn.startsWith(prefix))
      .map((arn) => arn.slice(prefix.length))
      .toSorted();
  }

  endDelays(): void {
    this.#queues.forEach((queue) => queue.endDelay());
  }

  showDue(): void {
    this.#queues.forEach((queue) => queue.showDue());
  }

  close(): void {
    this.#queues.forEach((queue) => queue.close());
    this.#queues.clear();
  }
}

export function queueArn({ account, region, name }: QueueAddress): string {
  return `arn:aws:sqs:${region}:${account}:${name}`;
}

/** Reads `http://host/ACCOUNT/NAME`; the Region is the request's own, as every queue URL here has one host. */
export function readQueueUrl(url: string | undefined, region: string): QueueAddress {
  const path = url !== undefined && URL.canParse(url) ? new URL(url).pathname : (url ?? '');
  const [, account, name] = /^\/?(\d{12})\/([^/]+)$/.exec(path) ?? [];
  if (account === undefined || name === undefined) {
    throw sqsError('InvalidAddress', `The address ${url ?? ''} is not valid for this endpoint.`, 404);
  }
  return { account, region, name };
}

const sameQueue = (queue: Queue, changes: Partial<QueueSettings>): Queue => {
  if (
    JSON.stringify(printAttributes({ ...DEFAULT_SETTINGS, ...changes })) !==
    JSON.stringify(printAttributes(queue.settings))
  ) {
    throw sqsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for its attributes: ${queue.name}.`,
    );
  }
  return queue;
};

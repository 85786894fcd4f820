import { randomUUID } from 'node:crypto';
import { AwsError, notEmulated } from '../errors.ts';

export interface Subscription {
  readonly arn: string;
  readonly protocol: 'sqs' | 'email' | 'email-json';
  readonly endpoint: string;
  readonly isRaw: boolean;
  /** An address is asked first, and nobody answers here. */
  readonly isPending: boolean;
}

export interface Topic {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly displayName: string;
  /** Undefined for the default policy, which lets the topic's own account in. */
  readonly policy: object | undefined;
  readonly subscriptions: Subscription[];
}

export interface NewTopic {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly displayName: string;
  readonly policy: object | undefined;
}

/** The standard topics of every account and Region. */
export class Topics {
  #topics = new Map<string, Topic>();

  /** Makes the topic, or returns the one of that name. Throws InvalidParameterException where that has other attributes. */
  create({ account, region, name, displayName, policy }: NewTopic): Topic {
    if (name.endsWith('.fifo')) throw notEmulated('A FIFO topic');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    const existing = this.#topics.get(arn);
    if (existing === undefined) {
      const topic = { arn, account, region, displayName, policy, subscriptions: [] };
      this.#topics.set(arn, topic);
      return topic;
    }
    if (existing.displayName !== displayName || JSON.stringify(existing.policy) !== JSON.stringify(policy)) {
      throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
    }
    return existing;
  }

  find(arn: string | undefined): Topic | undefined {
    return this.#topics.get(arn ?? '');
  }

  /** Throws InvalidParameterException for what is no topic of the Region, NotFoundException where there is none. */
  get(arn: string | undefined, region: string): Topic {
    const [, , service, of, account] = (arn ?? '').split(':');
    if (service !== 'sns' || of !== region || !/^\d{12}$/.test(account ?? '')) throw invalidParameter('TopicArn');
    const topic = this.find(arn);
    if (topic === undefined) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    return topic;
  }

  delete(arn: string | undefined): void {
    this.#topics.delete(arn ?? '');
  }

  list(account: string, region: string): Topic[] {
    return [...this.#topics.values()].filter((topic) => topic.account === account && topic.region === region);
  }

  /** Adds the subscription, or returns the one of the same protocol and endpoint. */
  subscribe(topic: Topic, wanted: Omit<Subscription, 'arn'>): Subscription {
    const { protocol, endpoint } = wanted;
    const known = topic.subscriptions.find((one) => one.protocol === protocol && one.endpoint === endpoint);
    if (known !== undefined) return known;
    const subscription = { ...wanted, arn: `${topic.arn}:${randomUUID()}` };
    topic.subscriptions.push(subscription);
    return subscription;
  }
}

export function invalidParameter(problem: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${problem}`);
}

import type {
  CreateQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ListQueuesCommandInput,
  SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs';
import type { Call } from '../call.ts';
import { notEmulated } from '../errors.ts';
import { printAttributes, readAttributes } from './queue-attributes.ts';
import type { QueueSettings } from './queue-attributes.ts';
import { readQueueUrl } from './queue-directory.ts';
import type { QueueAddress, QueueDirectory } from './queue-directory.ts';
import type { Queue } from './queue.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

/** What every operation on one queue names it by. */
export interface OnQueue {
  readonly QueueUrl: string | undefined;
}

/** The operations on queues as a whole (SQS API). `endpoint` is the origin of the queue URLs. */
export function createQueueOperations(queues: QueueDirectory, endpoint: () => string) {
  const url = ({ account, name }: QueueAddress): string => `${endpoint()}/${account}/${name}`;
  const here = (name: string | undefined, call: Call, account = call.caller.accountId): QueueAddress => ({
    account,
    region: call.region,
    name: name ?? '',
  });
  const named = (input: OnQueue, call: Call): QueueAddress => readQueueUrl(input.QueueUrl, call.region);

  return {
    CreateQueue: (input: CreateQueueCommandInput, call: Call) => {
      if (Object.keys(input.tags ?? {}).length > 0) {
        throw notEmulated('Tags on a queue');
      }
      const address = here(input.QueueName, call);
      queues.create(address, readSettings(queues, input.Attributes));
      return { QueueUrl: url(address) };
    },
    DeleteQueue: (input: OnQueue, call: Call) => {
      queues.delete(named(input, call));
      return {};
    },
    GetQueueUrl: (input: GetQueueUrlCommandInput, call: Call) => {
      const address = here(input.QueueName, call, input.QueueOwnerAWSAccountId);
      queues.get(address);
      return { QueueUrl: url(address) };
    },
    ListQueues: (input: ListQueuesCommandInput, call: Call) => {
      const { page, next } = pageOf(queues.names(call.caller.accountId, call.region), input);
      const QueueUrls = page.map((name) => url(here(name, call)));
      return { QueueUrls, ...(next === undefined ? {} : { NextToken: next }) };
    },
    GetQueueAttributes: (input: GetQueueAttributesCommandInput, call: Call) => ({
      Attributes: pick(describe(queues.get(named(input, call))), input.AttributeNames ?? []),
    }),
    SetQueueAttributes: (input: SetQueueAttributesCommandInput, call: Call) => {
      const queue = queues.get(named(input, call));
      queue.settings = { ...queue.settings, ...readSettings(queues, input.Attributes) };
      return {};
    },
    PurgeQueue: (input: OnQueue, call: Call) => {
      queues.get(named(input, call)).purge();
      return {};
    },
  };
}

/** Throws InvalidParameterValue where the dead-letter queue is not there. */
const readSettings = (
  queues: QueueDirectory,
  attributes: Readonly<Record<string, string>> | undefined,
): Partial<QueueSettings> => {
  const settings = readAttributes(attributes);
  if (settings.redrive !== undefined && queues.find(settings.redrive.deadLetterTargetArn) === undefined) {
    throw invalidParameter('RedrivePolicy', attributes?.['RedrivePolicy'], 'Dead letter target does not exist');
  }
  return settings;
};

/** Pages only where MaxResults asks for it; the token is the name that comes next, which may be gone when the page is asked for. */
const pageOf = (
  names: readonly string[],
  input: ListQueuesCommandInput,
): { page: string[]; next: string | undefined } => {
  const first = input.NextToken === undefined ? '' : readToken(input.NextToken);
  const matching = names.filter((name) => name.startsWith(input.QueueNamePrefix ?? '') && name >= first);
  const page = matching.slice(0, input.MaxResults ?? 1000);
  const next = input.MaxResults === undefined ? undefined : matching[page.length];
  return { page, next: next === undefined ? undefined : writeToken(next) };
};

const writeToken = (name: string): string => Buffer.from(`next:${name}`).toString('base64url');

const readToken = (token: string): string => {
  const name = /^next:([\w-]{1,80})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (name === undefined) throw invalidParameter('NextToken', token, 'It was not given out by this endpoint');
  return name;
};

const describe = (queue: Queue): Record<string, string> => {
  const created = String(Math.floor(queue.createdMs / 1000));
  return {
    QueueArn: queue.arn,
    ...printAttributes(queue.settings),
    ApproximateNumberOfMessages: String(queue.counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(queue.counts['in-flight']),
    ApproximateNumberOfMessagesDelayed: String(queue.counts.delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
  };
};

const OPTIONAL = new Set(['Policy', 'RedrivePolicy', 'RedriveAllowPolicy']);

const pick = (attributes: Record<string, string>, names: readonly string[]): Record<string, string> => {
  if (names.includes('All')) {
    return attributes;
  }
  const unknown = names.find((name) => !Object.hasOwn(attributes, name) && !OPTIONAL.has(name));
  if (unknown !== undefined) {
    throw sqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  }
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
};

import { type Clock, createClock } from './clock.ts';
import { fileURLToPath } from 'node:url';
import type { StreamFeed } from './change-stream.ts';
import type { Services } from './cloudformation/resource.ts';
import { createDynamoDb } from './dynamodb/create-dynamodb.ts';
import { EventBus } from './events/bus.ts';
import { DataEvents } from './events/data-events.ts';
import { eventsDefinition } from './events/definition.ts';
import { compilePattern } from './events/pattern.ts';
import { createLambda, type LambdaOptions } from './lambda/create-lambda.ts';
import type { FunctionStore } from './lambda/functions.ts';
import type { Membership } from './membership.ts';
import { createSecurityHub } from './securityhub/definition.ts';
import type { RawService, ServiceDefinition } from './service.ts';
import { createSns } from './sns/definition.ts';
import type { Sns } from './sns/definition.ts';
import { createSqs } from './sqs/sqs.ts';
import type { Functions, Tables, World } from './world.ts';

export interface WiringOptions {
  /** The part of the world that the wiring itself is not. */
  readonly world: Omit<World, 'events'>;
  readonly endpoint: () => string;
  readonly lambda?: LambdaSettings | undefined;
  readonly clock?: Pick<Clock, 'aheadMs'>;
  readonly membership?: Membership;
}

/** What a start may choose of createLambda's options. */
export type LambdaSettings = Pick<
  LambdaOptions,
  'concurrency' | 'atOnce' | 'returnSeconds' | 'sourceMaps' | 'slowness' | 'asyncRetryDelaysMs' | 'streamRetryDelaysMs'
>;

/** What carries an event from a call to a function and to people: buses, queues, functions, tables, topics, findings. */
export interface Wiring {
  readonly services: readonly (ServiceDefinition | RawService)[];
  readonly bus: EventBus;
  /** Of what objects trails log data events. */
  readonly dataEvents: DataEvents;
  readonly functions: FunctionStore;
  readonly tables: Tables;
  readonly streams: StreamFeed;
  /** What was published to SNS topics. */
  readonly notifications: Sns['notifications'];
  /** To be called after the clock has jumped: what waits for its time in a queue is looked at again. */
  clockMoved(): void;
  /** Shows every message that waits for the delay of its queue. */
  endDelays(): void;
  /** What CloudFormation makes resources with. */
  readonly resources: Omit<Services, 'world'>;
  close(): Promise<void>;
}

const LOOPBACK_HOOK = fileURLToPath(new URL('./loopback-hook.mjs', import.meta.url));

/** Creates the services that the packaged template is made of and connects them with each other. */
export async function createWiring({
  world,
  endpoint,
  lambda: settings = {},
  clock: { aheadMs } = createClock(),
  membership,
}: WiringOptions): Promise<Wiring> {
  const sqs = createSqs(world, endpoint);
  const dynamodb = createDynamoDb(world);
  const lambda = await createLambda({
    world,
    feed: sqs.feed,
    streams: dynamodb.streams,
    compileFilter: compilePattern,
    endpoint,
    imports: [LOOPBACK_HOOK],
    aheadMs,
    ...settings,
  });
  const functions: Functions = lambda.functions;
  const bus = new EventBus({ world, queues: sqs.feed, functions, ...(membership && { membership }) });
  const sns = createSns(sqs.feed);
  return {
    services: [
      sqs.definition,
      lambda.definition,
      dynamodb.service,
      eventsDefinition(bus),
      sns.service,
      createSecurityHub().service,
    ],
    bus,
    dataEvents: new DataEvents(),
    functions: lambda.functions,
    tables: dynamodb.tables,
    streams: dynamodb.streams,
    notifications: sns.notifications,
    clockMoved: () => sqs.clockMoved(),
    endDelays: () => sqs.endDelays(),
    resources: { functions, tables: dynamodb.tables },
    close: async () => {
      bus.close();
      await lambda.close();
      sqs.close();
    },
  };
}

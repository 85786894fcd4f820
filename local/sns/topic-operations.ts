import type {
  CreateTopicInput,
  GetTopicAttributesInput,
  ListSubscriptionsByTopicInput,
  SubscribeInput,
} from '@aws-sdk/client-sns';
import type { Call } from '../call.ts';
import type { AwsError } from '../errors.ts';
import { notEmulated } from '../errors.ts';
import { checkResourcePolicy } from '../identity/check-policy.ts';
import { invalidParameter } from './topics.ts';
import type { Subscription, Topic, Topics } from './topics.ts';

const PENDING = 'pending confirmation';

/** Topics and their subscriptions. No list is long enough here for a second page. */
export function createTopicOperations(topics: Topics) {
  return {
    CreateTopic: (input: CreateTopicInput, { caller: { accountId: account }, region }: Call) => {
      const { DisplayName: displayName = '', Policy: policyText, ...others } = input.Attributes ?? {};
      const [other] = Object.keys(others);
      if (other !== undefined) throw notEmulated(`The attribute ${other} of sns CreateTopic`);
      const policy = policyText === undefined ? undefined : readPolicy(policyText);
      return { TopicArn: topics.create({ account, region, name: input.Name ?? '', displayName, policy }).arn };
    },
    DeleteTopic: ({ TopicArn }: { TopicArn?: string }) => topics.delete(TopicArn),
    ListTopics: (_input: object, { caller, region }: Call) => ({
      Topics: topics.list(caller.accountId, region).map(({ arn: TopicArn }) => ({ TopicArn })),
    }),
    GetTopicAttributes: ({ TopicArn }: GetTopicAttributesInput, call: Call) => ({
      Attributes: attributesOf(topics.get(TopicArn, call.region)),
    }),
    Subscribe: (input: SubscribeInput, call: Call) => {
      const topic = topics.get(input.TopicArn, call.region);
      const subscription = topics.subscribe(topic, readSubscription(input, topic));
      const isShown = !subscription.isPending || input.ReturnSubscriptionArn === true;
      return { SubscriptionArn: isShown ? subscription.arn : PENDING };
    },
    ListSubscriptionsByTopic: ({ TopicArn }: ListSubscriptionsByTopicInput, call: Call) => {
      const topic = topics.get(TopicArn, call.region);
      return { Subscriptions: topic.subscriptions.map((one) => describe(one, topic)) };
    },
  };
}

function readPolicy(text: string): object {
  const refusal = (message: string): AwsError => invalidParameter(`Policy Error: ${message}`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw refusal(String(cause));
  }
  checkResourcePolicy(document, refusal);
  if (typeof document === 'object' && document !== null) return document;
  throw refusal('a policy is a JSON object');
}

function readSubscription(input: SubscribeInput, topic: Topic): Omit<Subscription, 'arn'> {
  const { Protocol: protocol, Endpoint: endpoint = '' } = input;
  const { RawMessageDelivery: raw = 'false', ...others } = input.Attributes ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw notEmulated(`The attribute ${other} of sns Subscribe`);
  if (raw !== 'true' && raw !== 'false') throw invalidParameter('Attributes Reason: RawMessageDelivery');
  switch (protocol) {
    case 'sqs': {
      const account = /^arn:aws:sqs:[^:]+:(\d{12}):[\w-]+$/.exec(endpoint)?.[1];
      if (account === undefined) throw invalidParameter('SQS endpoint ARN');
      if (account !== topic.account) throw notEmulated('A subscription of a queue of another account');
      return { protocol, endpoint, isRaw: raw === 'true', isPending: false };
    }
    case 'email':
    case 'email-json':
      if (!/^[^@\s]+@[^@\s]+$/.test(endpoint)) throw invalidParameter('Email address');
      if (raw === 'true') throw invalidParameter('Attributes Reason: RawMessageDelivery');
      return { protocol, endpoint, isRaw: false, isPending: true };
    default:
      throw notEmulated(`The protocol ${protocol} of sns Subscribe`);
  }
}

function attributesOf({ arn, account, displayName, policy, subscriptions }: Topic): Record<string, string> {
  const pending = subscriptions.filter(({ isPending }) => isPending).length;
  return {
    TopicArn: arn,
    Owner: account,
    DisplayName: displayName,
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
  };
}

const describe = ({ arn, protocol, endpoint, isPending }: Subscription, topic: Topic): object => ({
  SubscriptionArn: isPending ? 'PendingConfirmation' : arn,
  Owner: topic.account,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topic.arn,
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand, PublishCommand } from '@aws-sdk/client-sns';
import { startLocal } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { writeTinyStack } from '../tiny-stack.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:news';

test('a topic of a template takes messages and has its subscriptions', async () => {
  const template = {
    Resources: {
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: {
          TopicName: 'news',
          DisplayName: 'News',
          Subscription: [{ Protocol: 'email', Endpoint: 'ops@example.com' }],
        },
      },
    },
    Outputs: { Arn: { Value: { Ref: 'Topic' } }, Name: { Value: { 'Fn::GetAtt': ['Topic', 'TopicName'] } } },
  };
  using stack = writeTinyStack(template);
  await using aws = await startLocal({ stack: { template: stack.template, stackName: 'topics' } });
  await using clients = createClients(aws);
  await clients.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'hello' }));
  const { Attributes } = await clients.sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
  const { Subscriptions } = await clients.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
  assert.deepEqual(
    [Attributes?.['DisplayName'], Subscriptions?.map(({ Endpoint }) => Endpoint), aws.deployer?.stacks[0]?.outputs],
    ['News', ['ops@example.com'], { Arn: TOPIC, Name: 'news' }],
  );
});

import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

export type Topic = ReturnType<typeof createTopic>;

/** One standard SNS topic of this Region, by its ARN. */
export function createTopic(client: SNSClient, topicArn: string) {
  return {
    /** Publishes one letter; subscriptions can filter by its attributes. Throws the SDK's error. */
    async publish(
      letter: { subject: string; text: string },
      attributes: Readonly<Record<string, string>>,
    ): Promise<void> {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
      );
      const { subject: Subject, text: Message } = letter;
      await client.send(new PublishCommand({ TopicArn: topicArn, Subject, Message, MessageAttributes }));
    },
  };
}

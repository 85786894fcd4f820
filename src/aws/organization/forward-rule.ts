import { DescribeRuleCommand, type EventBridgeClient, ResourceNotFoundException } from '@aws-sdk/client-eventbridge';

/** The state of the rule that forwards the events of an account and Region to the hub (EventBridge API DescribeRule); NONE where there is no such rule. Throws the SDK's error. */
export function createForwardRule(client: EventBridgeClient, name: string) {
  return async function forwardRule(): Promise<string> {
    try {
      return (await client.send(new DescribeRuleCommand({ Name: name }))).State ?? 'NONE';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return 'NONE';
      throw error;
    }
  };
}

import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ResealError } from '../../errors.ts';
import { bucketArn, type BucketId } from '../../bucket-id.ts';

/** The source of Reseal's own events; infra/roles/announce-change.yml allows no other. */
const SOURCE = 'reseal';

export interface BusEvent extends BucketId {
  detailType: string;
  /** ISO 8601. */
  at: string;
  detail: object;
}

export type EventBus = ReturnType<typeof createEventBus>;

/** The account's default event bus (EventBridge PutEvents). */
export function createEventBus(client: EventBridgeClient, partition: string) {
  return {
    /** Puts one event. Throws the SDK's error, or ResealError announcement-refused where EventBridge took the call and not the event. */
    async put({ detailType, detail, at, ...place }: BusEvent): Promise<void> {
      const event = {
        Source: SOURCE,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
        Resources: [bucketArn(place, partition)],
        Time: new Date(at),
      };
      const output = await client.send(new PutEventsCommand({ Entries: [event] }));
      if ((output.FailedEntryCount ?? 0) === 0) return;
      const { bucket } = place;
      const [entry] = output.Entries ?? [];
      const message = `EventBridge refused the event "${detailType}" of bucket ${bucket}: ${entry?.ErrorCode}: ${entry?.ErrorMessage}`;
      throw new ResealError('announcement-refused', message, { retryable: true, bucket });
    },
  };
}

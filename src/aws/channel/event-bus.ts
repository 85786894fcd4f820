import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ResealError } from '../../errors.ts';
import { bucketArn } from '../bucket/bucket-arn.ts';

/** The source of Reseal's own events; infra/roles/announce-change.yml allows no other. */
const SOURCE = 'reseal';

export interface BusEvent {
  detailType: string;
  bucket: string;
  account: string;
  region: string;
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
      const output = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              Source: SOURCE,
              DetailType: detailType,
              Detail: JSON.stringify(detail),
              Resources: [bucketArn(place, partition)],
              Time: new Date(at),
            },
          ],
        }),
      );
      if ((output.FailedEntryCount ?? 0) === 0) return;
      const [entry] = output.Entries ?? [];
      throw new ResealError(
        'announcement-refused',
        `EventBridge refused the event "${detailType}" of bucket ${place.bucket}: ${entry?.ErrorCode}: ${entry?.ErrorMessage}`,
        { retryable: true, bucket: place.bucket },
      );
    },
  };
}

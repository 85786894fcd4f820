import type { StreamRecord } from '../change-stream.ts';
import { canonical } from './canonical.ts';
import type { Json } from './json.ts';

export type ViewType = StreamRecord['dynamodb']['StreamViewType'];

/** One item before and after a write; undefined where it was not there. */
export interface Change {
  readonly key: Json;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

interface Recorded {
  readonly streamArn: string;
  readonly viewType: ViewType;
  readonly eventId: string;
  readonly sequenceNumber: string;
  readonly time: Date;
}

/** Whether a write left something else than it found; one that did not makes no record (DynamoDB guide, "Change data capture"). */
export function isChange({ before, after }: Change): boolean {
  return canonical(before) !== canonical(after);
}

/** The record of a change in the form in which Lambda hands it to a function (DynamoDB Streams API, Record). */
export function streamRecord(change: Change, recorded: Recorded): StreamRecord {
  const { streamArn, viewType, eventId, sequenceNumber, time } = recorded;
  const { key, before, after } = change;
  const images = {
    ...(after !== undefined && viewType.startsWith('NEW') ? { NewImage: after } : {}),
    ...(before !== undefined && viewType.endsWith('OLD_IMAGES') ? { OldImage: before } : {}),
    ...(before !== undefined && viewType === 'OLD_IMAGE' ? { OldImage: before } : {}),
  };
  return {
    eventID: eventId,
    eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: streamArn.split(':')[3] ?? '',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(time.getTime() / 1000),
      Keys: key,
      ...images,
      SequenceNumber: sequenceNumber,
      SizeBytes: [key, ...Object.values(images)].reduce((bytes, item) => bytes + sizeBytes(item), 0),
      StreamViewType: viewType,
    },
    eventSourceARN: streamArn,
  };
}

/** Names and values in bytes; DynamoDB's own count differs by a few for numbers and nested values. */
function sizeBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value)) return value.reduce((bytes: number, one) => bytes + sizeBytes(one), 0);
  return Object.entries(value).reduce(
    (bytes, [name, one]) => bytes + (TYPES.has(name) ? 0 : Buffer.byteLength(name)) + sizeBytes(one),
    0,
  );
}

/** Names of types are no part of an item's size. An attribute of such a name is counted short. */
const TYPES = new Set(['S', 'N', 'B', 'BOOL', 'NULL', 'M', 'L', 'SS', 'NS', 'BS']);

import * as z from 'zod/mini';
import { type Place, placeText } from '../bucket-id.ts';
import { count, flag, text, time } from './shapes.ts';

/** All places are under one key, so that one query lists them. */
export const PLACES = 'PLACES';

export function placeKey(place: Place): { pk: string; sk: string } {
  return { pk: PLACES, sk: `PLACE#${placeText(place)}` };
}

/** One account and Region: what a sweep has seen there, and when an event came from it. */
export const placeItem = z.object({
  account: text,
  region: text,
  /** When a sweep listed its buckets last, and how many of all kinds there were. */
  sweptAt: z.exactOptional(time),
  buckets: z.exactOptional(count),
  /** The state of the rule that forwards events to the hub (EventBridge API DescribeRule): ENABLED, DISABLED, or NONE where there is no such rule. Absent where nobody could see. */
  rule: z.exactOptional(text),
  /** Whether the account has a bucket for reports here. */
  reports: z.exactOptional(flag),
  /** About when an event of this place reached the hub last, to an hour. */
  heardAt: z.exactOptional(time),
});
export type PlaceItem = z.output<typeof placeItem>;

import type { Announcement } from './announcement.ts';
import { clipped } from '../policy/clipped.ts';

/** EventBridge takes 256 KB an event, and a UTF-16 unit has up to 3 bytes in UTF-8. */
const MAX_LENGTH = 80_000;
const KEPT_REASONS = 100;
const KEPT_MESSAGE = 500;

/** An announcement that fits into an event: where it is too long, what is to be pasted stays in the change log alone. */
export function eventDetail(announcement: Announcement): Announcement {
  if (!('reasons' in announcement) || JSON.stringify(announcement).length <= MAX_LENGTH) return announcement;
  const reasons = announcement.reasons
    .slice(0, KEPT_REASONS)
    .map(({ code, message }) => ({ code, message: clipped(message, KEPT_MESSAGE) }));
  return { ...announcement, reasons };
}

import type { createPlaceTable } from '../aws/ledger/place-table.ts';
import { createRemembered } from '../aws/sdk/remembered.ts';
import { isOutOfTime, messageOf } from '../aws/sdk/service-error.ts';
import { type Place, placeText } from '../bucket-id.ts';
import type { AssessDeps, Log } from '../remediation/deps.ts';

/** A place that sends no events at all is what people look for, and not when it sent the last one. */
const HOUR_MS = 3_600_000;

/** Notes that events of an account and Region are heard, once an hour for each in one process. What cannot be written costs no bucket its look. */
export function createHeardPlaces(
  write: ReturnType<typeof createPlaceTable>,
  log: Log,
  now: () => Date,
): AssessDeps['heard'] {
  const noted = createRemembered<void>(now);
  return async ({ account, region }: Place) => {
    const place = { account, region };
    try {
      await noted(placeText(place), HOUR_MS, () => write({ ...place, heardAt: now().toISOString() }));
    } catch (error) {
      if (isOutOfTime(error)) throw error;
      log.warn('place not recorded', { place: placeText(place), error: messageOf(error) });
    }
  };
}

import { AwsError } from '../errors.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly Truncated: boolean;
  readonly NextMarker?: string;
}

/** One page of a list. The marker is the place in the list; throws InvalidMarkerException for one that was not given out. */
export function page<T>(all: readonly T[], limit: number, marker: string | undefined): Page<T> {
  const start = marker === undefined ? 0 : Number(marker);
  if (!Number.isInteger(start) || start < 0 || start > all.length)
    throw new AwsError('InvalidMarkerException', `${marker} is no marker of this list`, 400);
  const end = start + limit;
  const items = all.slice(start, end);
  return end < all.length ? { items, Truncated: true, NextMarker: String(end) } : { items, Truncated: false };
}

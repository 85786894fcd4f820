import { AwsError } from '../errors.ts';

/** Positions of the first and the last byte. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads `bytes=0-9`, `bytes=5-` and `bytes=-3`. Anything else, several ranges included, is not a range to S3 and the whole object is
 * answered. Throws InvalidRange where it starts behind the end.
 */
export function readRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [, from = '', to = ''] = match;
  const first = from === '' ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (from !== '' && to !== '' && Number(to) < first) return undefined;
  if (first >= sizeBytes) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416, {
      fields: { RangeRequested: header ?? '', ActualObjectSize: String(sizeBytes) },
    });
  }
  return { first, last };
}

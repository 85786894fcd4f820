import { z } from 'zod';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

interface Forwarding {
  readonly now: () => Date;
  readonly forward: (ms: number) => void;
}

const HOURS_OF_A_YEAR = 24 * 365;

const asked = z.strictObject({ forwardHours: z.number().min(0).max(HOURS_OF_A_YEAR) });

/** `POST /_local/clock` {"forwardHours"}: so many hours go by at once. Answers what time it is now. */
export function putForward(request: WireRequest, { now, forward }: Forwarding): WireResponse {
  const read = readBody(request, asked);
  if ('refused' in read) return read.refused;
  forward(Math.round(read.value.forwardHours * 3_600_000));
  return json(200, { now: now().toISOString() });
}

import { z } from 'zod';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

const settings = z
  .strictObject({
    pausesForPriority: z.boolean(),
    taskRetries: z.int().min(0),
    reportRowsPerFile: z.int().min(1),
    describeSeconds: z.int().min(0),
    generatesVersions: z.boolean(),
    orderSeed: z.string(),
  })
  .partial();

/** What of Batch Operations may be chosen, because AWS does not document it. */
export type BatchSettings = Required<z.infer<typeof settings>>;

/** `POST /_local/batch`: changes what is given, for jobs that run as well, and answers all of them. */
export function changeSettings(request: WireRequest, current: BatchSettings): WireResponse {
  const read = readBody(request, settings);
  if ('refused' in read) return read.refused;
  return json(200, Object.assign(current, read.value));
}

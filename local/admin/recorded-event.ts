import { z } from 'zod';
import type { WireRequest, WireResponse } from '../service.ts';
import type { Events } from '../world.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

const busEvent = z.object({
  version: z.literal('0'),
  id: z.string().min(1),
  'detail-type': z.string().min(1),
  source: z.string().min(1),
  account: z.string().regex(/^\d{12}$/),
  time: z.iso.datetime(),
  region: z.string().min(1),
  resources: z.array(z.string()),
  detail: z.record(z.string(), z.unknown()),
});

/** `POST /_local/bus`: puts a recorded event on the default bus of the account and Region that it names. */
export function putOnBus(request: WireRequest, events: Events): WireResponse {
  const read = readBody(request, busEvent);
  if ('refused' in read) {
    return read.refused;
  }
  events.publish(read.value);
  return json(200, { id: read.value.id });
}

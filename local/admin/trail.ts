import { z } from 'zod';
import type { DataEvents } from '../events/data-events.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

const selection = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'expected an account id of 12 digits'),
  resources: z.array(
    z.string().regex(/^arn:aws:s3(?::::.+\/.*)?$/, 'expected arn:aws:s3, or arn:aws:s3:::BUCKET/PREFIX'),
  ),
});

/** `GET /_local/trail`: of what objects the trail of each account logs data events. */
export function showTrails({ selected }: DataEvents): WireResponse {
  return json(200, { dataEvents: selected });
}

/** `POST /_local/trail` {"account", "resources"}: replaces what the trail of that account logs; [] turns its data events off. */
export function changeTrail(request: WireRequest, dataEvents: DataEvents): WireResponse {
  const read = readBody(request, selection);
  if ('refused' in read) return read.refused;
  dataEvents.select(read.value.account, read.value.resources);
  return showTrails(dataEvents);
}

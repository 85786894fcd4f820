import { z } from 'zod';
import { AwsError } from '../errors.ts';
import type { Delivery } from '../s3/deliveries.ts';
import type { Delivered, ServiceObject } from '../s3/deliver.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

export interface DeliveryDeps {
  /** What services wrote by themselves since the start. */
  readonly deliveries: () => readonly Delivery[];
  readonly deliver: (object: ServiceObject) => Delivered;
}

const serviceObject = z.strictObject({
  service: z.string().min(1),
  bucket: z.string().min(1),
  key: z.string().min(1),
  body: z.string().default(''),
  sourceArn: z.string().optional(),
  sourceAccount: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
});

/** `GET /_local/deliveries`: what each service has delivered to each bucket, and how the last failure is called. */
export function answerDeliveries({ deliveries }: DeliveryDeps): WireResponse {
  return json(200, { deliveries: deliveries() });
}

/**
 * `POST /_local/deliver` {"service", "bucket", "key", "body", "sourceArn", "sourceAccount"}: writes one object as that service principal.
 * 200 where it was written, 409 with the name of the failure where it was not, 400 for an unknown service.
 */
export function deliverAsService(request: WireRequest, { deliver }: DeliveryDeps): WireResponse {
  const read = readBody(request, serviceObject);
  if ('refused' in read) return read.refused;
  try {
    const done = deliver(read.value);
    if (done.kind === 'delivered') return json(200, { delivered: true, etag: done.object.etag });
    return json(409, { delivered: false, code: done.code, message: done.message });
  } catch (error) {
    if (error instanceof AwsError) return json(error.status, { error: `${error.code}: ${error.message}` });
    throw error;
  }
}

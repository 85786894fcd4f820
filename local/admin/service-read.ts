import { z } from 'zod';
import { AwsError } from '../errors.ts';
import type { ServiceRead } from '../s3/service-read.ts';
import type { WireRequest, WireResponse } from '../service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

const serviceRead = z.strictObject({
  service: z.string().min(1),
  sourceArn: z.string().min(1),
  bucket: z.string().min(1),
  key: z.string().min(1),
});

/**
 * `POST /_local/read` {"service", "sourceArn", "bucket", "key"}: reads one object as that service principal. 200 with the bytes, or the status
 * that S3 answers with {"code", "message"}.
 */
export function answerServiceRead(request: WireRequest, read: (asked: ServiceRead) => Buffer): WireResponse {
  const asked = readBody(request, serviceRead);
  if ('refused' in asked) return asked.refused;
  try {
    return { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: read(asked.value) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return json(error.status, { code: error.code, message: error.message });
  }
}

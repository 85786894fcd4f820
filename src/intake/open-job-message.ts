import * as z from 'zod/mini';
import { someText } from './bus-event.ts';
import { checkPayload } from './payload.ts';

const openJob = z.object({
  reseal: z.literal('track', { error: '"track"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  token: someText('the token of a job'),
  jobId: someText('the id of a job'),
});

/** A job that the ledger holds open. What else is known of it is read in the ledger, so the message proves nothing. */
export type OpenJob = Omit<z.output<typeof openJob>, 'reseal' | 'version'>;

/** Writes the message about one open job, which `parseJobMessage` reads back. */
export function openJobMessage({ token, jobId }: OpenJob): string {
  return JSON.stringify({ reseal: 'track', version: 1, token, jobId });
}

/** Throws `malformed-message`. */
export function parseOpenJob(message: unknown): OpenJob {
  const { token, jobId } = checkPayload(openJob, message, 'a message about an open job');
  return { token, jobId };
}

/** The message that asks for all that the ledger holds open, as a schedule does. */
export function allOpenMessage(): string {
  return JSON.stringify({ 'detail-type': 'Scheduled Event' });
}

import * as z from 'zod/mini';
import { someText } from './bus-event.ts';
import { checkPayload } from './payload.ts';

const jobLook = z.strictObject({ job: someText('the token of a job') }, { error: 'job alone' });

/** What the function sweep is asked to have looked at: a job, by its token. Nobody else may write into the queue of jobs. */
export type JobLookRequest = z.output<typeof jobLook>;

/** Throws `malformed-message`. */
export function parseJobLook(payload: unknown): JobLookRequest {
  return checkPayload(jobLook, payload, 'a request to look at a job');
}

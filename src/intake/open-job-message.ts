import * as z from 'zod/mini';
import { someText } from './bus-event.ts';
import { checkPayload } from './payload.ts';

const version = z.literal(1, { error: '1, the only version of this message there is' });

const ofJob = z.object({
  reseal: z.literal('track', { error: '"track"' }),
  version,
  token: someText('the token of a job'),
  jobId: z.exactOptional(someText('the id of a job')),
  again: z.exactOptional(z.literal(true, { error: 'true' })),
});

const ofAccount = z.object({
  reseal: z.literal('launch', { error: '"launch"' }),
  version,
  account: someText('the id of an account'),
  again: z.exactOptional(z.literal(true, { error: 'true' })),
});

/** A job of the ledger: to be looked at, or, with `again`, its next attempt. What else is known of it is read in the ledger, so the message proves nothing. */
export type NamedJob = Omit<z.output<typeof ofJob>, 'reseal' | 'version'>;
/** The account whose queued jobs are to be launched; with `again`, where it could not be entered a moment ago. */
export type Launching = Omit<z.output<typeof ofAccount>, 'reseal' | 'version'>;

/** Writes the message about one job, which `parseJobMessage` reads back. */
export function jobMessage({ token, jobId, again }: NamedJob): string {
  return JSON.stringify({ reseal: 'track', version: 1, token, jobId, again });
}

/** Writes the message that asks to launch what is queued in an account. */
export function launchMessage(account: string, again?: true): string {
  return JSON.stringify({ reseal: 'launch', version: 1, account, again });
}

/** Throws `malformed-message`. */
export function parseOwnMessage(message: unknown): NamedJob | Launching {
  const what = 'a message about jobs';
  const {
    reseal: _,
    version: __,
    ...own
  } = checkPayload(z.discriminatedUnion('reseal', [ofJob, ofAccount], { error: '"track" or "launch"' }), message, what);
  return own;
}

/** The message that asks for all that the ledger holds open, as a schedule does. */
export function allOpenMessage(): string {
  return JSON.stringify({ 'detail-type': 'Scheduled Event' });
}

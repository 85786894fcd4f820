import * as z from 'zod/mini';
import { account } from './bus-event.ts';
import { checkPayload } from './payload.ts';

const accountAsk = z.object({
  reseal: z.literal('account', { error: '"account"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  account,
});

/** Writes the message that asks for an account of which the ledger knows too little; `parseAccountAsk` reads it back. */
export function accountMessage(id: string): string {
  return JSON.stringify({ reseal: 'account', version: 1, account: id });
}

/** Throws `malformed-message`. */
export function parseAccountAsk(message: unknown): string {
  return checkPayload(accountAsk, message, 'a message about an account').account;
}

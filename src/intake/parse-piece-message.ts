import * as z from 'zod/mini';
import type { PieceName } from '../ledger/piece-item.ts';
import { someText } from './bus-event.ts';
import { checkPayload, readPayload } from './payload.ts';

const ofPiece = z.object({
  reseal: z.literal('reencrypt', { error: '"reencrypt"' }),
  version: z.literal(1, { error: '1, the only version of this message there is' }),
  token: someText('the token of a job'),
  id: someText('the id of a piece of it'),
});

/** Writes the message about one piece of a job, which `parsePieceMessage` reads back. What is to be done is read in the ledger, so the message proves nothing. */
export function pieceMessage({ token, id }: PieceName): string {
  return JSON.stringify({ reseal: 'reencrypt', version: 1, token, id });
}

/** Reads one SQS body (text or already parsed). Throws `malformed-message`. */
export function parsePieceMessage(body: unknown): PieceName {
  const what = 'a message about a piece of a job';
  const { token, id } = checkPayload(ofPiece, readPayload(body, what), what);
  return { token, id };
}

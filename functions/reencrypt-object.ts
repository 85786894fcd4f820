import { parsePieceMessage } from '../src/intake/parse-piece-message.ts';
import { reencryptObject } from '../src/remediation/reencrypt-object.ts';
import { startProcess } from '../src/runtime/process.ts';
import { queueHandler } from '../src/runtime/queue-handler.ts';
import { wireReencrypt } from '../src/runtime/wire-reencrypt.ts';

const process = startProcess();
const { deps, bury } = wireReencrypt();

export const handler = queueHandler({
  process,
  parse: parsePieceMessage,
  story: (piece) => reencryptObject(piece, deps),
  subject: ({ token, id }) => `${token}/${id}`,
  bury,
});

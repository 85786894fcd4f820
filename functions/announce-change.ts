import { parseLedgerChange } from '../src/intake/parse-ledger-change.ts';
import { announceChange, announceAgain } from '../src/remediation/announce-change.ts';
import { startProcess } from '../src/runtime/process.ts';
import { streamHandler } from '../src/runtime/stream-handler.ts';
import { wireAnnounce } from '../src/runtime/wire-announce.ts';

const process = startProcess();
const deps = wireAnnounce(process);

export const handler = streamHandler({
  process,
  parse: parseLedgerChange,
  story: (change) => announceChange(change, deps),
  again: (mayGoOn) => announceAgain(deps, mayGoOn),
  quiet: 'quiet',
});

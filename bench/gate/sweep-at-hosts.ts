import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { openGuardedAccount } from '../../test/remediation/guarded-account.ts';
import { countRounds } from '../../test/remediation/recorded-calls.ts';
import { swept } from '../../test/remediation/sweeping.ts';

/** Enough that every connection which may be idle is. */
export const BUCKETS = 200;

/** What a sweep of so many buckets asks for, and the connections that it opens and has open at most, at one host name or at one for each bucket. */
export async function sweepAt({ hostNames }: { hostNames: boolean }) {
  await using account = await openGuardedAccount({ hostNames });
  for (let index = 1; index < BUCKETS; index += 1) await account.bucket(`bucket-${index}`);
  // Calls that are made in rounds make the same connections however fast the answers are.
  const rounds = countRounds(account.told);
  using connections = countConnections();
  const { buckets } = await swept(account);
  if (buckets !== BUCKETS) throw new Error(`the sweep found ${buckets} buckets instead of ${BUCKETS}`);
  return { calls: rounds.flat().length, rounds: rounds.length, opened: connections.opened, most: connections.most };
}

/** The connections that this process opens from now on (Node.js, diagnostics_channel, net.client.socket). */
function countConnections() {
  const counted = { opened: 0, open: 0, most: 0 };
  const onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    counted.opened += 1;
    counted.open += 1;
    counted.most = Math.max(counted.most, counted.open);
    socket.once('close', () => (counted.open -= 1));
  };
  subscribe('net.client.socket', onSocket);
  return Object.assign(counted, { [Symbol.dispose]: () => void unsubscribe('net.client.socket', onSocket) });
}

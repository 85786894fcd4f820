import dns from 'node:dns';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';

/** A function may hold 1,024 file descriptors (Lambda quotas), and each host name has connections of its own: directory buckets have one each. */
const MOST_SOCKETS = 128;
/** The others stay free, so that a request to a new host never waits for the idle connections of other hosts to end. */
const MOST_IDLE = MOST_SOCKETS / 2;

/**
 * The agents of one Region's clients (AWS SDK for JavaScript guide, maxSockets). Node bounds the sockets of all hosts (Agent
 * maxTotalSockets), but of idle ones only those to one host (maxFreeSockets), and lets a request wait for the end of an idle one.
 */
export function createConnections() {
  const options = { keepAlive: true, maxTotalSockets: MOST_SOCKETS, lookup };
  return { httpAgent: withRoom(new HttpAgent(options)), httpsAgent: withRoom(new HttpsAgent(options)) };
}

/** A bucket or an account in front of localhost, as clients write it there, is this machine too (RFC 6761, section 6.3); few systems know that. */
const lookup: LookupFunction = (host, options, found) =>
  dns.lookup(host.endsWith('.localhost') ? 'localhost' : host, options, found);

/** A connection is kept only while nobody waits for one and not too many are idle (Node.js, agent.keepSocketAlive). */
function withRoom<A extends HttpAgent>(agent: A): A {
  const keep: (socket: Duplex) => unknown = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket): boolean =>
    count(agent.requests) === 0 && count(agent.freeSockets) < MOST_IDLE && keep(socket) !== false;
  return agent;
}

function count(ofHosts: NodeJS.ReadOnlyDict<readonly unknown[]>): number {
  return Object.values(ofHosts).reduce((sum, each = []) => sum + each.length, 0);
}

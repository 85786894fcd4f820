/**
 * Name look-ups for clients of the embedded AWS: localhost and every name below it are this machine, and nothing else has an address,
 * so that local mode can never reach the real AWS.
 */
import dns from 'node:dns';
import { isIP } from 'node:net';

const systemLookup = dns.lookup;

/** A drop-in for `dns.lookup` and for the `lookup` option of http agents. Every name that is not loopback fails with ENOTFOUND. */
export function lookup(hostname, options, callback) {
  const done = typeof options === 'function' ? options : callback;
  const wanted =
    typeof options === 'function' ? {} : typeof options === 'number' ? { family: options } : (options ?? {});
  const name = String(hostname ?? 'localhost').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost'))
    return systemLookup('127.0.0.1', withoutFamily(wanted), done);
  if (isLoopback(name)) return systemLookup(name, wanted, done);
  process.nextTick(done, refusal(hostname));
}

/** True for the literals 127.x.x.x and ::1. */
export function isLoopback(host) {
  return isIP(host) === 4 ? host.startsWith('127.') : host === '::1';
}

export function refusal(hostname) {
  const message = `local mode reaches nothing but this machine: refused ${hostname}; set the client's endpoint to the embedded AWS`;
  return Object.assign(new Error(message), { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname });
}

/** The embedded AWS listens on IPv4; a client that asks for IPv6 first must still find it. */
function withoutFamily(options) {
  return { ...options, family: 0 };
}

/** Loaded with `--import`: names resolve through loopback.mjs in the whole process, and addresses of other machines are not connected to. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net, { isIP } from 'node:net';
import { isLoopback, lookup, refusal } from './loopback.mjs';

dns.lookup = lookup;
dns.promises.lookup = (hostname, options) =>
  new Promise((resolve, reject) => {
    lookup(hostname, options ?? {}, (error, address, family) => {
      if (error) reject(error);
      else resolve(options?.all === true ? address : { address, family });
    });
  });

/** An address that is given as a number is never looked up: the metadata service of a cloud machine, for example. */
const systemConnect = Reflect.get(net.Socket.prototype, 'connect');
net.Socket.prototype.connect = function connect(...args) {
  const host = hostOf(args);
  if (host === undefined || isIP(host) === 0 || isLoopback(host)) return systemConnect.apply(this, args);
  process.nextTick(() => this.destroy(refusal(host)));
  return this;
};
syncBuiltinESMExports();

/** Node calls with (options), (port, host), (path), or with those already normalized into one array. */
function hostOf(args) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null) return first.host ?? undefined;
  return typeof second === 'string' ? second : undefined;
}

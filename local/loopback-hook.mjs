/** Loaded with `--import`: every client of the process then looks names up through loopback.mjs. */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { lookup } from './loopback.mjs';

dns.lookup = lookup;
dns.promises.lookup = (hostname, options = {}) =>
  new Promise((resolve, reject) => {
    lookup(hostname, options, (error, address, family) => {
      if (error) reject(error);
      else resolve(options.all ? address : { address, family });
    });
  });
syncBuiltinESMExports();

import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import type { DynaliteServer } from 'dynalite';
import type { WireRequest, WireResponse } from '../service.ts';

/** One account's tables in one Region, in memory. */
export interface Engine {
  send(request: WireRequest): Promise<WireResponse>;
}

/** A dynalite without a port: its request handler is fed with requests that never were on a wire. */
export function createEngine(account: string, region: string): Engine {
  const server = createDynalite(account, region);
  return {
    send: ({ method, target, headers, body }) => {
      const { promise, resolve } = Promise.withResolvers<WireResponse>();
      const request = Object.assign(new EventEmitter(), { method, url: target, headers });
      const answered: Record<string, string> = {};
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          answered[name.toLowerCase()] = String(value);
        },
        end: (text = '') => resolve({ status: response.statusCode, headers: answered, body: text }),
      };
      server.emit('request', request, response);
      request.emit('data', body);
      request.emit('end');
      return promise;
    },
  };
}

/** dynalite reads the account and Region of its ARNs from the environment, once, when it is created. */
function createDynalite(account: string, region: string): DynaliteServer {
  const { AWS_ACCOUNT_ID: accountBefore, AWS_REGION: regionBefore } = process.env;
  process.env['AWS_ACCOUNT_ID'] = account;
  process.env['AWS_REGION'] = region;
  try {
    return dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  } finally {
    restore('AWS_ACCOUNT_ID', accountBefore);
    restore('AWS_REGION', regionBefore);
  }
}

const restore = (name: string, value: string | undefined): void => {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
};

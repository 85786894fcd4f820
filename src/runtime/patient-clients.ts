import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { RetryErrorInfo, RetryErrorType, RetryStrategyV2, RetryToken } from '@smithy/types';
import { valueAt } from '../problem.ts';
import { type BucketClients, createBucketClients, type Watched } from './clients.ts';
import { createConnections } from './connections.ts';

/** No invocation ends meanwhile, so a call may wait for a connection. */
const TIMES = { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true, socketTimeout: 30_000 };

let settings: object | undefined;

/** The SDK clients of one Region for a command that reads thousands of buckets at once. All share their connections. */
export function createPatientClients(region: string, credentials: Watched): BucketClients {
  settings ??= {
    requestHandler: new NodeHttpHandler({ ...TIMES, ...createConnections() }),
    retryStrategy: createPatience(),
  };
  return createBucketClients(region, credentials, settings);
}

/** How often a call is tried. A throttled one was not answered yet, so of it nothing is known: it waits until S3 has time. */
const MOST_TRIES: Readonly<Record<RetryErrorType, number>> = {
  THROTTLING: 14,
  TRANSIENT: 5,
  SERVER_ERROR: 5,
  CLIENT_ERROR: 1,
};
const FIRST_MS = 100;
const LONGEST_MS = 20_000;

/**
 * How a command tries again that reads many buckets at once (SDK guide, retry strategies). The SDK's own strategies, the adaptive one too, stop
 * trying once a hundred calls of a client were throttled together, and that would make unreadable buckets of a busy account. Here each call waits
 * for itself, up to twice as long each time, with `random` so that they do not come back together.
 */
export function createPatience(random: () => number = Math.random): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: async () => tokenOf(0, 0),
    refreshRetryTokenForRetry: async (token, { errorType, error }: RetryErrorInfo) => {
      const tries = token.getRetryCount() + 1;
      // A host name that is not there is an answer, too: not every Region has directory buckets.
      // And what answers a HEAD request has no body, so that its status alone says SlowDown (S3 API HeadObject).
      const type = valueAt(error, ['$metadata', 'httpStatusCode']) === 503 ? 'THROTTLING' : errorType;
      const most = valueAt(error, ['code']) === 'ENOTFOUND' ? 2 : MOST_TRIES[type];
      // The SDK throws the call's own error then.
      if (tries >= most) throw new Error('no further try');
      const longest = Math.min(FIRST_MS * 2 ** tries, LONGEST_MS);
      return tokenOf(tries, Math.round(longest * (0.5 + random() / 2)));
    },
    recordSuccess: () => {},
  };
}

function tokenOf(retries: number, delayMs: number): RetryToken {
  return { getRetryCount: () => retries, getRetryDelay: () => delayMs };
}

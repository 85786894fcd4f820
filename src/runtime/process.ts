import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy, { type MiddyfiedHandler } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Log } from '../remediation/deps.ts';
import { VERSION } from './version.ts';

/** What one function instance has once: its log and its metrics, configured by the stack's POWERTOOLS variables. */
export interface Process {
  log: Log;
  /** Counts one occurrence in the namespace Reseal. */
  count: (metric: string) => void;
  wrap: <Event, Result>(run: (event: Event, context: Context) => Promise<Result>) => MiddyfiedHandler<Event, Result>;
}

export function startProcess(): Process {
  const logger = new Logger({ persistentKeys: { version: VERSION } });
  const metrics = new Metrics();
  // Powertools' own middleware prints a bare line of text where an invocation counted nothing, as a sweep does.
  const flush = () => {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  };
  return {
    log: {
      info: (message, fields) => logger.info(message, { ...fields }),
      warn: (message, fields) => logger.warn(message, { ...fields }),
      error: (message, fields) => logger.error(message, { ...fields }),
    },
    count: (metric) => {
      metrics.addMetric(metric, MetricUnit.Count, 1);
    },
    wrap: (run) =>
      middy(run)
        .use(injectLambdaContext(logger, { resetKeys: true }))
        .use({ after: flush, onError: flush }),
  };
}

/** complete-with-failures -> CompleteWithFailures */
export function metricName(kind: string): string {
  return kind.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

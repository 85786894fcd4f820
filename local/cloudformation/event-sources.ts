import { z } from 'zod';
import type { StreamMapping } from '../change-stream.ts';
import { notEmulated } from '../errors.ts';
import { functionArn } from './function-arn.ts';
import { physicalName } from './physical-name.ts';
import { flag, ignored, maker, type Maker, number } from './resource.ts';
import { invalidTemplate } from './template-error.ts';

const shared = {
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  MaximumBatchingWindowInSeconds: number.default(0),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  Enabled: flag.default(true),
  Tags: ignored,
};

const queueProperties = z.strictObject({
  ...shared,
  BatchSize: number.default(10),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).default({}),
});

const makeQueueMapping = maker(
  'AWS::Lambda::EventSourceMapping',
  queueProperties,
  (logicalId, properties, place) => {
    const id = physicalName(logicalId, place, 100);
    const arn = functionArn(properties.FunctionName, place);
    const { MaximumConcurrency: maxConcurrency } = properties.ScalingConfig;
    place.functions.map({
      id,
      functionArn: arn,
      queueArn: properties.EventSourceArn,
      batchSize: properties.BatchSize,
      windowSeconds: properties.MaximumBatchingWindowInSeconds,
      reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
      enabled: properties.Enabled,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
    });
    return { ref: id, attributes: { Id: id }, remove: () => place.functions.unmap(arn, id) };
  },
  'anew',
);

const DAY_S = 86_400;

const streamProperties = z.strictObject({
  ...shared,
  MaximumBatchingWindowInSeconds: number.pipe(z.number().int().min(0).max(300)).default(0),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: number.pipe(z.number().int().min(1).max(10_000)).default(100),
  BisectBatchOnFunctionError: flag.default(false),
  // -1 is without end, for the retries and for the age.
  MaximumRetryAttempts: number.pipe(z.number().int().min(-1).max(10_000)).default(-1),
  MaximumRecordAgeInSeconds: number
    .pipe(
      z.union([
        z.literal(-1),
        z
          .number()
          .int()
          .min(60)
          .max(7 * DAY_S),
      ]),
    )
    .default(-1),
  ParallelizationFactor: number.pipe(z.number().int().min(1).max(10)).default(1),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).default([]) }).default({
    Filters: [],
  }),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).default({}),
});

const makeStreamMapping = maker('AWS::Lambda::EventSourceMapping', streamProperties, (logicalId, properties, place) => {
  const destination = properties.DestinationConfig.OnFailure?.Destination;
  if (destination !== undefined && destination.split(':')[2] !== 'sqs') {
    throw notEmulated(`The failure destination ${destination} (${logicalId})`);
  }
  if (properties.ParallelizationFactor !== 1) {
    throw notEmulated(`A ParallelizationFactor of ${properties.ParallelizationFactor} (${logicalId})`);
  }
  const id = physicalName(logicalId, place, 100);
  const mapping: StreamMapping = {
    id,
    functionArn: functionArn(properties.FunctionName, place),
    streamArn: properties.EventSourceArn,
    startingPosition: properties.StartingPosition,
    batchSize: properties.BatchSize,
    windowSeconds: properties.MaximumBatchingWindowInSeconds,
    filters: properties.FilterCriteria.Filters.map(({ Pattern }) => readPattern(Pattern, logicalId)),
    bisectOnError: properties.BisectBatchOnFunctionError,
    retryAttempts: endless(properties.MaximumRetryAttempts),
    maxAgeSeconds: endless(properties.MaximumRecordAgeInSeconds),
    reportBatchItemFailures: properties.FunctionResponseTypes.length > 0,
    enabled: properties.Enabled,
    ...(destination === undefined ? {} : { onFailureQueueArn: destination }),
  };
  place.functions.mapStream(mapping);
  return { ref: id, attributes: { Id: id }, remove: () => place.functions.unmap(mapping.functionArn, id) };
});

const endless = (limit: number): number => (limit === -1 ? Infinity : limit);

function readPattern(pattern: string, logicalId: string): unknown {
  try {
    return JSON.parse(pattern);
  } catch (cause) {
    throw invalidTemplate(`${logicalId}: the Pattern of a filter is JSON, found ${pattern}: ${String(cause)}`);
  }
}

const source = z.looseObject({ EventSourceArn: z.string() });

/** AWS::Lambda::EventSourceMapping of a queue or of a table's stream; each has properties of its own. */
export const makeMapping: Maker = async (logicalId, properties, place, before) => {
  const { EventSourceArn: arn } = source.parse(properties);
  switch (arn.split(':')[2]) {
    case 'sqs':
      return makeQueueMapping(logicalId, properties, place, before);
    case 'dynamodb':
      return makeStreamMapping(logicalId, properties, place, before);
    default:
      throw notEmulated(`The event source ${arn} (${logicalId})`);
  }
};

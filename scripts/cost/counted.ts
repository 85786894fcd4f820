import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { packageStack, TEMPLATE } from '../package.ts';
import type { StackCounts, WalkCounts } from './usage.ts';

const template = z.object({
  Parameters: z.object({ LogRetentionDays: z.object({ Default: z.number() }) }),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: z.object({
        Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional(),
        MemorySize: z.number().optional(),
        EventSourceArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).optional(),
      }),
    }),
  ),
});

const benchCounts = z.record(z.string(), z.number());

/** Counts what the packaged template has; it is packaged first where it is not. */
export async function stackCounts(): Promise<StackCounts> {
  const { directory } = await packageStack();
  const { Parameters, Resources } = template.parse(JSON.parse(readFileSync(path.join(directory, TEMPLATE), 'utf8')));
  const of = (type: string) =>
    Object.values(Resources).flatMap(({ Type, Condition, Properties }) =>
      // What is there only where writes are watched does not stand still, and is off by default.
      Type === type && Condition === undefined ? [Properties] : [],
    );
  const metricsOf = ({ Metrics }: { Metrics?: { MetricStat?: unknown }[] | undefined }) =>
    Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;
  return {
    alarmMetrics: of('AWS::CloudWatch::Alarm').reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    polledQueues: of('AWS::Lambda::EventSourceMapping').filter(
      ({ EventSourceArn }) => EventSourceArn?.['Fn::GetAtt'][1] === 'Arn',
    ).length,
    memoryGb: Math.max(...of('AWS::Lambda::Function').map(({ MemorySize }) => MemorySize ?? 0)) / 1_024,
    logRetentionDays: Parameters.LogRetentionDays.Default,
  };
}

/** Throws an Error where bench/counts.json lacks a count. */
export function walkCounts(): WalkCounts {
  const file = new URL('../../bench/counts.json', import.meta.url);
  const counts = new Map(Object.entries(benchCounts.parse(JSON.parse(readFileSync(file, 'utf8')))));
  const count = (name: string) => {
    const found = counts.get(name);
    if (found === undefined)
      throw new Error(`bench/counts.json has no "${name}": expected one, because docs/cost.md rests on it`);
    return found;
  };
  return {
    callsOfEvent: count('calls of an event of a compliant bucket under a key'),
    roundsOfEvent: count('rounds of an event of a compliant bucket under a key'),
  };
}

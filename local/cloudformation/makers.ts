import { entryOf } from '../entry-of.ts';
import { notEmulated } from '../errors.ts';
import { makeKey, makePolicy, makeRole } from './access.ts';
import { findBucket, makeBucket, makeBucketPolicy } from './buckets.ts';
import { makeFunction, makeInvokeConfig, makePermission, makeVersion } from './compute.ts';
import { makeEventBus, makeEventBusPolicy, makeRule } from './event-rules.ts';
import { makeMapping } from './event-sources.ts';
import { INERT } from './inert.ts';
import { makeQueue, makeQueuePolicy, makeTopic } from './messaging.ts';
import type { Finder, Maker } from './resource.ts';
import { makeStackSet } from './stack-set-resource.ts';
import { findTable, makeTable } from './tables.ts';
import type { Template } from './template.ts';

const MAKERS: Readonly<Record<string, Maker>> = {
  'AWS::S3::Bucket': makeBucket,
  'AWS::S3::BucketPolicy': makeBucketPolicy,
  'AWS::DynamoDB::Table': makeTable,
  'AWS::SQS::Queue': makeQueue,
  'AWS::SQS::QueuePolicy': makeQueuePolicy,
  'AWS::SNS::Topic': makeTopic,
  'AWS::Events::EventBus': makeEventBus,
  'AWS::Events::EventBusPolicy': makeEventBusPolicy,
  'AWS::Events::Rule': makeRule,
  'AWS::Lambda::Function': makeFunction,
  'AWS::Lambda::Version': makeVersion,
  'AWS::Lambda::Permission': makePermission,
  'AWS::Lambda::EventSourceMapping': makeMapping,
  'AWS::Lambda::EventInvokeConfig': makeInvokeConfig,
  'AWS::IAM::Role': makeRole,
  'AWS::IAM::Policy': makePolicy,
  'AWS::KMS::Key': makeKey,
  'AWS::CloudFormation::StackSet': makeStackSet,
};

/** What can be imported, and the property that names it. */
const FINDERS: Readonly<Record<string, { readonly identifier: string; readonly find: Finder }>> = {
  'AWS::S3::Bucket': { identifier: 'BucketName', find: findBucket },
  'AWS::DynamoDB::Table': { identifier: 'TableName', find: findTable },
};

export const identifierOf = (type: string): string | undefined => entryOf(FINDERS, type)?.identifier;

export function finderOf(type: string): Finder {
  const known = entryOf(FINDERS, type);
  if (known === undefined) throw notEmulated(`The import of ${type}`);
  return known.find;
}

export function refuseUnknownTypes(template: Template): void {
  const unknown = Object.entries(template.Resources).find(([, { Type }]) => !(Type in MAKERS) && !(Type in INERT));
  if (unknown) {
    throw notEmulated(`The resource type ${unknown[1].Type} (${unknown[0]})`);
  }
}

export function makerOf(type: string): Maker {
  const make = entryOf(MAKERS, type);
  if (!make) {
    throw notEmulated(`The resource type ${type}`);
  }
  return make;
}

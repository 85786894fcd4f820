import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import { makeKey, makePolicy, makeRole } from './access.ts';
import { makeFunction, makeInvokeConfig, makePermission, makeVersion } from './compute.ts';
import { makeMapping } from './event-sources.ts';
import { INERT, recordInert } from './inert.ts';
import { evaluate, evaluateCondition, NO_VALUE, references } from './intrinsics.ts';
import type { Scope } from './intrinsics.ts';
import { makeQueue, makeQueuePolicy, makeRule, makeTopic } from './messaging.ts';
import { resolveParameters } from './parameters.ts';
import type { ParameterValue } from './parameters.ts';
import type { Created, Maker, Place } from './resource.ts';
import { makeBucket, makeBucketPolicy, makeTable } from './storage.ts';
import { invalidTemplate } from './template-error.ts';
import type { Template, TemplateResource } from './template.ts';

const MAKERS: Readonly<Record<string, Maker>> = {
  'AWS::S3::Bucket': makeBucket,
  'AWS::S3::BucketPolicy': makeBucketPolicy,
  'AWS::DynamoDB::Table': makeTable,
  'AWS::SQS::Queue': makeQueue,
  'AWS::SQS::QueuePolicy': makeQueuePolicy,
  'AWS::SNS::Topic': makeTopic,
  'AWS::Events::Rule': makeRule,
  'AWS::Lambda::Function': makeFunction,
  'AWS::Lambda::Version': makeVersion,
  'AWS::Lambda::Permission': makePermission,
  'AWS::Lambda::EventSourceMapping': makeMapping,
  'AWS::Lambda::EventInvokeConfig': makeInvokeConfig,
  'AWS::IAM::Role': makeRole,
  'AWS::IAM::Policy': makePolicy,
  'AWS::KMS::Key': makeKey,
};

export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  /** Why nothing acts upon it; absent for a resource that works. */
  readonly inert?: string;
}

export interface Stack {
  readonly name: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly account: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly resources: readonly StackResource[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Makes every resource of a template in the order of their references. Throws before anything is made where a type is unknown. */
export async function makeStack(
  template: Template,
  overrides: Readonly<Record<string, string>>,
  place: Place,
): Promise<Stack> {
  refuseUnknownTypes(template);
  const parameters = resolveParameters(template.Parameters, overrides);
  const created = new Map<string, Created>();
  const scope = createScope({ template, parameters, created, place });
  for (const logicalId of inOrder(template, scope)) {
    const { Type, Properties } = resourceOf(template, logicalId);
    const properties = evaluate(Properties, scope);
    const made = recordInert(Type, logicalId, properties, place) ?? (await makerOf(Type)(logicalId, properties, place));
    created.set(logicalId, made);
  }
  return {
    name: place.stackName,
    id: stackId(place),
    createdAt: place.world.now(),
    account: place.account,
    region: place.region,
    parameters: Object.fromEntries(parameters),
    resources: [...created].map(([logicalId, { ref }]) =>
      describe(logicalId, resourceOf(template, logicalId).Type, ref),
    ),
    outputs: outputsOf(template, scope),
  };
}

function stackId({ account, region, stackName }: Place): string {
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/00000000-0000-0000-0000-000000000000`;
}

function refuseUnknownTypes(template: Template): void {
  const unknown = Object.entries(template.Resources).find(([, { Type }]) => !(Type in MAKERS) && !(Type in INERT));
  if (unknown) {
    throw notEmulated(`The resource type ${unknown[1].Type} (${unknown[0]})`);
  }
}

interface ScopeSources {
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly created: ReadonlyMap<string, Created>;
  readonly place: Place;
}

function createScope({ template, parameters, created, place }: ScopeSources): Scope {
  const { account, region, stackName } = place;
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': stackName,
    'AWS::StackId': stackId(place),
    'AWS::NoValue': NO_VALUE,
  };
  const scope: Scope = {
    ref: (name) => {
      const value = entryOf(pseudo, name) ?? parameters.get(name) ?? created.get(name)?.ref;
      if (value === undefined) {
        throw invalidTemplate(`Unresolved resource dependency ${name}`);
      }
      return value;
    },
    attribute: (logicalId, name) => {
      const value = entryOf(created.get(logicalId)?.attributes ?? {}, name);
      if (value === undefined) {
        throw notEmulated(
          `The attribute ${name} of ${logicalId} (${entryOf(template.Resources, logicalId)?.Type ?? 'no resource'})`,
        );
      }
      return value;
    },
    condition: (name) => {
      if (!Object.hasOwn(template.Conditions, name)) {
        throw invalidTemplate(`Unresolved condition ${name}`);
      }
      return evaluateCondition(template.Conditions[name], scope);
    },
  };
  return scope;
}

/** Logical ids, each after what it refers to or depends on; those whose condition is false are left out. */
function inOrder(template: Template, scope: Scope): string[] {
  const isWanted = (logicalId: string): boolean => {
    const resource = entryOf(template.Resources, logicalId);
    return resource !== undefined && (resource.Condition === undefined || scope.condition(resource.Condition));
  };
  const order = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    if (order.has(logicalId)) {
      return;
    }
    if (path.includes(logicalId)) {
      throw new AwsError(
        'ValidationError',
        `Circular dependency between resources: [${[...path, logicalId].join(', ')}]`,
      );
    }
    const { Properties, DependsOn = [] } = resourceOf(template, logicalId);
    const needed = [...references(Properties, scope), ...[DependsOn].flat()].filter(isWanted);
    needed.forEach((one) => visit(one, [...path, logicalId]));
    order.add(logicalId);
  };
  Object.keys(template.Resources)
    .filter(isWanted)
    .forEach((logicalId) => visit(logicalId, []));
  return [...order];
}

function resourceOf(template: Template, logicalId: string): TemplateResource {
  const resource = entryOf(template.Resources, logicalId);
  if (!resource) {
    throw invalidTemplate(`Unresolved resource dependency ${logicalId}`);
  }
  return resource;
}

function makerOf(type: string): Maker {
  const make = entryOf(MAKERS, type);
  if (!make) {
    throw notEmulated(`The resource type ${type}`);
  }
  return make;
}

function describe(logicalId: string, type: string, physicalId: string): StackResource {
  const inert = entryOf(INERT, type);
  return { logicalId, type, physicalId, ...(inert === undefined ? {} : { inert }) };
}

function outputsOf(template: Template, scope: Scope): Record<string, string> {
  const wanted = Object.entries(template.Outputs).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
  );
  return Object.fromEntries(wanted.map(([name, { Value }]) => [name, String(evaluate(Value, scope))]));
}

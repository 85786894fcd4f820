import { createHash } from 'node:crypto';
import { AwsError, notEmulated } from '../errors.ts';
import { entryOf } from '../entry-of.ts';
import { evaluate, evaluateCondition, NO_VALUE, references } from './intrinsics.ts';
import type { Scope } from './intrinsics.ts';
import type { ParameterValue } from './parameters.ts';
import type { Created, Place } from './resource.ts';
import { invalidTemplate } from './template-error.ts';
import type { Template, TemplateResource } from './template.ts';

export function stackId({
  account,
  region,
  stackName,
  generation = 0,
}: Pick<Place, 'account' | 'region' | 'stackName' | 'generation'>): string {
  const digest = createHash('sha256').update([account, region, stackName, generation].join(' ')).digest('hex');
  const uuid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`;
}

export interface ScopeSources {
  readonly template: Template;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly created: ReadonlyMap<string, Created>;
  readonly place: Place;
}

export function createScope({ template, parameters, created, place }: ScopeSources): Scope {
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
export function inOrder(template: Template, scope: Scope): string[] {
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

export function resourceOf(template: Template, logicalId: string): TemplateResource {
  const resource = entryOf(template.Resources, logicalId);
  if (!resource) {
    throw invalidTemplate(`Unresolved resource dependency ${logicalId}`);
  }
  return resource;
}

export function outputsOf(template: Template, scope: Scope): Record<string, string> {
  const wanted = Object.entries(template.Outputs).filter(
    ([, { Condition }]) => Condition === undefined || scope.condition(Condition),
  );
  return Object.fromEntries(wanted.map(([name, { Value }]) => [name, String(evaluate(Value, scope))]));
}

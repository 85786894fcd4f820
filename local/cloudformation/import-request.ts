import type * as sdk from '@aws-sdk/client-cloudformation';
import { AwsError, notEmulated } from '../errors.ts';
import { identifierOf } from './makers.ts';
import { changesOf } from './stack-request.ts';
import type { Recipe, StackRecord } from './stack-store.ts';

/**
 * A change set of the kind IMPORT with what it takes over; every other is as it was. Every resource that its template adds is one that is there, and nothing else changes (CloudFormation
 * guide, "Import AWS resources into a CloudFormation stack", considerations).
 */
export function importOf(
  { ChangeSetType: kind, ResourcesToImport: listed = [] }: sdk.CreateChangeSetInput,
  recipe: Recipe,
  { known, others }: { known: StackRecord | undefined; others: readonly StackRecord[] },
): Recipe {
  if (kind !== 'IMPORT') return recipe;
  const imports = new Map(listed.map((one) => [one.LogicalResourceId ?? '', nameOf(one, recipe)]));
  for (const [logicalId, action] of changesOf(known?.recipe, recipe)) {
    if (action === 'Add' && imports.has(logicalId)) continue;
    throw refused(`As part of the import operation, you cannot modify or add [${logicalId}]`);
  }
  if (JSON.stringify(known?.recipe?.template.Outputs) !== JSON.stringify(recipe.template.Outputs))
    throw refused('As part of the import operation, you cannot modify or add [Outputs]');
  refuseOwned([...imports.values()], others);
  return { ...recipe, imports };
}

function refuseOwned(names: readonly string[], stacks: readonly StackRecord[]): void {
  for (const { name, stack } of stacks)
    for (const { logicalId, physicalId } of stack?.resources ?? [])
      if (names.includes(physicalId)) throw refused(`${physicalId} already exists in stack ${name} as ${logicalId}`);
}

function nameOf(
  {
    LogicalResourceId: logicalId = '',
    ResourceType: type = '',
    ResourceIdentifier: identifier = {},
  }: sdk.ResourceToImport,
  { template }: Recipe,
): string {
  const resource = template.Resources[logicalId];
  if (resource?.Type !== type) throw refused(`Resources [${logicalId}] are missing from the template`);
  if (resource.DeletionPolicy === undefined)
    throw refused(`Resources to import must have a DeletionPolicy attribute specified in the template (${logicalId})`);
  const key = identifierOf(type);
  if (key === undefined) throw notEmulated(`The import of ${type}`);
  const { [key]: name } = identifier;
  if (name === undefined) throw refused(`The identifier of ${logicalId} is ${key}`);
  return name;
}

const refused = (problem: string): AwsError => new AwsError('ValidationError', problem);

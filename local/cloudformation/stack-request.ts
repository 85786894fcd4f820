import type * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import { parametersOf, resolveParameters } from './parameters.ts';
import type { Place, Services } from './resource.ts';
import { readObject, placeOfUrl } from './s3-file.ts';
import type { Recipe, StackRecord } from './stack-store.ts';
import { readBody } from './template-body.ts';
import type { Template } from './template.ts';

export type StackRequest = Pick<
  sdk.CreateChangeSetInput,
  'StackName' | 'TemplateBody' | 'TemplateURL' | 'UsePreviousTemplate' | 'Parameters' | 'Capabilities' | 'Tags'
>;

/** Where a stack is made by call, and as whom. */
export function placeOfCall(services: Services, { caller, region }: Call, stackName: string): Place {
  const as = { caller, region, invokedBy: 'cloudformation.amazonaws.com' };
  return { ...services, account: caller.accountId, region, stackName, packageFolder: undefined, as };
}

export async function templateOf(
  input: StackRequest,
  place: Place,
  before: StackRecord | undefined,
): Promise<Template> {
  return readRequested(await bodyOf(input, place, before), input);
}

/** What a request makes a stack of; what it says of the previous template and parameters comes from the stack before it. */
export async function recipeOf(input: StackRequest, place: Place, before: StackRecord | undefined): Promise<Recipe> {
  const body = await bodyOf(input, place, before);
  const template = readRequested(body, input);
  const values = Object.entries(before?.stack?.parameters ?? {}).map(([name, value]) => [
    name,
    [value].flat().join(','),
  ]);
  const parameters = parametersOf(input.Parameters, Object.fromEntries(values));
  resolveParameters(template.Parameters, parameters);
  const tags = Object.fromEntries((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
  return { template, parameters, tags, body };
}

const readRequested = (TemplateBody: string | undefined, { Capabilities, TemplateURL }: StackRequest): Template =>
  readBody({ TemplateBody, Capabilities }, TemplateURL !== undefined);

async function bodyOf(input: StackRequest, place: Place, before: StackRecord | undefined): Promise<string | undefined> {
  if (input.UsePreviousTemplate === true) return before?.recipe?.body;
  if (input.TemplateURL === undefined) return input.TemplateBody;
  const { bucket, key } = placeOfUrl(input.TemplateURL);
  return (await readObject(bucket, key, place)).toString('utf8');
}

/** How a change set would change the stack, by logical id. An update that would change nothing has none. */
export function changesOf(before: Recipe | undefined, after: Recipe): Map<string, sdk.ChangeAction> {
  const [old, wanted] = [before?.template.Resources ?? {}, after.template.Resources];
  const parameters = Object.keys({ ...before?.parameters, ...after.parameters }).filter(
    (name) => before?.parameters[name] !== after.parameters[name],
  );
  const isTouched = (text: string): boolean => parameters.some((name) => new RegExp(`\\b${name}\\b`).test(text));
  const ids = [...new Set([...Object.keys(old), ...Object.keys(wanted)])];
  return new Map(
    ids.flatMap((id): [string, sdk.ChangeAction][] => {
      const [one, other] = [JSON.stringify(old[id]), JSON.stringify(wanted[id])];
      if (other === undefined) return [[id, 'Remove']];
      if (one === undefined) return [[id, 'Add']];
      return one !== other || isTouched(other) ? [[id, 'Modify']] : [];
    }),
  );
}

/** Whether an update would change anything: resources, parameters, outputs or tags. */
export function isSame(before: Recipe | undefined, after: Recipe): boolean {
  const text = (recipe: Recipe | undefined): string =>
    JSON.stringify([recipe?.template.Outputs, recipe?.parameters, recipe?.tags ?? {}]);
  return changesOf(before, after).size === 0 && text(before) === text(after);
}

/** A stack whose creation failed can only be deleted. */
export function checkUpdatable({ id, status }: StackRecord): void {
  if (/^(?:CREATE|UPDATE|UPDATE_ROLLBACK|IMPORT|IMPORT_ROLLBACK)_COMPLETE$/.test(status)) return;
  throw new AwsError('ValidationError', `Stack:${id} is in ${status} state and can not be updated.`);
}

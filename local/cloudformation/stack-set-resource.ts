import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { AwsError, notEmulated } from '../errors.ts';
import { flag, ignored, maker, number, type Place } from './resource.ts';

const targets = z.strictObject({
  OrganizationalUnitIds: z.array(z.string()).optional(),
  Accounts: z.array(z.string()).optional(),
  AccountFilterType: z.string().optional(),
});

const parameters = z.array(z.strictObject({ ParameterKey: z.string(), ParameterValue: z.coerce.string() })).optional();

const properties = z.strictObject({
  StackSetName: z.string(),
  Description: z.string().optional(),
  PermissionModel: z.string(),
  AutoDeployment: z
    .strictObject({
      Enabled: flag.optional(),
      RetainStacksOnAccountRemoval: flag.optional(),
      DependsOn: z.array(z.string()).optional(),
    })
    .optional(),
  CallAs: z.string().optional(),
  Capabilities: z.array(z.string()).optional(),
  ManagedExecution: z.strictObject({ Active: flag.optional() }).optional(),
  OperationPreferences: z
    .strictObject({
      RegionConcurrencyType: z.string().optional(),
      RegionOrder: z.array(z.string()).optional(),
      FailureToleranceCount: number.optional(),
      FailureTolerancePercentage: number.optional(),
      MaxConcurrentCount: number.optional(),
      MaxConcurrentPercentage: number.optional(),
      ConcurrencyMode: z.string().optional(),
    })
    .optional(),
  Parameters: parameters,
  StackInstancesGroup: z
    .array(z.strictObject({ DeploymentTargets: targets, Regions: z.array(z.string()), ParameterOverrides: parameters }))
    .default([]),
  TemplateBody: z.string().optional(),
  TemplateURL: z.string().optional(),
  Tags: ignored,
});

const created = z.object({ StackSetId: z.string() });

type Properties = z.infer<typeof properties>;

/** AWS::CloudFormation::StackSet: made call by call. The resource is complete when its operations have ended, and fails with one of them. */
export const makeStackSet = maker(
  'AWS::CloudFormation::StackSet',
  properties,
  async (_logicalId, given, place) => {
    const { groups, input, named, preferences } = partsOf(given);
    const { StackSetId } = created.parse(await invoke(place, 'CreateStackSet', input));
    const remove = (): Promise<void> => removeSet(given, place);
    try {
      for (const group of groups)
        await operate(place, named, 'CreateStackInstances', { ...named, ...group, ...preferences });
    } catch (error) {
      await remove();
      throw error;
    }
    return { ref: StackSetId, attributes: { StackSetId }, remove };
  },
  async (logicalId, given, place, before) => {
    const { groups, input, named, preferences } = partsOf(given);
    if (input.StackSetName !== before.properties.StackSetName) throw notEmulated(`A new name of ${logicalId}`);
    await operate(place, named, 'UpdateStackSet', { ...input, ...preferences });
    const kept = new Set(groups.map((group) => JSON.stringify(group)));
    const regions = new Set(groups.flatMap(({ Regions }) => Regions));
    for (const { DeploymentTargets, Regions } of before.properties.StackInstancesGroup) {
      const gone = Regions.filter((region) => !regions.has(region));
      const asked = { ...named, DeploymentTargets, Regions: gone, ...preferences, RetainStacks: false };
      if (gone.length > 0) await operate(place, named, 'DeleteStackInstances', asked);
    }
    for (const group of before.properties.StackInstancesGroup) kept.delete(JSON.stringify(group));
    for (const group of groups)
      if (kept.has(JSON.stringify(group)))
        await operate(place, named, 'CreateStackInstances', { ...named, ...group, ...preferences });
    return { ...before.created, remove: () => removeSet(given, place) };
  },
);

function partsOf({ StackInstancesGroup: groups, OperationPreferences, Tags: _tags, ...input }: Properties) {
  const callAs = input.CallAs === undefined ? {} : { CallAs: input.CallAs };
  return {
    groups,
    input,
    named: { StackSetName: input.StackSetName, ...callAs },
    preferences: OperationPreferences === undefined ? {} : { OperationPreferences },
  };
}

async function removeSet(given: Properties, place: Place): Promise<void> {
  const { groups, named, preferences } = partsOf(given);
  for (const { DeploymentTargets, Regions } of groups) {
    const asked = { ...named, DeploymentTargets, Regions, ...preferences, RetainStacks: false };
    await operate(place, named, 'DeleteStackInstances', asked);
  }
  await invoke(place, 'DeleteStackSet', named);
}

const started = z.object({ OperationId: z.string() });
const operation = z.object({ StackSetOperation: z.object({ Status: z.string() }) });

async function operate(place: Place, named: object, name: string, input: object): Promise<void> {
  const { OperationId } = started.parse(await invoke(place, name, input));
  for (;;) {
    const answer = await invoke(place, 'DescribeStackSetOperation', { ...named, OperationId });
    const { Status } = operation.parse(answer).StackSetOperation;
    if (Status === 'SUCCEEDED') return;
    if (Status === 'FAILED')
      throw new AwsError(
        'GeneralServiceException',
        `Resource handler returned message: "StackSet operation ${OperationId} was unable to succeed"`,
      );
    await turn();
  }
}

const invoke = (place: Place, name: string, input: object): Promise<unknown> =>
  place.world.invoke('cloudformation', name, input, place.as);

import { z } from 'zod';
import { notEmulated } from '../errors.ts';
import { physicalName } from './physical-name.ts';
import { flag, ignored, maker, orUndone, type Place } from './resource.ts';

const inlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: z.looseObject({}) });

const roleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Path: z.string().default('/'),
  Description: ignored,
  PermissionsBoundary: z.string().optional(),
  AssumeRolePolicyDocument: z.looseObject({}),
  Policies: z.array(inlinePolicy).default([]),
  MaxSessionDuration: ignored,
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});

const created = z.object({ Role: z.object({ Arn: z.string(), RoleId: z.string() }) });

export const makeRole = maker(
  'AWS::IAM::Role',
  roleProperties,
  async (logicalId, properties, place) => {
    const { RoleName = physicalName(logicalId, place, 64), Policies, AssumeRolePolicyDocument, ...rest } = properties;
    const { Role } = created.parse(
      await invoke(place, 'CreateRole', {
        RoleName,
        ...rest,
        AssumeRolePolicyDocument: JSON.stringify(AssumeRolePolicyDocument),
      }),
    );
    const put: Policies = [];
    const undo = () => dropRole(place, RoleName, put);
    await orUndone(undo, async () => {
      for (const policy of Policies) {
        await putPolicies(place, RoleName, [policy]);
        put.push(policy);
      }
    });
    return { ref: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId }, remove: undo };
  },
  async (logicalId, properties, place, before) => {
    const { ref: RoleName, attributes } = before.created;
    const { Policies, AssumeRolePolicyDocument, Path, RoleName: name = RoleName, Tags } = properties;
    if (Path !== before.properties.Path || name !== RoleName) throw notEmulated(`A new path or name of ${logicalId}`);
    const PolicyDocument = JSON.stringify(AssumeRolePolicyDocument);
    await invoke(place, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    await putPolicies(place, RoleName, Policies);
    for (const { PolicyName } of before.properties.Policies)
      if (!Policies.some((one) => one.PolicyName === PolicyName))
        await invoke(place, 'DeleteRolePolicy', { RoleName, PolicyName });
    const TagKeys = before.properties.Tags.map(({ Key }) => Key).filter((key) => !Tags.some(({ Key }) => Key === key));
    if (TagKeys.length > 0) await invoke(place, 'UntagRole', { RoleName, TagKeys });
    if (Tags.length > 0) await invoke(place, 'TagRole', { RoleName, Tags });
    return { ref: RoleName, attributes, remove: () => dropRole(place, RoleName, Policies) };
  },
);

type Policies = z.infer<typeof roleProperties>['Policies'];

async function putPolicies(place: Place, RoleName: string, policies: Policies): Promise<void> {
  for (const { PolicyName, PolicyDocument } of policies)
    await invoke(place, 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) });
}

async function dropRole(place: Place, RoleName: string, policies: Policies): Promise<void> {
  for (const { PolicyName } of policies) await invoke(place, 'DeleteRolePolicy', { RoleName, PolicyName });
  await invoke(place, 'DeleteRole', { RoleName });
}

/** Adds a policy to roles. */
export const makePolicy = maker(
  'AWS::IAM::Policy',
  inlinePolicy.extend({ Roles: z.array(z.string()) }),
  async (logicalId, { PolicyName, PolicyDocument, Roles }, place) => {
    for (const RoleName of Roles)
      await invoke(place, 'PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) });
    return {
      ref: physicalName(logicalId, place, 100),
      attributes: {},
      remove: async () => {
        for (const RoleName of Roles) await invoke(place, 'DeleteRolePolicy', { RoleName, PolicyName });
      },
    };
  },
  'anew',
);

const invoke = (place: Place, operation: string, input: object): Promise<unknown> =>
  place.world.invoke('iam', operation, input, place.as);

const keyProperties = z.strictObject({
  Description: z.string().optional(),
  EnableKeyRotation: flag.optional(),
  Tags: ignored,
});

/** A key with the default policy of a key that was made by API; KeyPolicy is refused by name. */
export const makeKey = maker('AWS::KMS::Key', keyProperties, (_logicalId, { Description: description }, place) => {
  const { world, account, region } = place;
  const key = world.keys.create({
    accountId: account,
    region,
    ...(description === undefined ? {} : { description }),
  });
  return { ref: key.id, attributes: { Arn: key.arn, KeyId: key.id }, remove: () => scheduleDeletion(key.id, place) };
});

async function scheduleDeletion(KeyId: string, place: Place): Promise<void> {
  await place.world.invoke('kms', 'ScheduleKeyDeletion', { KeyId }, place.as);
}

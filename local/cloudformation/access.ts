import { z } from 'zod';
import { AwsError } from '../errors.ts';
import { physicalName } from './physical-name.ts';
import { flag, ignored, maker } from './resource.ts';

const inlinePolicy = z.strictObject({ PolicyName: z.string(), PolicyDocument: z.looseObject({}) });

const roleProperties = z.strictObject({
  RoleName: z.string().optional(),
  Path: z.string().default('/'),
  Description: ignored,
  PermissionsBoundary: z.string().optional(),
  AssumeRolePolicyDocument: z.looseObject({}),
  Policies: z.array(inlinePolicy).default([]),
  MaxSessionDuration: ignored,
  Tags: ignored,
});

export const makeRole = maker('AWS::IAM::Role', roleProperties, (logicalId, properties, place) => {
  const name = properties.RoleName ?? physicalName(logicalId, place, 64);
  const arn = `arn:aws:iam::${place.account}:role${properties.Path}${name}`;
  const policies = properties.Policies.map(({ PolicyDocument }) => PolicyDocument);
  const { AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary } = properties;
  place.world.identity.putRole({ arn, name, trust, policies, ...(boundary === undefined ? {} : { boundary }) });
  return {
    ref: name,
    attributes: {
      Arn: arn,
      RoleId: `AROA${name
        .toUpperCase()
        .replaceAll(/[^A-Z0-9]/g, '')
        .slice(-17)}`,
    },
  };
});

/** Adds a policy to roles of this stack; a role under another path than `/` is not found by its name. */
export const makePolicy = maker(
  'AWS::IAM::Policy',
  inlinePolicy.extend({ Roles: z.array(z.string()) }),
  (logicalId, { PolicyDocument, Roles }, { account, world: { identity }, ...place }) => {
    for (const name of Roles) {
      const role = identity.role(`arn:aws:iam::${account}:role/${name}`);
      if (!role) {
        throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
      }
      identity.putRole({ ...role, policies: [...role.policies, PolicyDocument] });
    }
    return { ref: physicalName(logicalId, { account, ...place }, 100), attributes: {} };
  },
);

const keyProperties = z.strictObject({
  Description: z.string().optional(),
  EnableKeyRotation: flag.optional(),
  Tags: ignored,
});

/** A key with the default policy of a key that was made by API; KeyPolicy is refused by name. */
export const makeKey = maker(
  'AWS::KMS::Key',
  keyProperties,
  (_logicalId, { Description: description }, { world, account, region }) => {
    const key = world.keys.create({
      accountId: account,
      region,
      ...(description === undefined ? {} : { description }),
    });
    return { ref: key.id, attributes: { Arn: key.arn, KeyId: key.id } };
  },
);

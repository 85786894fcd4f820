import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { packageStack, TEMPLATE } from '../../scripts/package.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Condition: z.string().optional(),
});

const template = z.object({
  Parameters: z.record(z.string(), z.record(z.string(), z.unknown())),
  Conditions: z.record(z.string(), z.unknown()),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});

export type Resource = z.infer<typeof resource>;
export type Template = z.infer<typeof template>;

/** The package as it would be deployed; made first where nothing of it is there yet. */
export const { directory } = await packageStack();

/** The CloudFormation template of that package, as osls wrote it: intrinsic functions in their long form. */
export const packaged: Template = template.parse(JSON.parse(await readFile(path.join(directory, TEMPLATE), 'utf8')));

/** The resources of one CloudFormation type by logical id. */
export function resourcesOf(type: string): [id: string, resource: Resource][] {
  return Object.entries(packaged.Resources).filter(([, { Type }]) => Type === type);
}

/** The properties of one resource. Throws where the template has no such resource. */
export function propertiesOf(id: string): Resource['Properties'] {
  const found = packaged.Resources[id];
  if (found === undefined) throw new Error(`the packaged template has no resource ${id}`);
  return found.Properties;
}

/** What each resource of its type has: test/infra/every-resource.test.ts looks at it. */
const OF_EVERY_RESOURCE = ['KmsKeyId', 'KmsMasterKeyId', 'RetentionInDays', 'SSESpecification', 'SqsManagedSseEnabled'];

/** The properties that this one resource has for itself. */
export function ownPropertiesOf(id: string): Resource['Properties'] {
  return Object.fromEntries(Object.entries(propertiesOf(id)).filter(([name]) => !OF_EVERY_RESOURCE.includes(name)));
}

/** `!GetAtt ID.ATTRIBUTE` as it stands in the packaged template. */
export function getAtt(id: string, attribute = 'Arn'): { 'Fn::GetAtt': [string, string] } {
  return { 'Fn::GetAtt': [id, attribute] };
}

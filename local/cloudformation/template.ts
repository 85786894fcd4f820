import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { invalidTemplate } from './template-error.ts';

const values = z.record(z.string(), z.unknown());

const parameter = z.strictObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  AllowedPattern: z.string().optional(),
  ConstraintDescription: z.string().optional(),
  Description: z.string().optional(),
  MinValue: z.coerce.number().optional(),
  MaxValue: z.coerce.number().optional(),
  MinLength: z.coerce.number().optional(),
  MaxLength: z.coerce.number().optional(),
  NoEcho: z.boolean().optional(),
});

const resource = z.strictObject({
  Type: z.string(),
  Properties: values.default({}),
  Condition: z.string().optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
  // A stack of the embedded AWS is never updated and goes with the process.
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  Metadata: z.unknown().optional(),
});

const template = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Conditions: values.default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
});

export type Template = z.infer<typeof template>;
export type TemplateParameter = z.infer<typeof parameter>;
export type TemplateResource = z.infer<typeof resource>;

/** Checks a CloudFormation template's sections; Mappings, Transform, Rules and Hooks are refused by name. */
function readTemplate(document: unknown): Template {
  const read = template.safeParse(document);
  if (!read.success) {
    throw invalidTemplate(
      read.error.issues.map(({ path, message }) => `${path.join('.') || 'template'}: ${message}`).join('; '),
    );
  }
  return read.data;
}

/** Reads the template that packaging wrote. */
export function readTemplateFile(path: string): Template {
  return readTemplate(JSON.parse(readFileSync(path, 'utf8')));
}

import { readFileSync } from 'node:fs';
import { parseDocument, type ScalarTag, type CollectionTag } from 'yaml';
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
  DeletionPolicy: z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']).optional(),
  // No update replaces a resource here.
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

/** The short forms of YAML templates: `!Sub x` is `Fn::Sub: x`; `!Ref` and `!Condition` have no Fn (CloudFormation guide, "Intrinsic functions"). */
const SHORT = [
  'And',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
];

function shortForms(): (ScalarTag | CollectionTag)[] {
  const names = [['Ref', 'Ref'], ['Condition', 'Condition'], ...SHORT.map((name) => [name, `Fn::${name}`])];
  return names.flatMap(([name = '', long = '']): (ScalarTag | CollectionTag)[] => [
    { tag: `!${name}`, resolve: (text: string) => ({ [long]: text }) },
    ...(['seq', 'map'] as const).map((collection): CollectionTag => ({
      tag: `!${name}`,
      collection,
      resolve: (node) => ({ [long]: node.toJSON() }),
    })),
  ]);
}

/** Reads a template body: JSON, or YAML with its short forms. */
export function readTemplateText(text: string): Template {
  const document = parseDocument(text, { customTags: shortForms() });
  const [error] = document.errors;
  if (error !== undefined) throw invalidTemplate(`the template is neither JSON nor YAML: ${error.message}`);
  return readTemplate(document.toJS());
}

/** Reads the template that packaging wrote. */
export function readTemplateFile(path: string): Template {
  return readTemplate(JSON.parse(readFileSync(path, 'utf8')));
}

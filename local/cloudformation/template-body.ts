import { AwsError } from '../errors.ts';
import type { Template } from './template.ts';
import { readTemplateText } from './template.ts';

/** The most bytes of a template that comes with the request (CloudFormation guide, "Quotas"). */
const LONGEST_BYTES = 51_200;

interface Body {
  readonly TemplateBody?: string | undefined;
  readonly Capabilities?: readonly string[] | undefined;
}

/** The template of a request, whose capabilities must cover its IAM resources (CloudFormation API, CreateStack). */
export function readBody({ TemplateBody: text, Capabilities: given = [] }: Body, isFromUrl = false): Template {
  if (text === undefined)
    throw new AwsError('ValidationError', 'Either Template URL or Template Body must be specified.');
  if (!isFromUrl && Buffer.byteLength(text) > LONGEST_BYTES)
    throw new AwsError(
      'ValidationError',
      `Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_BYTES}`,
    );
  const template = readTemplateText(text);
  const needed = capabilityOf(template);
  const isCovered = needed === undefined || given.includes('CAPABILITY_NAMED_IAM') || given.includes(needed);
  if (!isCovered) throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed}]`);
  return template;
}

/** What a request must say that it knows of. */
export function capabilityOf({ Resources }: Template): string | undefined {
  const ofIam = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  if (ofIam.length === 0) return undefined;
  return ofIam.some(({ Properties }) => 'RoleName' in Properties) ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
}

import { UsageError } from './usage-error.ts';

/** How a command names a deployed hub. Neither has a default here, so that a command can tell whether a hub was named. */
export const hubArgs = {
  stack: { type: 'string', valueHint: 'name', description: "The hub's stack, reseal-prod where it is not said" },
  'hub-region': {
    type: 'string',
    valueHint: 'region',
    description: "The hub's Region, that of the shell where it is not said",
  },
} as const;

/** How CloudFormation names stacks (API CreateStack, StackName). */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

export interface NamedHub {
  stack?: string | undefined;
  'hub-region'?: string | undefined;
}

/** The stack and, where it is said, its Region. Throws UsageError. */
export function askedHub({ stack = 'reseal-prod', 'hub-region': region }: NamedHub): {
  stack: string;
  region?: string;
} {
  if (!STACK_NAME.test(stack))
    throw new UsageError(`expected the name of a stack after --stack (reseal-prod), found ${stack}`);
  return { stack, ...(region === undefined ? {} : { region }) };
}

/** The options that name the same hub in another command; a default is left out. */
export function sameHub({ stack, 'hub-region': region }: NamedHub): string {
  return [
    stack === undefined || stack === 'reseal-prod' ? '' : ` --stack ${stack}`,
    region === undefined ? '' : ` --hub-region ${region}`,
  ].join('');
}

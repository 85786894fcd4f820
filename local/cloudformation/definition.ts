import * as sdk from '@aws-sdk/client-cloudformation';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { ServiceDefinition } from '../service.ts';
import { onlySupported } from '../supported-members.ts';
import type { Stack } from './stack.ts';

interface Asked {
  readonly StackName?: string;
}

/** CloudFormation: what was deployed, and under which names. Stacks are made by the deployer, never over the wire. */
export function createCloudFormation(stacks: () => readonly Stack[]): ServiceDefinition {
  const operations = {
    /** CloudFormation API reference, "DescribeStacks": one stack by its name or id, or all of the account and Region. */
    DescribeStacks: ({ StackName: asked }: Asked, { caller, region }: Call) => {
      const here = stacks().filter((stack) => stack.account === caller.accountId && stack.region === region);
      const found = here.filter(({ name, id }) => asked === undefined || asked === name || asked === id);
      if (asked !== undefined && found.length === 0) {
        throw new AwsError('ValidationError', `Stack with id ${asked} does not exist`);
      }
      return { Stacks: found.map(describe) };
    },
  };
  return {
    id: 'cloudformation',
    signingName: 'cloudformation',
    protocol: 'awsQuery',
    sdk,
    operations: onlySupported('cloudformation', operations, { DescribeStacks: ['StackName'] }),
    permissions: {
      DescribeStacks: ({ StackName: asked }: Asked, { caller, region }: Call) => [
        { action: 'cloudformation:DescribeStacks', resource: resourceOf(asked, caller.accountId, region) },
      ],
    },
  };
}

/** By name, whatever the id of the stack (Service Authorization Reference, "CloudFormation"). */
function resourceOf(asked: string | undefined, account: string, region: string): string {
  if (asked === undefined) return '*';
  return asked.startsWith('arn:') ? asked : `arn:aws:cloudformation:${region}:${account}:stack/${asked}/*`;
}

function describe({ name, id, createdAt, parameters, outputs }: Stack): sdk.Stack {
  return {
    StackId: id,
    StackName: name,
    CreationTime: createdAt,
    StackStatus: 'CREATE_COMPLETE',
    Parameters: Object.entries(parameters).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: [value].flat().join(','),
    })),
    Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
  };
}

import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { ResealError } from '../../errors.ts';
import type { Caller } from '../identity/caller.ts';
import { credentialsHint, errorName, failureOf, whyOf } from '../sdk/service-error.ts';

/** Which stack is asked for, and where. */
export interface AskedHub {
  stack: string;
  region: string;
}

/** A deployed hub, as its stack describes it. */
export interface HubStack extends AskedHub {
  /** The account of the hub. */
  account: string;
  version: string;
  /** The ledger's table. */
  table: string;
  sweepFunction: string;
  /** The other outputs of infra/parameters.yml and of infra/member, by name. */
  outputs: ReadonlyMap<string, string>;
  /** What it was deployed with, by name: OrganizationId, RolePath, RolePrefix, SweepWithinHours and so on. */
  parameters: ReadonlyMap<string, string>;
}

/**
 * Reads the stack of a hub (CloudFormation API, DescribeStacks). Throws ResealError no-hub where there is no such stack or it is no hub, and unreadable where
 * CloudFormation does not say; the message names the stack, the Region, the account and what to do.
 */
export function createHubStack(cloudFormation: CloudFormationClient, caller: Caller) {
  return async function readHubStack(asked: AskedHub): Promise<HubStack> {
    const { stack: StackName, region } = asked;
    const { account } = caller;
    const answer = await cloudFormation.send(new DescribeStacksCommand({ StackName })).catch((cause: unknown) => {
      throw notRead(asked, caller, cause);
    });
    const [stack] = answer.Stacks ?? [];
    const outputs = new Map(stack?.Outputs?.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    const [version, table, sweepFunction] = ['Version', 'LedgerTableName', 'SweepFunctionName'].map((name) =>
      outputs.get(name),
    );
    if (version === undefined || table === undefined || sweepFunction === undefined)
      throw new ResealError(
        'no-hub',
        `stack ${StackName} of account ${account} in ${region} is no hub of Reseal, or its deployment has not ended (${stack?.StackStatus ?? 'no status'}): expected the outputs Version, LedgerTableName and SweepFunctionName. ${SAY_WHICH}`,
      );
    const parameters = new Map(
      stack?.Parameters?.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
    );
    return { ...asked, account, version, table, sweepFunction, outputs, parameters };
  };
}

/** The URLs of a stack's queues by their names in its template (CloudFormation guide: Ref of AWS::SQS::Queue is its URL). Throws the SDK's error. */
export function createStackQueues(client: CloudFormationClient) {
  return async function queuesOf({ stack: StackName }: AskedHub): Promise<ReadonlyMap<string, string>> {
    const urls = new Map<string, string>();
    for await (const { StackResourceSummaries: resources = [] } of paginateListStackResources(
      { client },
      { StackName },
    ))
      for (const { ResourceType: type, LogicalResourceId: name = '', PhysicalResourceId: url = '' } of resources)
        if (type === 'AWS::SQS::Queue') urls.set(name, url);
    return urls;
  };
}

const SAY_WHICH = 'Say with --stack which stack the hub has, and with --hub-region in which Region it is';

/** DescribeStacks answers ValidationError for a stack that is not there, when the name is one that a stack may have. */
function notRead({ stack, region }: AskedHub, { account, arn }: Caller, cause: unknown): ResealError {
  if (errorName(cause) === 'ValidationError')
    return new ResealError(
      'no-hub',
      `there is no stack ${stack} in account ${account}, ${region}. ${SAY_WHICH}; the credentials must be of the hub's account`,
      { cause },
    );
  const hint =
    failureOf(cause) === 'denied' ? `allow ${arn} cloudformation:DescribeStacks` : 'check the network, and try again';
  const message = `CloudFormation did not describe stack ${stack} of account ${account} in ${region}: ${whyOf(cause)}; ${credentialsHint(cause) ?? hint}`;
  return new ResealError('unreadable', message, { cause });
}

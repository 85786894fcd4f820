import {
  CreateStackCommand,
  DescribeStackSetCommand,
  DescribeStacksCommand,
  ListStackInstancesCommand,
  ListStackSetsCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { LocalOptions } from '../../../local/start-local.ts';
import { createClients } from '../clients.ts';
import { HUB, MANAGEMENT, openOrganization } from '../organizations/open-organization.ts';

/** What a member has once: a role that forwards, with a name that is unique in an account. */
export const ROLES = `
Parameters:
  Prefix: { Type: String }
Resources:
  Forward:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '\${Prefix}-forward'
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Principal: { Service: events.amazonaws.com }, Action: 'sts:AssumeRole' }]
      Policies:
        - PolicyName: forward
          PolicyDocument:
            Version: '2012-10-17'
            Statement: [{ Effect: Allow, Action: 'events:PutEvents', Resource: '*' }]
`;

/** What a member has in each Region: the rule that forwards, and a bucket that stays. */
export const REGION = `
Parameters:
  Prefix: { Type: String }
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      EventPattern: { source: [test] }
      Targets:
        - Id: hub
          Arn: arn:aws:events:eu-west-1:${HUB}:event-bus/default
          RoleArn: !Sub 'arn:\${AWS::Partition}:iam::\${AWS::AccountId}:role/\${Prefix}-forward'
  Reports:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    Properties:
      BucketName: !Sub '\${Prefix}-reports-\${AWS::AccountId}-\${AWS::Region}'
`;

const indented = (text: string): string => text.trim().replaceAll('\n', '\n        ');

interface Set {
  readonly name: string;
  readonly body: string;
  readonly regions: string;
  readonly more?: string;
  readonly preferences?: string;
}

const stackSet = ({ name, body, regions, more = '', preferences = '{}' }: Set): string => `
  ${name}:
    Type: AWS::CloudFormation::StackSet${more.includes('DependsOn') ? '\n    DependsOn: Roles' : ''}
    Properties:
      StackSetName: reseal-${name.toLowerCase()}
      PermissionModel: SERVICE_MANAGED
      CallAs: !Ref CallAs
      Capabilities: [CAPABILITY_NAMED_IAM]
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false${more} }
      ManagedExecution: { Active: true }
      OperationPreferences: ${preferences}
      Parameters: [{ ParameterKey: Prefix, ParameterValue: reseal }]
      StackInstancesGroup:
        - DeploymentTargets: { OrganizationalUnitIds: [!Ref Unit], Accounts: [!Ref Hub], AccountFilterType: DIFFERENCE }
          Regions: ${regions}
      TemplateBody: |
        ${indented(body)}
`;

const ARN = 'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${Management}:stackset/${Roles}';

export const ORGANIZATION = `
Parameters:
  Unit: { Type: String }
  Hub: { Type: String }
  CallAs: { Type: String, Default: SELF }
  Management: { Type: String }
Resources:${stackSet({ name: 'Roles', body: ROLES, regions: '[eu-west-1]' })}${stackSet({
  name: 'Region',
  body: REGION,
  regions: '[eu-west-1, us-east-1]',
  more: `, DependsOn: [!Sub '${ARN}']`,
  preferences:
    '{ RegionConcurrencyType: PARALLEL, ConcurrencyMode: SOFT_FAILURE_TOLERANCE, FailureTolerancePercentage: 50, MaxConcurrentPercentage: 100 }',
})}`;

/** An organization, and the stack of ORGANIZATION in its management account or in the account of `from`. */
export async function openStackSets(options: LocalOptions & { from?: string } = {}) {
  const { from = MANAGEMENT, ...rest } = options;
  const aws = await openOrganization(rest);
  const { organization } = aws;
  const clients = createClients(aws, { account: from });
  const { cloudFormation } = clients;
  const CallAs = from === MANAGEMENT ? 'SELF' : 'DELEGATED_ADMIN';
  const parameters = { Unit: organization.root.id, Hub: HUB, Management: MANAGEMENT, CallAs };
  const Parameters = Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const StackName = 'reseal-organization';
  const ending = async (): Promise<(string | undefined)[]> => {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return [stack?.StackStatus, stack?.StackStatusReason];
  };
  const named = (name: string) => ({ StackSetName: `reseal-${name}`, CallAs }) as const;
  return {
    aws,
    cloudFormation,
    named,
    /** Status and reason of the stack. */
    deploy: async () => {
      await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody: ORGANIZATION, Parameters }));
      return ending();
    },
    update: async (TemplateBody: string) => {
      await cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody, Parameters }));
      return ending();
    },
    /** Once nothing is under way: account, Region and detailed status of each instance. */
    instances: async (name: string): Promise<string[]> => {
      await aws.world.activity.idle(30_000);
      const { Summaries = [] } = await cloudFormation.send(new ListStackInstancesCommand(named(name)));
      return Summaries.map(
        ({ Account, Region, StackInstanceStatus }) => `${Account} ${Region} ${StackInstanceStatus?.DetailedStatus}`,
      ).toSorted();
    },
    describe: async (name: string) => (await cloudFormation.send(new DescribeStackSetCommand(named(name)))).StackSet,
    names: async () => {
      const { Summaries = [] } = await cloudFormation.send(new ListStackSetsCommand({ CallAs }));
      return Summaries.map(({ StackSetName }) => StackSetName);
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';

const ROOT = path.resolve(import.meta.dirname, '..');

interface Parameter {
  Type: string;
  Default?: string | number;
  AllowedPattern?: string;
  ConstraintDescription?: string;
  Description: string;
}

const ref = (name: string) => ({ Ref: name });

/** What a person says of the organization, beside the parameters of the member templates. */
const OWN = {
  ManagementAccountId: {
    Type: 'String',
    AllowedPattern: '^\\d{12}$',
    ConstraintDescription: 'must be an account id of 12 digits',
    Description: 'The management account of the organization, which the ARN of a stack set names',
  },
  OrganizationalUnitIds: {
    Type: 'CommaDelimitedList',
    Description: "Ids of the units whose accounts are guarded, with all units below; the root's id for all accounts",
  },
  Regions: { Type: 'CommaDelimitedList', Description: 'The Regions that are guarded, with commas between them' },
  CallAs: {
    Type: 'String',
    Default: 'SELF',
    AllowedValues: ['SELF', 'DELEGATED_ADMIN'],
    Description: 'SELF in the management account, DELEGATED_ADMIN in a delegated administrator account',
  },
  FailureTolerancePercentage: {
    Type: 'Number',
    Default: 100,
    MinValue: 0,
    MaxValue: 100,
    Description:
      'How many accounts of a Region may fail before the deployment stops; 100 lets no account cost the others theirs',
  },
  StackSetPrefix: {
    Type: 'String',
    Default: 'reseal',
    AllowedPattern: '^[A-Za-z][A-Za-z0-9-]{0,63}$',
    ConstraintDescription: 'must be at most 64 letters, digits and hyphens, and begin with a letter',
    Description: 'What the names of the two stack sets begin with',
  },
};

/** Of the hub's own stack these are empty; here they say where the hub is. */
const REQUIRED = ['HubAccountId', 'HubRegion', 'OrganizationId'];

/**
 * The organization in one template: two service-managed stack sets, with both member templates in it. StackSets deploys to no management account
 * (CloudFormation guide, service-managed permissions), and the hub's account has its roles already.
 */
export function organizationTemplate(): string {
  const [roles, region] = [member('roles'), member('region')];
  const Parameters = { ...required({ ...roles.parameters, ...region.parameters }), ...OWN };
  const Resources = {
    RolesStackSet: stackSet('roles', roles, { Regions: [ref('HubRegion')] }),
    // Rules forward under a role, so the roles are there first, also in an account that joins later.
    RegionStackSet: stackSet('region', region, { Regions: ref('Regions'), DependsOn: [ARN_OF_ROLES] }),
  };
  const template = { AWSTemplateFormatVersion: '2010-09-09', Description, Parameters, Resources };
  // CloudFormation reads YAML 1.1, in which off is a truth value unless it is quoted.
  // Each line of the member templates is indented, and the whole may have 51,200 bytes.
  return stringify(template, { version: '1.1', lineWidth: 0, indent: 1 });
}

const Description = 'Reseal: the roles, rules and reports buckets of every member account of an organization';

const ARN_OF_ROLES = {
  'Fn::Sub': 'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${ManagementAccountId}:stackset/${RolesStackSet}',
};

interface Member {
  body: string;
  parameters: Record<string, Parameter>;
}

/** A member template without its comments, of which a template may not hold many: 51,200 bytes are all. */
function member(name: 'roles' | 'region'): Member {
  const text = readFileSync(path.join(ROOT, `infra/member/${name}.yml`), 'utf8');
  const lines = text.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const { Parameters }: { Parameters: Record<string, Parameter> } = parse(text, { logLevel: 'silent' });
  return { body: `${lines.join('\n')}\n`, parameters: Parameters };
}

function required(parameters: Record<string, Parameter>): Record<string, Parameter> {
  const entries = Object.entries(parameters).map(([name, parameter]) => {
    if (!REQUIRED.includes(name)) return [name, parameter];
    const { Default: _, AllowedPattern = '', ConstraintDescription: __, ...rest } = parameter;
    const Description = rest.Description.replace(/; empty for .*$/, '');
    return [name, { ...rest, AllowedPattern: AllowedPattern.replace(/^\^\((.*)\)\?\$$/, '^$1$'), Description }];
  });
  return Object.fromEntries(entries) as Record<string, Parameter>;
}

function stackSet(
  name: string,
  { body, parameters }: Member,
  { Regions, DependsOn }: { Regions: object; DependsOn?: object[] },
): object {
  const OrganizationalUnitIds = ref('OrganizationalUnitIds');
  const DeploymentTargets = { OrganizationalUnitIds, AccountFilterType: 'DIFFERENCE', Accounts: [ref('HubAccountId')] };
  return {
    Type: 'AWS::CloudFormation::StackSet',
    Properties: {
      StackSetName: { 'Fn::Sub': `\${StackSetPrefix}-${name}` },
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: ref('CallAs'),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      AutoDeployment: {
        Enabled: true,
        RetainStacksOnAccountRemoval: false,
        ...(DependsOn === undefined ? {} : { DependsOn }),
      },
      ManagedExecution: { Active: true },
      OperationPreferences: {
        RegionConcurrencyType: 'PARALLEL',
        MaxConcurrentPercentage: 100,
        FailureTolerancePercentage: ref('FailureTolerancePercentage'),
        ConcurrencyMode: 'SOFT_FAILURE_TOLERANCE',
      },
      Parameters: Object.keys(parameters).map((key) => ({ ParameterKey: key, ParameterValue: ref(key) })),
      StackInstancesGroup: [{ DeploymentTargets, Regions }],
      TemplateBody: body,
    },
  };
}

import * as sdk from '@aws-sdk/client-securityhub';
import type { BatchImportFindingsRequest, DescribeHubRequest } from '@aws-sdk/client-securityhub';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Permission, ServiceDefinition } from '../service.ts';
import { onlySupported, type SupportedMembers } from '../supported-members.ts';
import { createGetFindings } from './get-findings.ts';
import { Hubs, hubArn } from './hubs.ts';
import { createImportFindings } from './import-findings.ts';

/** EnableSecurityHub takes EnableDefaultStandards only where it is false: no standard checks anything here. */
const SUPPORTED: SupportedMembers = {
  EnableSecurityHub: [],
  DisableSecurityHub: [],
  DescribeHub: ['HubArn'],
  BatchImportFindings: ['Findings'],
  GetFindings: ['Filters', 'NextToken', 'MaxResults'],
};

/** Security Hub: whether it is enabled, and the findings that were imported. */
export function createSecurityHub(): { service: ServiceDefinition } {
  const hubs = new Hubs();
  const operations = {
    EnableSecurityHub: (_input: object, call: Call) => hubs.enable(call),
    DisableSecurityHub: (_input: object, call: Call) => hubs.disable(call),
    DescribeHub: (input: DescribeHubRequest, call: Call) => describe(hubs, input, call),
    BatchImportFindings: createImportFindings(hubs),
    GetFindings: createGetFindings(hubs),
  };
  const onHub =
    (action: string) =>
    (_input: object, call: Call): Permission[] => [{ action: `securityhub:${action}`, resource: hubArn(call) }];
  return {
    service: {
      id: 'securityhub',
      signingName: 'securityhub',
      protocol: 'restJson1',
      sdk,
      operations: onlySupported('securityhub', operations, SUPPORTED),
      permissions: {
        EnableSecurityHub: onHub('EnableSecurityHub'),
        DisableSecurityHub: onHub('DisableSecurityHub'),
        DescribeHub: onHub('DescribeHub'),
        BatchImportFindings: importPermissions,
        GetFindings: onHub('GetFindings'),
      },
    },
  };
}

function describe(hubs: Hubs, { HubArn }: DescribeHubRequest, call: Call): object {
  const hub = hubs.of(call);
  if (HubArn !== undefined && HubArn !== hub.arn) {
    throw new AwsError('ResourceNotFoundException', `Hub ${HubArn} is not found`, 404);
  }
  return { HubArn: hub.arn, SubscribedAt: hub.subscribedAt.toISOString(), AutoEnableControls: false };
}

/** securityhub:BatchImportFindings on each product, with the account of its findings (Service Authorization Reference). */
function importPermissions({ Findings: findings = [] }: BatchImportFindingsRequest): Permission[] {
  const asked = findings.map(({ ProductArn = '*', AwsAccountId = '' }) => ({ ProductArn, AwsAccountId }));
  const distinct = new Map(asked.map((one) => [`${one.ProductArn} ${one.AwsAccountId}`, one]));
  return [...distinct.values()].map(({ ProductArn, AwsAccountId }) => ({
    action: 'securityhub:BatchImportFindings',
    resource: ProductArn,
    context: { 'securityhub:TargetAccount': AwsAccountId },
  }));
}

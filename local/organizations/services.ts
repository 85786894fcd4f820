import { optionalClient } from '../optional-client.ts';
import type { ServiceDefinition } from '../service.ts';
import { createAccountService } from './account-service.ts';
import type { Organization } from './organization.ts';
import { createOrganizations } from './organizations-service.ts';

/** Organizations and Account Management, as far as their clients are installed. */
export async function organizationServices(organization: Organization): Promise<ServiceDefinition[]> {
  const organizations = await optionalClient('@aws-sdk/client-organizations');
  const account = await optionalClient('@aws-sdk/client-account');
  return [
    ...(organizations === undefined ? [] : [createOrganizations(organization, organizations)]),
    ...(account === undefined ? [] : [createAccountService(organization, account)]),
  ];
}

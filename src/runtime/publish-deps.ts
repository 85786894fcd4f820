import { createPolicyPublication, type PolicyPublication } from '../aws/published-policy/policy-publication.ts';
import { createClients } from './clients.ts';

/** The publication of a policy in one Region, under the operator's own credentials. */
export function publishDeps({ region, table }: { region: string; table: string }): PolicyPublication {
  const clients = createClients(region);
  return createPolicyPublication({ s3: clients.s3(), dynamoDb: clients.dynamoDb(), table });
}

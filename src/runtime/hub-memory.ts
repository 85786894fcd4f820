import { createMembershipReader } from '../aws/ledger/account-reader.ts';
import { createBucketTable } from '../aws/ledger/bucket-table.ts';
import type { HubStack } from '../aws/stack/hub-stack.ts';
import { inPlace, isReportsBucket, type Place, partitionOf } from '../bucket-id.ts';
import type { Membership } from '../ledger/account-item.ts';
import type { JobRoles } from '../policy/plan/plan-model.ts';
import { createHubClients } from './hub-clients.ts';
import type { ExplainDeps } from './explain-with.ts';

/** What a hub knows of the buckets that are planned. */
export interface HubMemory {
  ledger: ExplainDeps['ledger'];
  membership?: (account: string) => Promise<Membership>;
  isOwnBucket: (bucket: string, place: Place) => boolean;
  jobRoles?: (place: Place) => JobRoles;
}

/** What a deployed hub says of buckets, as infra and serverless.yml name it. */
export function hubMemory({ region, table, outputs, parameters }: HubStack): HubMemory {
  const dynamoDb = createHubClients(region).dynamoDb();
  const own = new Set([outputs.get('PolicyBucketName'), outputs.get('ServerlessDeploymentBucketName')]);
  const prefix = parameters.get('ReportsBucketPrefix');
  const { RolePath = '/', RolePrefix = '' } = Object.fromEntries(parameters);
  const role = (name: string, place: Place) =>
    inPlace(`arn:${partitionOf(region)}:iam::{account}:role${RolePath}${RolePrefix}${name}`, place);
  return {
    ledger: createBucketTable(dynamoDb, table),
    membership: createMembershipReader(dynamoDb, table),
    isOwnBucket: (bucket, place) => own.has(bucket) || (prefix !== undefined && isReportsBucket(bucket, prefix, place)),
    jobRoles: (place) => ({
      'update-encryption': role('reseal-batch', place),
      copy: role('reseal-copy-batch', place),
      'own-copy': role('reseal-reencrypt-object', place),
    }),
  };
}

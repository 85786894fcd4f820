import type { BucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { asSdkRule, createEncryption } from '../aws/bucket/encryption-of-kinds.ts';
import { createCopyConditions, createObjectPage } from '../aws/bucket/existing-objects.ts';
import { createVersioning } from '../aws/bucket/versioning.ts';
import { createStorageMetrics } from '../aws/bucket/storage-metrics.ts';
import { pricesIn } from '../policy/plan/price-list.ts';
import { createFactSources } from '../aws/bucket/fact-sources.ts';
import { createMembershipReader } from '../aws/ledger/account-reader.ts';
import { createBucketTable } from '../aws/ledger/bucket-table.ts';
import { createKeys } from '../aws/key/keys.ts';
import type { Place } from '../bucket-id.ts';
import { ouPathUnread } from '../ledger/account-item.ts';
import type { Fact } from '../policy/facts.ts';
import type { Encryption } from '../policy/model.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import type { FactDeps } from '../remediation/gather.ts';
import type { PlanReads } from '../remediation/plan-for.ts';
import type { BucketClients } from './clients.ts';
import { createHubClients } from './hub-clients.ts';

/** What explaining a verdict uses: only reads. */
export interface ExplainDeps extends FactDeps, PlanReads, Pick<AssessDeps, 'objectPage'> {
  region: string;
  encryption: Pick<BucketEncryption, 'read'>;
  /** One rule as the call takes it that writes it to this bucket. */
  asS3: (rule: Encryption, bucket: string) => object;
}

export interface Where extends Place {
  /** The account's path in the organization, if it is given. */
  ouPath?: string;
}

/** The same with what the ledger of a hub remembers of the bucket and its account, where a table is named; else nothing is remembered. */
export function explainBeside(
  { table, hubRegion }: { table?: string | undefined; hubRegion: string },
  where: Where,
  clients: BucketClients,
): ExplainDeps {
  if (table === undefined) return explainWith(where, clients, { read: () => Promise.resolve({}) });
  const dynamoDb = createHubClients(hubRegion).dynamoDb();
  const explain = explainWith(where, clients, createBucketTable(dynamoDb, table));
  return where.ouPath === undefined ? { ...explain, membership: createMembershipReader(dynamoDb, table) } : explain;
}

/** What one bucket is judged and priced by, with clients of its account and Region. */
export function explainWith(where: Where, clients: BucketClients, ledger: ExplainDeps['ledger']): ExplainDeps {
  const s3 = clients.s3();
  const { ouPath, region, account } = where;
  const said: Fact<string> =
    ouPath === undefined
      ? ouPathUnread(account, 'say it with --ou-path, or as ouPath in a file')
      : { kind: 'read', value: ouPath };
  return {
    region,
    membership: () => Promise.resolve({ ouPath: said }),
    encryption: createEncryption(clients),
    keys: createKeys(clients.kms(), () => new Date()),
    ledger,
    objectPage: createObjectPage(s3),
    copyConditions: createCopyConditions(s3),
    storageMetrics: createStorageMetrics(clients.cloudWatch, () => new Date()),
    versioning: createVersioning(s3),
    prices: pricesIn,
    asS3: asSdkRule,
    facts: createFactSources(clients, () => new Date()),
  };
}

import type { BucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { asSdkRule, createEncryption } from '../aws/bucket/encryption-of-kinds.ts';
import { createCopyConditions, createObjectPage } from '../aws/bucket/existing-objects.ts';
import { createFactSources } from '../aws/bucket/fact-sources.ts';
import { createKeys } from '../aws/key/keys.ts';
import type { Place } from '../bucket-id.ts';
import { ouPathUnread } from '../ledger/account-item.ts';
import type { Fact } from '../policy/facts.ts';
import type { Encryption } from '../policy/model.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import type { FactDeps } from '../remediation/gather.ts';
import type { BucketClients } from './clients.ts';

/** What explaining a verdict uses: only reads. */
export interface ExplainDeps extends FactDeps, Pick<AssessDeps, 'objectPage' | 'copyConditions'> {
  region: string;
  encryption: Pick<BucketEncryption, 'read'>;
  /** One rule as the call takes it that writes it to this bucket. */
  asS3: (rule: Encryption, bucket: string) => object;
}

export interface Where extends Place {
  /** The account's path in the organization, if it is given. */
  ouPath?: string;
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
    asS3: asSdkRule,
    facts: createFactSources(clients, () => new Date()),
  };
}

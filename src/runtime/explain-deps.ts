import { type BucketEncryption, createBucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { createCopyConditions } from '../aws/bucket/copy-conditions.ts';
import { toSdkRule } from '../aws/bucket/encryption-rule.ts';
import { createKeys } from '../aws/key/keys.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import type { BucketItem } from '../aws/ledger/ledger-item.ts';
import { createObjectPage } from '../aws/bucket/object-page.ts';
import type { EncryptionRule } from '../policy/model.ts';
import type { AssessDeps } from '../remediation/deps.ts';
import type { FactDeps } from '../remediation/read-facts.ts';
import { type Answer, answeredClients } from './answered-clients.ts';
import { type Clients, createClients } from './clients.ts';
import { createFactReaders } from './fact-readers.ts';

/** What explaining a verdict is told with: reads only. */
export interface ExplainDeps extends FactDeps, Pick<AssessDeps, 'objectPage' | 'copyConditions'> {
  region: string;
  encryption: Pick<BucketEncryption, 'read'>;
  /** One rule as PutBucketEncryption takes it. */
  asS3: (rule: EncryptionRule) => object;
}

export interface Where {
  account: string;
  region: string;
  /** The account's place in the organization, where somebody told it. */
  ouPath?: string;
}

/** Reads AWS with the operator's own credentials; without a ledger table, nothing is remembered of the bucket. */
export function explainDeps(where: Where, table: string | undefined): ExplainDeps {
  const clients = createClients(where.region);
  const ledger = table === undefined ? { read: () => Promise.resolve({}) } : createLedger(clients.dynamoDb(), table);
  return wired(where, clients, ledger);
}

/** Reads what is told instead of AWS: `answer` stands for its API, `remembered` for the ledger. */
export function toldDeps(where: Where, answer: Answer, remembered: BucketItem): ExplainDeps {
  const ledger = { read: () => Promise.resolve(remembered) };
  return wired(where, answeredClients(where.region, answer), ledger);
}

function wired(where: Where, clients: Clients, ledger: ExplainDeps['ledger']): ExplainDeps {
  const s3 = clients.s3();
  return {
    ...where,
    encryption: createBucketEncryption(s3),
    keys: createKeys(clients.kms(), () => new Date()),
    ledger,
    objectPage: createObjectPage(s3),
    copyConditions: createCopyConditions(s3),
    asS3: toSdkRule,
    facts: createFactReaders(clients),
  };
}

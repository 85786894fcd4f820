import { createBucketEncryption } from '../aws/bucket/bucket-encryption.ts';
import { type Caller, createCaller } from '../aws/identity/caller.ts';
import { createLedger } from '../aws/ledger/ledger.ts';
import type { AcknowledgeDeps } from '../remediation/acknowledge.ts';
import type { RollbackDeps } from '../remediation/rollback.ts';
import { createClients } from './clients.ts';
import { createOperatorClient } from './operator-clients.ts';

/** What a person does to one bucket, under the person's own credentials, which are also what the ledger remembers. */
type OperatorDeps = RollbackDeps & AcknowledgeDeps & { caller: () => Promise<Caller> };

export function operatorDeps({ region, table }: { region: string; table: string }): OperatorDeps {
  const clients = createClients(region);
  const ledger = createLedger(clients.dynamoDb(), table);
  return {
    caller: createCaller(createOperatorClient(region)),
    encryption: createBucketEncryption(clients.s3()),
    ledger,
    now: () => new Date(),
  };
}

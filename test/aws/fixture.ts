import { readFileSync } from 'node:fs';
import { CreateTableCommand, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { parse } from 'yaml';
import { type LocalAws, type LocalOptions, startLocal } from '../../local/start-local.ts';
import { type Clients, createClients } from '../local/clients.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const TABLE = 'ledger';

/** An embedded AWS, SDK clients of one account and Region in it, and an empty ledger table. */
export interface Fixture extends AsyncDisposable {
  readonly aws: LocalAws;
  readonly clients: Clients;
  /** Makes an empty bucket of the account and returns its name. */
  bucket(name: string): Promise<string>;
}

export async function openAws(options: LocalOptions = {}): Promise<Fixture> {
  const aws = await startLocal(options);
  const clients = createClients(aws, { account: ACCOUNT, region: REGION, forcePathStyle: true });
  await clients.dynamoDb.send(new CreateTableCommand(ledgerTable()));
  return {
    aws,
    clients,
    bucket: async (name) => {
      const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
      await clients.s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
      return name;
    },
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

/** The table as infra/ledger.yml declares it: its keys and its index are what the calls rest on. */
export function ledgerTable(): CreateTableCommandInput {
  const template: { Resources: { LedgerTable: { Properties: CreateTableCommandInput } } } = parse(
    readFileSync(new URL('../../infra/ledger.yml', import.meta.url), 'utf8'),
  );
  const { AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema } =
    template.Resources.LedgerTable.Properties;
  return { TableName: TABLE, AttributeDefinitions, BillingMode, GlobalSecondaryIndexes, KeySchema };
}

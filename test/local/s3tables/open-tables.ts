import { CreateTableBucketCommand, type EncryptionConfiguration } from '@aws-sdk/client-s3tables';
import { type LocalAws, startLocal } from '../../../local/start-local.ts';
import { type Clients, createClients } from '../clients.ts';

export const ACCOUNT = '111111111111';
export const REGION = 'eu-west-1';
export const arnOfTables = (name: string, account = ACCOUNT, region = REGION): string =>
  `arn:aws:s3tables:${region}:${account}:bucket/${name}`;

export interface OpenTables extends Pick<Clients, 's3Tables' | 's3Vectors'>, AsyncDisposable {
  readonly aws: LocalAws;
  readonly clients: Clients;
  /** Makes a table bucket and returns its ARN. */
  make(name: string, encryption?: EncryptionConfiguration): Promise<string>;
}

export async function openTables(): Promise<OpenTables> {
  const aws = await startLocal({ now: () => new Date('2026-11-30T10:00:00.000Z') });
  const clients = createClients(aws);
  return {
    aws,
    clients,
    s3Tables: clients.s3Tables,
    s3Vectors: clients.s3Vectors,
    make: async (name, encryptionConfiguration) =>
      (await clients.s3Tables.send(new CreateTableBucketCommand({ name, encryptionConfiguration }))).arn ?? '',
    [Symbol.asyncDispose]: async () => {
      await clients[Symbol.asyncDispose]();
      await aws.close();
    },
  };
}

/** The statement of a key policy that the S3 User Guide asks for, for the tables of one bucket. */
export function maintenanceOf(bucketArn: string): object {
  return {
    Sid: 'Maintenance',
    Effect: 'Allow',
    Principal: { Service: 'maintenance.s3tables.amazonaws.com' },
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource: '*',
    Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': `${bucketArn}/*` } },
  };
}

export function keyPolicyWith(...statements: object[]): string {
  const root = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const own = { Sid: 'Own', Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [own, ...statements] });
}

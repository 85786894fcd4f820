import type { CreateTableBucketRequest, EncryptionConfiguration } from '@aws-sdk/client-s3tables';
import { randomUUID } from 'node:crypto';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';

export interface Table {
  readonly arn: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: Date;
  /** Fixed when the table is made: no operation changes it. */
  readonly encryption: EncryptionConfiguration;
}

export interface TableBucket {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly id: string;
  readonly createdAt: Date;
  /** Undefined where nobody ever set one, and after DeleteTableBucketEncryption. */
  encryption: EncryptionConfiguration | undefined;
  readonly tags: Map<string, string>;
  readonly namespaces: Map<string, Date>;
  /** By namespace and name. */
  readonly tables: Map<string, Table>;
}

/** S3 User Guide, "Amazon S3 table bucket, table, and namespace naming rules". */
const NAME =
  /^(?!xn--|sthree-|amzn-s3-demo|aws)[a-z0-9][a-z0-9-]{1,61}[a-z0-9](?<!-s3alias|--ol-s3|--x-s3|--table-s3)$/;

/** What a table bucket is when it is made. Throws BadRequestException for a name that it cannot have. */
export function newTableBucket(
  { name = '', encryptionConfiguration, tags = {} }: Partial<CreateTableBucketRequest>,
  call: Call,
): TableBucket {
  if (!NAME.test(name)) throw badRequest('The specified bucket name is not valid.');
  return {
    arn: tableBucketArn(name, call),
    name,
    account: call.caller.accountId,
    region: call.region,
    id: randomUUID(),
    createdAt: call.time,
    encryption: encryptionConfiguration,
    tags: new Map(Object.entries(tags)),
    namespaces: new Map(),
    tables: new Map(),
  };
}

export function tableBucketArn(name: string, { region, caller }: Call): string {
  return `arn:aws:s3tables:${region}:${caller.accountId}:bucket/${name}`;
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message, 400);
}

export function conflict(message: string): AwsError {
  return new AwsError('ConflictException', message, 409);
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}

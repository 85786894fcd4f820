import type { EncryptionConfiguration } from '@aws-sdk/client-s3tables';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Key, World } from '../world.ts';
import { badRequest, type TableBucket } from './table-bucket.ts';

const KEY_ARN = /^arn:aws:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;
const MAINTENANCE = 'maintenance.s3tables.amazonaws.com';

/** What a table is under where neither itself nor its bucket says anything (S3 User Guide, "Protecting S3 table data with encryption"). */
export const SSE_S3: EncryptionConfiguration = { sseAlgorithm: 'AES256' };

/**
 * Throws BadRequestException for a configuration that the API reference does not allow: a key belongs to aws:kms, is named by its whole ARN
 * and is of the bucket's Region. Whether it can be used is not asked here: CreateTable asks.
 */
export function checkEncryption({ sseAlgorithm, kmsKeyArn }: EncryptionConfiguration, { region }: Call): void {
  if (sseAlgorithm === 'AES256') {
    if (kmsKeyArn !== undefined) throw badRequest('A KMS key can only be specified with aws:kms.');
    return;
  }
  if (sseAlgorithm !== 'aws:kms') throw badRequest(`${String(sseAlgorithm)} is no encryption algorithm of S3 Tables.`);
  const of = KEY_ARN.exec(kmsKeyArn ?? '')?.[1];
  if (of === undefined) throw badRequest('The full ARN of a customer managed KMS key is required with aws:kms.');
  if (of !== region) throw badRequest(`The KMS key must be in ${region}.`);
}

/**
 * A new table proves its key: whoever makes it and the maintenance of S3 Tables must be able to use it (S3 User Guide, "Permission requirements
 * for S3 Tables SSE-KMS encryption"). Throws AccessDeniedException or BadRequestException.
 */
export function proveKey(
  world: World,
  { bucket, tableArn, keyArn }: { bucket: TableBucket; tableArn: string; keyArn: string },
  call: Call,
): void {
  const key = findKey(world, keyArn, bucket);
  const needed = ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
    action,
    resource: key.arn,
    owner: key.accountId,
    resourcePolicy: key.policy,
    context: { 'kms:EncryptionContext:aws:s3:arn': tableArn },
  }));
  world.identity.authorize({ ...call, viaService: `s3tables.${bucket.region}.amazonaws.com` }, needed);
  const refused = needed.find((each) => !world.identity.allowsService(MAINTENANCE, each));
  if (refused === undefined) return;
  throw new AwsError(
    'AccessDeniedException',
    `${MAINTENANCE} is not authorized to perform: ${refused.action} on resource: ${key.arn}`,
    403,
  );
}

function findKey({ keys }: World, keyArn: string, { account, region }: TableBucket): Key {
  try {
    const key = keys.resolve(keyArn, account, region);
    if (key.state === 'Enabled' && key.manager === 'CUSTOMER') return key;
    throw badRequest(`The KMS key ${keyArn} is in state ${key.state} or managed by AWS.`);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NotFoundException') throw badRequest(error.message);
    throw error;
  }
}

import type { CreateVectorBucketInput, EncryptionConfiguration } from '@aws-sdk/client-s3vectors';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';

export interface VectorBucket {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly createdAt: Date;
  /** No operation changes it. */
  readonly encryption: EncryptionConfiguration;
  readonly tags: Readonly<Record<string, string>>;
}

/** S3 User Guide, "Vector bucket naming rules". */
const NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
const KEY_ARN = /^arn:aws:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;

/** The vector buckets of every account and Region, by ARN. */
export class VectorBuckets {
  #buckets = new Map<string, VectorBucket>();

  /** Throws ValidationException, or ConflictException where the account has one of that name in the Region. Whether the key can be used is not asked. */
  create(input: Partial<CreateVectorBucketInput>, call: Call): VectorBucket {
    const { vectorBucketName: name = '', encryptionConfiguration: given = {}, tags = {} } = input;
    if (!NAME.test(name)) throw invalid('The specified vector bucket name is not valid.');
    const arn = vectorBucketArn(name, call);
    if (this.#buckets.has(arn)) throw new AwsError('ConflictException', 'The vector bucket already exists.', 409);
    const { sseType = 'AES256', kmsKeyArn } = given;
    const isKms = sseType === 'aws:kms';
    if (!isKms && sseType !== 'AES256') throw invalid(`${String(sseType)} is no encryption type of S3 Vectors.`);
    if (isKms !== (kmsKeyArn !== undefined)) throw invalid('kmsKeyArn is given if and only if sseType is aws:kms.');
    if (kmsKeyArn !== undefined && KEY_ARN.exec(kmsKeyArn)?.[1] !== call.region)
      throw invalid(`kmsKeyArn must be the full ARN of a key in ${call.region}.`);
    const { accountId: account } = call.caller;
    const encryption = { sseType, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) };
    const bucket = { arn, name, account, region: call.region, createdAt: call.time, encryption, tags };
    this.#buckets.set(arn, bucket);
    return bucket;
  }

  /** Throws NotFoundException; a Region answers for its own buckets alone. */
  get(arn: string, { region }: Call): VectorBucket {
    const bucket = this.#buckets.get(arn);
    if (bucket !== undefined && bucket.region === region) return bucket;
    throw new AwsError('NotFoundException', 'The specified vector bucket could not be found.', 404);
  }

  delete(arn: string): void {
    this.#buckets.delete(arn);
  }

  /** Those of the caller's account in the Region of the call, by name. */
  of({ caller, region }: Call): VectorBucket[] {
    const own = [...this.#buckets.values()].filter((one) => one.account === caller.accountId && one.region === region);
    return own.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}

export function vectorBucketArn(name: string, { region, caller }: Call): string {
  return `arn:aws:s3vectors:${region}:${caller.accountId}:bucket/${name}`;
}

export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, 400);
}

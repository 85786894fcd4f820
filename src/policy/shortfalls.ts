import { keyForm } from './keys/key-form.ts';
import type { BucketState, Reason, Standard } from './model.ts';
import { blockedTypes } from './same-rule.ts';
import { type Strength, isWeaker, strengthAimed, strengthWanted } from './strength.ts';

export interface Measured {
  standard: Standard;
  state: BucketState;
  strength: Strength;
}

/** Everything in which a bucket falls short of its standard; empty where it meets it or is stronger. */
export function shortfalls(measured: Measured): Reason[] {
  return [
    encryptionShortfall(measured),
    keyFormShortfall(measured),
    bucketKeyShortfall(measured),
    blockShortfall(measured),
  ].filter((reason) => reason !== undefined);
}

function encryptionShortfall(measured: Measured): Reason | undefined {
  const { standard, state, strength } = measured;
  if (standard.strength === 'exactly') return inexact(measured);
  if (!isWeaker(strength, strengthWanted(standard))) return undefined;
  const { bucket, rule } = state;
  if (rule.algorithm === undefined) {
    return {
      code: 'not-encrypted',
      message: `Bucket ${bucket} has no default encryption and the standard is ${standard.algorithm}.`,
    };
  }
  if (rule.algorithm !== standard.algorithm) {
    return {
      code: 'weaker-algorithm',
      message: `Bucket ${bucket} has ${rule.algorithm} and the standard is ${standard.algorithm}.`,
    };
  }
  return wrongKey(standard, state);
}

/** Where the policy says `exactly`, more than the standard is as wrong as less. */
function inexact({ standard, state, strength }: Measured): Reason | undefined {
  if (strength === strengthAimed(standard)) return undefined;
  const { bucket, rule } = state;
  if (rule.algorithm === standard.algorithm) return wrongKey(standard, state);
  return {
    code: 'not-exactly',
    message: `Bucket ${bucket} has ${rule.algorithm ?? 'no default encryption'} and the policy says exactly ${standard.algorithm}.`,
  };
}

function wrongKey(standard: Standard, { bucket, account, region, rule }: BucketState): Reason | undefined {
  const form = keyForm(rule.keyId);
  const otherKey = {
    code: 'key-other',
    message: `Bucket ${bucket} is under the key ${rule.keyId} and the standard's key is ${standard.key}.`,
  };
  switch (form.kind) {
    case 'aws-managed':
      return {
        code: 'key-aws-default',
        message: `Bucket ${bucket} is under the AWS managed key aws/s3 and the standard's key is ${standard.key}.`,
      };
    case 'alias':
      if (form.place === undefined || form.place === `${region}:${account}`) return notByArn(bucket, form.name);
      return otherKey;
    case 'arn':
    case 'id':
      return otherKey;
  }
}

/** An alias or a bare id is looked up in the account of whoever writes (S3 API ServerSideEncryptionByDefault). */
function keyFormShortfall({ standard, state, strength }: Measured): Reason | undefined {
  if (strength !== strengthAimed(standard) || standard.algorithm === 'AES256') return undefined;
  const { bucket, rule } = state;
  return keyForm(rule.keyId).kind === 'arn' ? undefined : notByArn(bucket, rule.keyId ?? 'aws/s3');
}

function notByArn(bucket: string, key: string): Reason {
  return {
    code: 'key-not-by-arn',
    message: `Bucket ${bucket} names its key as ${key}, which each writer's own account looks up, and not by its full ARN.`,
  };
}

/** Only SSE-KMS has a Bucket Key; a rule that is about to become SSE-KMS gets it without being blamed for it. */
function bucketKeyShortfall({ standard, state }: Measured): Reason | undefined {
  if (standard.algorithm !== 'aws:kms' || state.rule.algorithm !== 'aws:kms') return undefined;
  const has = state.rule.bucketKey === true;
  if (has && !standard.bucketKey && standard.strength === 'exactly') {
    return {
      code: 'bucket-key-on',
      message: `Bucket ${state.bucket} has an S3 Bucket Key and the policy says exactly none.`,
    };
  }
  if (!standard.bucketKey || has) return undefined;
  return { code: 'bucket-key-off', message: `Bucket ${state.bucket} has no S3 Bucket Key and the standard wants one.` };
}

function blockShortfall({ standard, state }: Measured): Reason | undefined {
  const blocks = blockedTypes(state.rule).includes('SSE-C');
  if (standard.blockSseC === 'off' && blocks) {
    return {
      code: 'sse-c-blocked',
      message: `Bucket ${state.bucket} refuses SSE-C writes and the standard allows them.`,
    };
  }
  if (!wantsBlock(standard, state.region) || blocks) return undefined;
  return {
    code: 'sse-c-not-blocked',
    message: `Bucket ${state.bucket} accepts SSE-C writes and the standard blocks them.`,
  };
}

const REGIONS_WITHOUT_BLOCK: readonly string[] = ['me-south-1', 'me-central-1'];

/** True where SSE-C shall be blocked and S3 can block it: two Regions have no such setting. */
export function wantsBlock(standard: Standard, region: string): boolean {
  return standard.blockSseC === 'on' && !REGIONS_WITHOUT_BLOCK.includes(region);
}

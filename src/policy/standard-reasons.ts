import { keyForm } from './keys/key-form.ts';
import type { BucketState, Reason, Standard } from './model.ts';
import type { ReasonCode } from './reasons.ts';
import { blockedTypes } from './same-encryption.ts';
import { type Strength, isWeaker, strengthAimed, strengthWanted } from './strength.ts';

export interface Measured {
  standard: Standard;
  state: BucketState;
  strength: Strength;
}

/** What stands behind the name of the bucket in a reason. */
type Shortfall = [code: ReasonCode, words: string];

/** Everything in which a bucket falls short of its standard; empty where it meets it or is stronger. */
export function standardReasons(measured: Measured): Reason[] {
  return [ofEncryption(measured), ofKeyForm(measured), ofBucketKey(measured), ofBlock(measured)]
    .filter((shortfall) => shortfall !== undefined)
    .map(([code, words]) => ({ code, message: `Bucket ${measured.state.bucket} ${words}` }));
}

function ofEncryption({ standard, state, strength }: Measured): Shortfall | undefined {
  const { algorithm } = state.rule;
  // Where the policy says `exactly`, more than the standard is as wrong as less.
  const isExact = standard.strength === 'exactly';
  const isEnough = isExact ? strength === strengthAimed(standard) : !isWeaker(strength, strengthWanted(standard));
  if (isEnough) return undefined;
  if (algorithm === standard.algorithm) return wrongKey(standard, state);
  const wanted = standard.algorithm;
  if (isExact) {
    return ['not-exactly', `has ${algorithm ?? 'no default encryption'} and the policy says exactly ${wanted}.`];
  }
  return algorithm === undefined
    ? ['not-encrypted', `has no default encryption and the standard is ${wanted}.`]
    : ['weaker-algorithm', `has ${algorithm} and the standard is ${wanted}.`];
}

function wrongKey({ key }: Standard, { account, region, rule }: BucketState): Shortfall {
  const form = keyForm(rule.keyId);
  if (form.kind === 'aws-managed') {
    return ['key-aws-default', `is under the AWS managed key aws/s3 and the standard's key is ${key}.`];
  }
  const isOfOwner = form.kind === 'alias' && (form.place === undefined || form.place === `${region}:${account}`);
  if (isOfOwner) return notByArn(form.name);
  return ['key-other', `is under the key ${rule.keyId} and the standard's key is ${key}.`];
}

/** An alias or a bare id is looked up in the account of whoever writes (S3 API ServerSideEncryptionByDefault). */
function ofKeyForm({ standard, state, strength }: Measured): Shortfall | undefined {
  if (strength !== strengthAimed(standard) || standard.algorithm === 'AES256') return undefined;
  const { keyId } = state.rule;
  return keyForm(keyId).kind === 'arn' ? undefined : notByArn(keyId ?? 'aws/s3');
}

function notByArn(key: string): Shortfall {
  const words = `names its key as ${key}, which each writer's own account looks up, and not by its full ARN.`;
  return ['key-not-by-arn', words];
}

/** Only SSE-KMS has a Bucket Key; a rule that is about to become SSE-KMS gets it without being blamed for it. */
function ofBucketKey({ standard, state }: Measured): Shortfall | undefined {
  if (standard.algorithm !== 'aws:kms' || state.rule.algorithm !== 'aws:kms') return undefined;
  const has = state.rule.bucketKey === true;
  if (has && !standard.bucketKey && standard.strength === 'exactly') {
    return ['bucket-key-on', 'has an S3 Bucket Key and the policy says exactly none.'];
  }
  return has || !standard.bucketKey
    ? undefined
    : ['bucket-key-off', 'has no S3 Bucket Key and the standard wants one.'];
}

function ofBlock({ standard, state }: Measured): Shortfall | undefined {
  const blocks = blockedTypes(state.rule).includes('SSE-C');
  if (standard.blockSseC === 'off' && blocks) {
    return ['sse-c-blocked', 'refuses SSE-C writes and the standard allows them.'];
  }
  return blocks || !wantsBlock(standard, state.region)
    ? undefined
    : ['sse-c-not-blocked', 'accepts SSE-C writes and the standard blocks them.'];
}

const REGIONS_WITHOUT_BLOCK: readonly string[] = ['me-south-1', 'me-central-1'];

/** True where SSE-C shall be blocked and S3 can block it: two Regions have no such setting. */
export function wantsBlock(standard: Standard, region: string): boolean {
  return standard.blockSseC === 'on' && !REGIONS_WITHOUT_BLOCK.includes(region);
}

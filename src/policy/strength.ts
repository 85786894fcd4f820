import { keyForm, type KeyNames, namesKey } from './keys/key-form.ts';
import type { Encryption, Standard } from './model.ts';

/** From weakest to strongest. "Our key" is the key of the standard, in whatever form the rule names it. */
const STRENGTHS = [
  'nothing',
  'SSE-S3',
  'SSE-KMS, AWS managed key',
  'SSE-KMS, another key',
  'SSE-KMS, our key',
  'DSSE-KMS, AWS managed key',
  'DSSE-KMS, another key',
  'DSSE-KMS, our key',
] as const;
export type Strength = (typeof STRENGTHS)[number];

/** How strong a rule is beside the key of the standard; undefined for an algorithm that we do not know. */
export function strengthOf({ algorithm, keyId }: Encryption, ours: KeyNames): Strength | undefined {
  if (algorithm === undefined) return 'nothing';
  if (algorithm === 'AES256') return 'SSE-S3';
  if (algorithm === 'aws:kms') return `SSE-KMS, ${whoseKey(keyId, ours)}`;
  return algorithm === 'aws:kms:dsse' ? `DSSE-KMS, ${whoseKey(keyId, ours)}` : undefined;
}

/** The least that a standard asks for: DSSE-KMS under any customer key is enough for every one of them. */
export function strengthWanted(standard: Standard): Strength {
  const wanted = { AES256: 'SSE-S3', 'aws:kms': 'SSE-KMS, our key', 'aws:kms:dsse': 'DSSE-KMS, another key' } as const;
  return wanted[standard.algorithm];
}

/** What a repair brings a bucket to. */
export function strengthAimed(standard: Standard): Strength {
  return standard.algorithm === 'aws:kms:dsse' ? 'DSSE-KMS, our key' : strengthWanted(standard);
}

/**
 * True where the bucket has enough by something other than what a repair would write: it keeps its algorithm and key. Where the
 * policy says `exactly`, nothing but the standard itself is enough.
 */
export function isKept(standard: Standard, strength: Strength): boolean {
  if (standard.strength === 'exactly') return false;
  return !isWeaker(strength, strengthWanted(standard)) && strength !== strengthAimed(standard);
}

/** True where `a` is weaker than `b`. */
export function isWeaker(a: Strength, b: Strength): boolean {
  return STRENGTHS.indexOf(a) < STRENGTHS.indexOf(b);
}

function whoseKey(keyId: string | undefined, ours: KeyNames) {
  if (keyForm(keyId).kind === 'aws-managed') return 'AWS managed key';
  return namesKey(keyId, ours) ? 'our key' : 'another key';
}

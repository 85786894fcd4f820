import type { Judging } from './decision.ts';
import { keyForm } from './keys/key-form.ts';
import { keyUnderBucketReasons } from './keys/key-reasons.ts';
import type { Reason } from './model.ts';

/** What is wrong with the key that a bucket is under. Another account's key may be shown to nobody here: that says nothing against it. */
export function currentKeyReasons(judging: Judging): Reason[] {
  const { state, facts, now } = judging.known;
  if (!isUnderCustomerKey(judging)) return [];
  const reading = isUnderStandardKey(judging) ? judging.key : facts.currentKey;
  return reading === undefined || reading.kind === 'unread' ? [] : keyUnderBucketReasons(reading, state, { now });
}

/** True where the bucket is under another customer key than the standard's, and nobody has looked that up yet. */
export function lacksCurrentKey(judging: Judging): boolean {
  return judging.known.facts.currentKey === undefined && isUnderCustomerKey(judging) && !isUnderStandardKey(judging);
}

function isUnderCustomerKey({ known }: Judging): boolean {
  const { algorithm, keyId } = known.state.rule;
  return algorithm !== 'AES256' && keyId !== undefined && keyForm(keyId).kind !== 'aws-managed';
}

export function isUnderStandardKey({ known, standard, key }: Judging): boolean {
  const { keyId = '' } = known.state.rule;
  if (key.kind !== 'found') return standard.key === keyId;
  const form = keyForm(keyId);
  if (form.kind === 'arn') return form.arn === key.key.arn;
  if (form.kind === 'id') return key.key.arn.endsWith(`:key/${form.id}`);
  return form.kind === 'alias' && form.name === standard.key;
}

import type { Encryption } from '../../src/policy/model.ts';
import type { Cost } from '../../src/policy/plan/cost.ts';
import { numberOf } from '../numbers-in-words.ts';
import { PLANNED_VERDICTS, type PlanTotals } from './planned-bucket.ts';

const NAMES = new Map([
  ['AES256', 'SSE-S3'],
  ['aws:kms', 'SSE-KMS'],
  ['aws:kms:dsse', 'DSSE-KMS'],
]);

function kindOfEncryption({ algorithm, keyId }: Encryption): string {
  if (algorithm === undefined) return 'none';
  const name = NAMES.get(algorithm) ?? algorithm;
  if (algorithm === 'AES256') return name;
  return `${name} under ${keyId === undefined ? 'aws/s3' : keyId.replace(/^arn:.*:/, '')}`;
}

/** What a write changes, in a few words: from -> to. */
export function changeWords(found: Encryption, write: Encryption): string {
  const changes = [
    { what: '', from: kindOfEncryption(found), to: kindOfEncryption(write) },
    { what: 'Bucket Key ', from: onOff(found.bucketKey), to: onOff(write.bucketKey) },
    { what: 'SSE-C ', from: sseC(found), to: sseC(write) },
  ];
  return changes.flatMap(({ what, from, to }) => (from === to ? [] : [`${what}${from} -> ${to}`])).join(', ');
}

const onOff = (on: boolean | undefined) => (on === true ? 'on' : 'off');
const sseC = ({ blocked = [] }: Encryption) => (blocked.includes('SSE-C') ? 'blocked' : 'allowed');

/** What something costs once, and each month from then on where it does. */
export function priceWords({
  usd,
  monthlyUsd,
  atLeast,
  estimated,
}: Omit<Cost, 'sentence' | 'pricesOf' | 'asks'>): string {
  if (usd === undefined) return 'price not known';
  const about = atLeast ? 'at least ' : estimated === true ? 'about ' : '';
  const monthly = monthlyUsd === undefined ? '' : ` and ${inDollars(monthlyUsd)} each month`;
  return `${about}${inDollars(usd)}${monthly}`;
}

function inDollars(usd: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** Buckets by verdict; what there is none of is left out. */
export function countWords({ verdicts }: Pick<PlanTotals, 'verdicts'>): string {
  const said = PLANNED_VERDICTS.filter((kind) => verdicts[kind] > 0).map(
    (kind) => `${numberOf(verdicts[kind])} ${kind}`,
  );
  return said.length === 0 ? 'none' : said.join(', ');
}

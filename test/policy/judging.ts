import type { Judging } from '../../src/policy/decision.ts';
import { parsePolicy } from '../../src/policy/document/document.ts';
import type { Facts } from '../../src/policy/facts.ts';
import type { Encryption, KeyReading, Standard } from '../../src/policy/model.ts';
import { bucketWith, FOUND, KMS, NOW } from './literals.ts';

/** A bucket under the default standard, on its way to a verdict. */
export function judging(
  rule: Encryption,
  facts: Facts = {},
  key: KeyReading = FOUND,
  standard: Standard = KMS,
): Judging {
  const policy = parsePolicy({ version: 1, standard: { algorithm: 'aws:kms', key: 'alias/reseal' } });
  const known = {
    state: bucketWith(rule),
    kind: 'general-purpose',
    partition: 'aws',
    policy,
    facts,
    now: NOW,
  } as const;
  return { known, ruling: { rule: 'default', observe: false, standard, notices: [] }, standard, key };
}

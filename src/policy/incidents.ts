import type { Judging } from './decision.ts';
import type { FactName } from './facts.ts';
import { keyForm } from './keys/key-form.ts';
import { currentKeyProblems } from './keys/key-problems.ts';
import type { KeyReading, Reason } from './model.ts';

/** What is wrong with the key that a compliant bucket is under; the standard's own key is known already. */
export function incidents({
  known,
  standard,
  key,
}: Judging): { kind: 'ask'; facts: FactName[] } | { kind: 'known'; reasons: Reason[] } {
  const { state, facts, now } = known;
  const { rule } = state;
  if (rule.algorithm === 'AES256' || rule.keyId === undefined || keyForm(rule.keyId).kind === 'aws-managed') {
    return { kind: 'known', reasons: [] };
  }
  if (isStandardKey(rule.keyId, standard.key, key)) {
    return { kind: 'known', reasons: currentKeyProblems(key, state, { now }) };
  }
  if (facts.currentKey === undefined) return { kind: 'ask', facts: ['currentKey'] };
  // Another account's key may be told to nobody here: that says nothing against it.
  if (facts.currentKey.kind === 'unread') return { kind: 'known', reasons: [] };
  return { kind: 'known', reasons: currentKeyProblems(facts.currentKey, state, { now }) };
}

function isStandardKey(keyId: string, named: string | undefined, key: KeyReading): boolean {
  if (key.kind !== 'found') return named === keyId;
  const form = keyForm(keyId);
  if (form.kind === 'arn') return form.arn === key.key.arn;
  if (form.kind === 'id') return key.key.arn.endsWith(`:key/${form.id}`);
  return form.kind === 'alias' && form.name === named;
}

import { isBelowStandard } from '../policy/below-standard.ts';
import type { Decided } from '../policy/decision.ts';
import type { Encryption } from '../policy/model.ts';
import type { Look } from './look.ts';

/** The look, without what its event says was put where that is no less than the standard: then the bucket was never below. */
export function withoutRightPut(look: Look, decided: Pick<Decided, 'standard' | 'key'>): Look {
  const { rulePut, ...trigger } = look.trigger;
  return rulePut === undefined || isRuleBelow(look, rulePut, decided) ? look : { ...look, trigger };
}

/** True where what was written under this rule is below the standard of the bucket. */
export function isRuleBelow(
  { id, found, lookedAt }: Look,
  rule: Encryption,
  decided: Pick<Decided, 'standard' | 'key'>,
): boolean {
  return isBelowStandard(rule, decided, { state: { ...id, rule: found, own: false }, now: new Date(lookedAt) });
}

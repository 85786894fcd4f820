import { keeping } from './decide.ts';
import type { Decided } from './decision.ts';
import { judge } from './judge.ts';
import type { BucketState, Encryption } from './model.ts';
import { present } from '../present.ts';

/** True where what was written under this rule is below the standard: a rule that an event told, or one that nobody sees any more. */
export function isBelowStandard(
  rule: Encryption,
  { standard, key }: Pick<Decided, 'standard' | 'key'>,
  { state, now }: { state: BucketState; now: Date },
): boolean {
  // What a rule blocks changes no object, and no event tells what an earlier one had blocked.
  const put = { ...state, rule: { ...rule, ...present({ blocked: state.rule.blocked }) } };
  const asked = keeping(standard, put);
  return (
    judge({ standard: asked, state: put, key: asked === standard ? key : { kind: 'none' }, now }).kind !== 'compliant'
  );
}

import type { KeyUse, Party } from './key-use.ts';
import type { BucketState, KeyFacts, Reason } from '../model.ts';
import { organizationHint } from './organization.ts';

/** Why a party cannot surely use a key for a bucket, with the statement that would mend it; none where it can. */
export function useReasons(
  use: KeyUse,
  party: Party,
  { key, state }: { key: KeyFacts; state: Pick<BucketState, 'bucket'> },
): Reason[] {
  if (use.grant === 'allowed') return [];
  if (use.grant === 'denied') {
    const message = `The policy of key ${key.arn} denies ${party.denied} the action ${use.action} (${few(use.because)}), so ${party.harm} bucket ${state.bucket} would fail: except ${party.named} in ${few(use.because)}, or name another key in the policy.`;
    return [{ code: 'key-policy-denies', message }];
  }
  const paste = use.mends ? { paste: party.paste } : {};
  const given = `the statement below (reseal policy explain shows it too)`;
  const doing = `use it for bucket ${state.bucket}`;
  if (use.grant === 'no') {
    const also = use.mends ? '' : ` ${denialOf(use, party)}`;
    const remedy = use.mends
      ? `add ${given} to the key policy, or name another key in the policy.`
      : 'name another key in the policy, or let it in there.';
    const message = `The policy of key ${key.arn} does not let ${party.named} ${doing} (${use.action}): ${remedy}${also}`;
    return [{ code: 'key-policy-lacks-account', message, ...paste }];
  }
  const remedy = use.mends ? `Add ${given} to the key policy, or settle the condition.` : denialOf(use, party);
  const message = `Whether the policy of key ${key.arn} lets ${party.named} ${doing} (${use.action}) could not be decided: it depends on ${few(use.because)}. ${remedy}${organizationHint(use.because)}`;
  return [{ code: 'key-policy-unclear', message, ...paste }];
}

/** What to change where a Deny stands in the way, which no further Allow outweighs. */
function denialOf({ denials }: KeyUse, { named }: Party): string {
  return `A Deny outweighs every Allow, so except ${named} in ${statementsOf(denials)} of the key policy.`;
}

/** Of "aws:SourceArn (statement X)" the statement. */
function statementsOf(because: readonly string[]): string {
  return few([...new Set(because.map((one) => /\((statement .*)\)$/.exec(one)?.[1] ?? one))]);
}

const MOST = 3;

function few(because: readonly string[]): string {
  return because.slice(0, MOST).join(', ');
}

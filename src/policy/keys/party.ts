import { pastedStatement, withStatement } from '../../iam/pasted-statement.ts';
import { isTooMuch } from '../../iam/comparisons.ts';
import { type Request, type WorstGrant, worstGrant } from '../../iam/match.ts';
import type { Statement } from '../../iam/statement.ts';
import { few } from '../../problem.ts';
import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { KeyChange } from '../safety.ts';
import { organizationHint } from './s3-request.ts';
import { present } from '../../present.ts';

/**
 * Somebody who needs the key of a bucket: its account, the role of a job or of replication, a service that writes, a reader. All of them
 * ask the same: does the key's policy let this party do these actions in this context; if not, why not, and which statement mends it?
 */
export interface Party {
  /** What it does with the bucket, and where that was seen: the beginning of a sentence. */
  does: string;
  /** As the sentence goes on: "account 111122223333", "delivery.logs.amazonaws.com". */
  named: string;
  /** Whom a Deny leaves out, where that is more than the name says. */
  denied?: string;
  /** How it asks KMS; each must be let in. None where no key policy can name it. */
  requests: readonly Request[];
  needs: readonly string[];
  /** JSON of the statement that lets it in; undefined where none can without opening the key wider than the bucket is. */
  paste?: string | undefined;
  /** Another way out than the statement; the only one where there is none. */
  otherwise: string;
  /** What must be seen to as well. */
  also?: string;
  /** Condition keys of which the bucket policy says nothing, as they are spelt, and what to do where the key policy asks for one. */
  unsaid?: { keys: readonly string[]; remedy: string } | undefined;
  codes: Codes;
}

/** The reason where the policy does not let a party in, denies it, cannot be decided, or cannot be seen. */
export type Codes = Readonly<Record<'lacks' | 'denies' | 'unclear' | 'unseen', ReasonCode>>;

/** One code, whatever the policy says. */
export function always(code: ReasonCode): Codes {
  return { lacks: code, denies: code, unclear: code, unseen: code };
}

export interface KeyPolicy {
  statements: readonly Statement[];
  keyArn: string;
  partition: string;
}

export interface KeyUse extends WorstGrant {
  /** True where the party's statement, once pasted, is enough: no Deny stands in its way. */
  mends: boolean;
  /** What denies, or may deny, the party even then. */
  denials: string[];
}

/** What a key's policy says to a party, and whether the missing statement would mend it. */
export function keyUse(
  { requests, needs, paste }: Pick<Party, 'requests' | 'needs' | 'paste'>,
  { statements, keyArn, partition }: KeyPolicy,
): KeyUse {
  const need = { requests, actions: needs, resource: keyArn };
  const found = worstGrant(statements, need);
  if (found.grant === 'allowed' || paste === undefined) return { ...found, mends: false, denials: [] };
  const pasted = worstGrant(withStatement(statements, paste, partition), need);
  return { ...found, mends: pasted.grant === 'allowed', denials: pasted.because };
}

/** Why a party could not surely use the key of a bucket, with the statement that would mend it; none where it can. */
export function partyReasons(
  party: Party,
  change: Omit<KeyChange, 'key'> & { key: KeyChange['key'] | undefined },
): Reason[] {
  const { key, safety, state, partition } = change;
  const { account } = state;
  if (key === undefined || key.manager === 'AWS') {
    const lock = `the AWS managed key${key === undefined ? '' : ` ${key.arn}`} lets in nobody but account ${account}`;
    return [told(party, party.codes.lacks, { lock, remedy: 'name a customer key in the policy' })];
  }
  if (safety.keyPolicy === undefined) {
    const lock = `the key ${key.arn} belongs to account ${key.account}, so its policy cannot be read here`;
    return [told(party, party.codes.unseen, { lock, remedy: `name a key of account ${account} in the policy` })];
  }
  return useReasons(party, keyUse(party, { statements: safety.keyPolicy, keyArn: key.arn, partition }), key.arn);
}

/** The same of a use that is known already. */
export function useReasons(party: Party, use: KeyUse, keyArn: string): Reason[] {
  const { named, denied = named, codes } = party;
  const because = few(use.because);
  const { remedy, paste } = remedyOf(party, use);
  const by = `the policy of key ${keyArn}`;
  if (use.isTooMuch === true) return [tooComplex(party, keyArn)];
  switch (use.grant) {
    case 'allowed':
      return [];
    case 'denied': {
      const lock = `${by} denies ${denied} the action ${use.action} (${because})`;
      return [told(party, codes.denies, { lock, remedy })];
    }
    case 'no': {
      const lock = `${by} does not let ${named} call ${use.action}`;
      return [told(party, codes.lacks, { lock, remedy, paste })];
    }
    case 'perhaps': {
      const lock = `whether ${by} lets ${named} call ${use.action} could not be decided, because it depends on ${because}`;
      return [told(party, codes.unclear, { lock, remedy: `${remedy}${organizationHint(use.because)}`, paste })];
    }
  }
}

function tooComplex(party: Pick<Party, 'does' | 'also' | 'named'>, keyArn: string): Reason {
  const lock = `the policy of key ${keyArn} and what is known of ${party.named} are too much to compare`;
  const remedy = 'name fewer in either policy, or name another key in the policy';
  return told(party, 'too-complex', { lock, remedy });
}

/** The one reason where all that these ask of a key's policy is too much to compare, though each by itself may not be. */
export function tooMuchForAll(
  does: string,
  requests: readonly Request[],
  { key, safety }: { key: KeyChange['key'] | undefined; safety: KeyChange['safety'] },
): Reason | undefined {
  if (key === undefined || key.manager === 'AWS' || safety.keyPolicy === undefined) return undefined;
  return isTooMuch(safety.keyPolicy, requests) ? tooComplex({ does, named: 'all of them' }, key.arn) : undefined;
}

/** A reason of its own words, for what no key policy decides. */
export function told(
  { does, also = '' }: Pick<Party, 'does' | 'also'>,
  code: ReasonCode,
  { lock, remedy, paste }: { lock: string; remedy: string; paste?: string | undefined },
): Reason {
  return { code, message: `${does}, and ${lock}: ${remedy}${also}.`, ...present({ paste }) };
}

/** One more statement, a change of those that deny it, which no Allow outweighs, or neither. */
function remedyOf({ named, paste, otherwise, unsaid }: Party, use: KeyUse): { remedy: string; paste?: string } {
  const isUnsaid = unsaid?.keys.some((key) => use.because.some((one) => one.includes(key))) === true;
  if (unsaid !== undefined && isUnsaid && use.grant === 'perhaps')
    return { remedy: `${unsaid.remedy}, or ${otherwise}` };
  if (use.mends && paste !== undefined) return { remedy: `${ADD} to the key policy, or ${otherwise}`, paste };
  const denials = use.grant === 'denied' ? use.because : use.denials;
  if (denials.length === 0) return { remedy: otherwise };
  return {
    remedy: `exclude ${named} from ${few(statementsIn(denials))}, because no Allow outweighs a Deny, or ${otherwise}`,
  };
}

const ADD = 'add the statement below (reseal policy explain shows it too)';

/** Of "aws:SourceArn (statement X)" the statement. */
function statementsIn(because: readonly string[]): string[] {
  return because.map((one) => /\((statement .*)\)$/.exec(one)?.[1] ?? one);
}

/** JSON of the statement that lets one principal of IAM in. */
export function allow(sid: string, arn: string, actions: readonly string[]): string {
  return pastedStatement({ sid, principal: { AWS: arn }, actions });
}

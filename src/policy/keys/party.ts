import { isTooMuch } from '../../iam/comparisons.ts';
import { type Request, type WorstGrant, worstGrant } from '../../iam/match.ts';
import { withStatement } from '../../iam/pasted-statement.ts';
import { present } from '../../present.ts';
import { few } from '../../problem.ts';
import type { Reason } from '../model.ts';
import type { ReasonCode } from '../reasons.ts';
import type { KeyChange } from '../safety.ts';
import { organizationHint } from './s3-request.ts';

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
  /** What it must be let do by now for the change to take anything from it. */
  already?: readonly string[];
  /** JSON of the statement that lets it in; undefined where none can without opening the key wider than the bucket is. */
  paste?: string | undefined;
  /** Another way out than the statement; the only one where there is none. */
  otherwise: string;
  /** What must be seen to as well. */
  also?: string;
  /** Condition keys of which the bucket policy says nothing, as they are spelt, and what to do where the key policy asks for one. */
  unsaid?: { keys: readonly string[]; remedy: string } | undefined;
  /** What to say, by the code of `lacks`, of whoever is not surely let in, where the key's policy is not what stands in the way. */
  instead?: Way | undefined;
  codes: Pick<Codes, 'lacks'> & Partial<Codes>;
}

/** The reason where the policy does not let a party in, denies it, cannot be decided, or cannot be seen. */
interface Codes {
  lacks: ReasonCode;
  denies: ReasonCode;
  unclear: ReasonCode;
  unseen: ReasonCode;
}

const USUAL = { denies: 'key-policy-denies', unclear: 'key-policy-unclear', unseen: 'key-policy-not-ours' } as const;

/** One code, whatever the policy says. */
export function always(code: ReasonCode): Codes {
  return { lacks: code, denies: code, unclear: code, unseen: code };
}

/** The end of a sentence: what stands in the way, and what to do. */
export interface Way {
  lock: string;
  remedy: string;
  paste?: string | undefined;
}

/** No key, or one that AWS manages, lets in nobody from outside. */
export type Change = Omit<KeyChange, 'key' | 'bucketKey'> & { key: KeyChange['key'] | undefined };

/**
 * The same of many, of whom those that a person would mend at once are one party: one reason where all that they ask is too much to
 * compare, though each by itself may not be. Where only some of a party are kept out, the reason is theirs; `unsaid`: no statement need be made to find that out.
 */
export function groupReasons<Member>(
  members: readonly Member[],
  mendedAtOnce: (member: Member) => unknown,
  partyOf: (first: Member, all: readonly Member[], unsaid?: true) => Party,
  { does, change }: { does: string; change: Change },
): Reason[] {
  const parties = [...Map.groupBy(members, mendedAtOnce).values()].flatMap((all) =>
    all.slice(0, 1).map((first) => ({ all, party: partyOf(first, all) })),
  );
  const { key, safety } = change;
  // Each of several may be asked for alone too.
  const requests = parties.flatMap(({ all, party }) => (all.length > 1 ? [party, party] : [party]));
  if (
    key?.manager === 'CUSTOMER' &&
    isTooMuch(
      safety.keyPolicy ?? [],
      requests.flatMap((party) => party.requests),
    )
  ) {
    const others = parties.filter(({ party }) => party.requests.length === 0);
    const all = told({ does }, 'too-complex', tooComplex('all of them', key.arn));
    return [all, ...others.flatMap(({ party }) => partyReasons(party, change))];
  }
  return parties.flatMap(({ all, party }) => {
    const reasons = partyReasons(party, change);
    if (reasons.length === 0 || all.length === 1) return reasons;
    const out = all.filter((one) => partyReasons(partyOf(one, [one], true), change).length > 0);
    if (out.length === all.length) return reasons;
    return out.slice(0, 1).flatMap((first) => partyReasons(partyOf(first, out), change));
  });
}

/** Why a party could not surely use the key of a bucket, with the statement that would mend it; none where it can. */
export function partyReasons(party: Party, change: Change): Reason[] {
  const { codes, instead, requests } = party;
  const found = instead !== undefined && requests.length === 0 ? undefined : inTheWay(party, change);
  if (instead === undefined) return found === undefined ? [] : [told(party, found.code, found)];
  return found === undefined && requests.length > 0 ? [] : [told(party, codes.lacks, instead)];
}

function inTheWay(party: Party, { key, safety, state, partition }: Change): (Way & { code: ReasonCode }) | undefined {
  const { named, denied = named, requests, already } = party;
  const codes = { ...USUAL, ...party.codes };
  if (key === undefined || key.manager === 'AWS') {
    const lock = `the AWS managed key${key === undefined ? '' : ` ${key.arn}`} lets in nobody but account ${state.account}`;
    return { code: codes.lacks, lock, remedy: 'name a customer key in the policy' };
  }
  if (safety.keyPolicy === undefined) {
    const lock = `the key ${key.arn} belongs to account ${key.account}, so its policy cannot be read here`;
    return { code: codes.unseen, lock, remedy: `name a key of account ${state.account} in the policy` };
  }
  const { keyPolicy } = safety;
  const asked = (statements: typeof keyPolicy, actions = party.needs) =>
    worstGrant(statements, { requests, actions, resource: key.arn });
  if (already !== undefined && asked(keyPolicy, already).grant === 'no') return undefined;
  const found = asked(keyPolicy);
  if (found.isTooMuch === true) return { code: 'too-complex', ...tooComplex(named, key.arn) };
  const { grant, action, because } = found;
  if (grant === 'allowed') return undefined;
  const by = `the policy of key ${key.arn}`;
  const [code, lock] = {
    denied: [codes.denies, `${by} denies ${denied} the action ${action} (${few(because)})`] as const,
    no: [codes.lacks, `${by} does not let ${named} call ${action}`] as const,
    perhaps: [
      codes.unclear,
      `whether ${by} lets ${named} call ${action} could not be decided, because it depends on ${few(because)}`,
    ] as const,
  }[grant];
  const way = wayOut(party, found, (paste) => asked(withStatement(keyPolicy, paste, partition)));
  return { ...way, code, lock, remedy: `${way.remedy}${organizationHint(because)}` };
}

function tooComplex(named: string, keyArn: string): Way {
  const lock = `the policy of key ${keyArn} and what is known of ${named} are too much to compare`;
  return { lock, remedy: 'name fewer in either policy, or name another key in the policy' };
}

/** A reason of its own words, for what no key policy decides. */
export function told({ does, also = '' }: Pick<Party, 'does' | 'also'>, code: ReasonCode, way: Way): Reason {
  const { lock, remedy, paste } = way;
  return { code, message: `${does}, and ${lock}: ${remedy}${also}.`, ...present({ paste }) };
}

/** One more statement, where it is enough; a change of those that deny the party even then, which no Allow outweighs; or neither. */
function wayOut(
  { named, paste, otherwise, unsaid }: Party,
  { grant, because }: WorstGrant,
  pasted: (paste: string) => WorstGrant,
): Omit<Way, 'lock'> {
  const isUnsaid = unsaid?.keys.some((key) => because.some((one) => one.includes(key))) === true;
  if (unsaid !== undefined && isUnsaid && grant === 'perhaps') return { remedy: `${unsaid.remedy}, or ${otherwise}` };
  const after = paste === undefined ? undefined : pasted(paste);
  if (after?.grant === 'allowed') {
    const add = 'add the statement below (reseal policy explain shows it too) to the key policy';
    return { remedy: `${add}, or ${otherwise}`, paste };
  }
  const denials = grant === 'denied' ? because : (after?.because ?? []);
  if (denials.length === 0) return { remedy: otherwise };
  // Of "aws:SourceArn (statement X)" the statement.
  const statements = denials.map((one) => /\((statement .*)\)$/.exec(one)?.[1] ?? one);
  return { remedy: `exclude ${named} from ${few(statements)}, because no Allow outweighs a Deny, or ${otherwise}` };
}

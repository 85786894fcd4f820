import type { Context } from '../../iam/conditions.ts';
import { pastedStatement, withStatement } from '../../iam/pasted-statement.ts';
import { grants, type WorstGrant, worstGrant } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { present } from '../../present.ts';
import type { Reason } from '../model.ts';
import type { KeyChange } from '../safety.ts';
import { organizationHint } from './s3-request.ts';

/** A key's policy, and what KMS sees of the requests that S3 makes. */
export interface KeyQuestion {
  statements: readonly Statement[];
  keyArn: string;
  contexts: readonly Context[];
  partition: string;
}

/** Who needs a key of the own account. */
export interface Party {
  /** ARNs; each must be let in. */
  arns: readonly string[];
  needs: readonly string[];
  /** In sentences: "the role ..." and, of a Deny, whom it leaves out. */
  named: string;
  denied: string;
  /** What would fail without the key: "writes to" or the like, before the bucket. */
  harm: string;
  /** JSON of the statement that lets the party in. */
  paste: string;
}

export interface KeyUse extends WorstGrant {
  /** True where the party's statement, once pasted, is enough: no Deny stands in its way. */
  mends: boolean;
  /** What denies, or may deny, the party even then. */
  denials: string[];
}

/** What a key's policy says to somebody who needs it, and whether the missing statement would mend it. */
export function keyUse(question: KeyQuestion, party: Pick<Party, 'arns' | 'needs' | 'paste'>): KeyUse {
  const { statements, partition } = question;
  const found = worstUse(question, party);
  const pasted = worstUse({ ...question, statements: withStatement(statements, party.paste, partition) }, party);
  return { ...found, mends: pasted.grant === 'allowed', denials: pasted.because };
}

function worstUse(
  { statements, keyArn, contexts }: KeyQuestion,
  { arns, needs }: Pick<Party, 'arns' | 'needs'>,
): WorstGrant {
  const asks = arns.flatMap((arn) =>
    contexts.flatMap((context) =>
      needs.map((action) => ({ principal: { kind: 'arn' as const, arn }, action, resource: keyArn, context })),
    ),
  );
  return worstGrant(statements, asks);
}

/** What S3 asks of KMS for whoever reads and writes (S3 guide, Using SSE-KMS), and for the role of a job beyond that (Batch Operations guide). */
const USE = ['kms:GenerateDataKey', 'kms:Decrypt'];
const REENCRYPTION = [...USE, 'kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/**
 * An account's IAM, seen through a role and a user whom no policy knows: a Deny of one role leaves them alone, a Deny of everybody but
 * a list does not. Their names hold what IAM allows and nobody uses, so that only patterns that mean everybody match.
 */
export function accountParty(account: string, partition: string): Party {
  const iam = `arn:${partition}:iam::${account}`;
  return {
    arns: [`${iam}:role/=.=`, `${iam}:user/=.=`],
    needs: USE,
    named: `account ${account}`,
    denied: `account ${account} (except principals that it names)`,
    harm: 'writes to',
    paste: allow('AllowUseByTheAccountsIam', `${iam}:root`, [...USE, 'kms:DescribeKey']),
  };
}

export function roleParty(arn: string): Party {
  const named = `the role ${arn}`;
  const paste = allow('AllowReencryption', arn, REENCRYPTION);
  return { arns: [arn], needs: REENCRYPTION, named, denied: named, harm: 're-encryption of', paste };
}

/** The role that replicates, which decrypts what it copies (S3 User Guide, replicating encrypted objects). */
export function replicationParty(arn: string): Pick<Party, 'arns' | 'needs' | 'paste'> {
  const needs = ['kms:Decrypt'];
  return { arns: [arn], needs, paste: allow('AllowReplication', arn, needs) };
}

function allow(sid: string, arn: string, actions: readonly string[]): string {
  return pastedStatement({ sid, principal: { AWS: arn }, actions });
}

/** Principals of the account whom the policy names and surely lets write: by Principal, or by a condition on aws:PrincipalArn. */
export function namedUsers({ statements, keyArn, contexts }: KeyQuestion, account: string): string[] {
  const named = statements.flatMap(({ effect, principals, conditions }) =>
    effect === 'Allow'
      ? [...principals.aws, ...conditions.flatMap(({ key, values }) => (key === 'aws:principalarn' ? values : []))]
      : [],
  );
  const own = [...new Set(named)].filter((arn) => accountOfPrincipal(arn) === account && !arn.endsWith(':root'));
  return own.filter((arn) =>
    contexts.every((context) => {
      const principal = { kind: 'arn' as const, arn };
      return grants(statements, { principal, action: 'kms:GenerateDataKey', resource: keyArn, context }) === 'allowed';
    }),
  );
}

/** The policy without what only hands a principal on to the IAM of its account. */
export function withoutDelegation(statements: readonly Statement[], arn: string): Statement[] {
  return statements.filter(
    ({ effect, principals }) => effect === 'Deny' || principals.everyone || principals.aws.includes(arn),
  );
}

/** Why a party cannot surely use a key for a bucket, with the statement that would mend it; none where it can. */
export function useReasons(use: KeyUse, party: Party, { key, state }: Pick<KeyChange, 'key' | 'state'>): Reason[] {
  if (use.grant === 'allowed') return [];
  if (use.grant === 'denied') {
    const message = `The policy of key ${key.arn} denies ${party.denied} the action ${use.action} (${few(use.because)}), so ${party.harm} bucket ${state.bucket} would fail: exclude ${party.named} from ${few(use.because)}, or name another key in the policy.`;
    return [{ code: 'key-policy-denies', message }];
  }
  const { mends } = use;
  const paste = mends ? party.paste : undefined;
  const given = 'the statement below (reseal policy explain shows it too)';
  const doing = `use it for bucket ${state.bucket} (${use.action})`;
  if (use.grant === 'no') {
    const remedy = mends
      ? `add ${given} to the key policy, or name another key in the policy.`
      : `name another key in the policy, or let it in there. ${denialOf(use, party)}`;
    const message = `The policy of key ${key.arn} does not let ${party.named} ${doing}: ${remedy}`;
    return [{ code: 'key-policy-lacks-account', message, ...present({ paste }) }];
  }
  const remedy = mends ? `Add ${given} to the key policy, or change the condition.` : denialOf(use, party);
  const message = `Whether the policy of key ${key.arn} lets ${party.named} ${doing} could not be decided: it depends on ${few(use.because)}. ${remedy}${organizationHint(use.because)}`;
  return [{ code: 'key-policy-unclear', message, ...present({ paste }) }];
}

/** What to change where a Deny stands in the way, which no further Allow outweighs. */
function denialOf({ denials }: KeyUse, { named }: Party): string {
  return `A Deny outweighs every Allow, so exclude ${named} from ${statementsOf(denials)} of the key policy.`;
}

/** Of "aws:SourceArn (statement X)" the statement. */
function statementsOf(because: readonly string[]): string {
  return few([...new Set(because.map((one) => /\((statement .*)\)$/.exec(one)?.[1] ?? one))]);
}

const MOST = 3;

function few(because: readonly string[]): string {
  return because.slice(0, MOST).join(', ');
}

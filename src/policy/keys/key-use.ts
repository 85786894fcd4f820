import type { Context } from '../../iam/conditions.ts';
import { grants } from '../../iam/match.ts';
import { accountOfPrincipal } from '../../iam/principal-match.ts';
import type { Statement } from '../../iam/statement.ts';
import { withStatement } from '../../iam/with-statement.ts';
import { type WorstGrant, worstGrant } from '../../iam/worst-grant.ts';

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
export function keyUse(question: KeyQuestion, party: Party): KeyUse {
  const { statements, partition } = question;
  const found = worstUse(question, party);
  const pasted = worstUse({ ...question, statements: withStatement(statements, party.paste, partition) }, party);
  return { ...found, mends: pasted.grant === 'allowed', denials: pasted.because };
}

function worstUse({ statements, keyArn, contexts }: KeyQuestion, { arns, needs }: Party): WorstGrant {
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
    denied: `account ${account}, but for whom it excepts by name,`,
    harm: 'writes to',
    paste: allow('AllowUseByTheAccountsIam', `${iam}:root`, [...USE, 'kms:DescribeKey']),
  };
}

export function roleParty(arn: string): Party {
  const named = `the role ${arn}`;
  return {
    arns: [arn],
    needs: REENCRYPTION,
    named,
    denied: named,
    harm: 're-encryption of',
    paste: allow('AllowReencryption', arn, REENCRYPTION),
  };
}

/** The role that replicates, which decrypts what it copies (S3 User Guide, replicating encrypted objects). */
export function replicationParty(arn: string): Party {
  const needs = ['kms:Decrypt'];
  const named = `the replication role ${arn}`;
  return {
    arns: [arn],
    needs,
    named,
    denied: named,
    harm: 'replication of',
    paste: allow('AllowReplication', arn, needs),
  };
}

function allow(sid: string, principal: string, actions: readonly string[]): string {
  const statement = { Sid: sid, Effect: 'Allow', Principal: { AWS: principal }, Action: actions, Resource: '*' };
  return JSON.stringify(statement, undefined, 2);
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

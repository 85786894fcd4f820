import type { Caller } from '../aws/identity/caller.ts';
import { createRoleSessions } from '../aws/identity/role-sessions.ts';
import { credentialsHint, failureOf, whyOf } from '../aws/sdk/service-error.ts';
import { type Place, partitionOf } from '../bucket-id.ts';
import { ResealError } from '../errors.ts';
import { createIdentityClient, type Credentials } from './clients.ts';

/** The role that lets operators of the hub read a member (infra/member/roles.yml). */
export const READER = 'reseal-reader';

/** A role of a person's choice, by its name (a path may stand before it) or by its ARN. */
export interface AskedRole extends Place {
  role: string;
  /** Where STS is asked: the person's account need not have turned on the Region of the bucket. */
  hubRegion: string;
}

/**
 * Credentials of a role that a person assumes with the credentials of the shell, asked for once now so that nothing is begun without them. The
 * account's CloudTrail names the session after the person. Throws ResealError account-unreachable: who could not assume which role, and what to do.
 */
export async function assumed({ role, hubRegion, ...place }: AskedRole, caller: Caller): Promise<Credentials> {
  const { account, region } = place;
  const roleArn = role.startsWith('arn:') ? role : `arn:${partitionOf(region)}:iam::${account}:role/${role}`;
  const { sessionIn } = createRoleSessions(
    createIdentityClient(hubRegion),
    roleArn,
    () => new Date(),
    sessionNameOf(caller),
  );
  try {
    await sessionIn(place);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    const message = `role ${roleArn} could not be assumed by ${caller.arn} (${whyOf(cause)}): ${whatToDo(cause, caller)}`;
    throw new ResealError('account-unreachable', message, { cause });
  }
  return { session: () => sessionIn(place), failed: () => {} };
}

function whatToDo(cause: unknown, { arn }: Caller): string {
  if (failureOf(cause) !== 'denied') return credentialsHint(cause) ?? 'check the network, and try again';
  return `see that there is such a role, that its trust policy lets in ${arn} (reseal-reader: parameter OperatorRoleArns of infra/member/roles.yml), and that ${arn} may do sts:AssumeRole on it`;
}

/** The person's part of the ARN, of which a session's name may have all letters and a few signs (API AssumeRole, RoleSessionName). */
function sessionNameOf({ arn }: Caller): string {
  const name = arn.split(/[/:]/).at(-1) ?? '';
  return `reseal-${name.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
}

/** Where the credentials of the shell are of the bucket's account, no role is needed. Throws ResealError account-unreachable. */
export function needOwnAccount(account: string, caller: Caller): void {
  if (account === caller.account) return;
  const message = `the bucket is in account ${account}, and ${caller.arn} is of account ${caller.account}: name with --role a role of ${account} to assume`;
  throw new ResealError('account-unreachable', message);
}

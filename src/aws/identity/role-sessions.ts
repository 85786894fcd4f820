import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { inPlace, type Place } from '../../bucket-id.ts';
import { ResealError } from '../../errors.ts';
import { createRemembered } from '../sdk/remembered.ts';
import { isOutOfTime, oddAnswer, whyOf } from '../sdk/service-error.ts';

/** A session as the SDK's clients take it. They ask for another one 5 minutes before it ends. */
export interface RoleSession {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** The longest that a role gets which is assumed by another role (API AssumeRole, DurationSeconds). */
const LIFETIME_S = 3_600;
/** Ten minutes before its end a session is given to nobody any more: the longest invocation of a function that repairs takes two. */
const KEPT_MS = (LIFETIME_S - 600) * 1_000;
/** The many reads of one story, and of those of the same account beside it, ask once. */
const REFUSED_MS = 20_000;

/**
 * Sessions of one role, by the account that it is in: one AssumeRole at a time for each, kept until shortly before its end. Throws ResealError
 * account-unreachable, retryable, where the role cannot be assumed, and says so again without asking for a moment.
 */
export function createRoleSessions(sts: STSClient, roleName: string, now: () => Date) {
  const remembered = createRemembered<RoleSession>(now);
  const refused = new Map<string, { error: ResealError; untilMs: number }>();
  return async function sessionIn(place: Place): Promise<RoleSession> {
    const { account } = place;
    const known = refused.get(account);
    if (known !== undefined && now().getTime() < known.untilMs) throw known.error;
    refused.delete(account);
    try {
      return await remembered(account, KEPT_MS, () => assume(sts, inPlace(roleName, place)));
    } catch (cause) {
      if (isOutOfTime(cause)) throw cause;
      const error = unreachable(inPlace(roleName, place), account, cause);
      refused.set(account, { error, untilMs: now().getTime() + REFUSED_MS });
      throw error;
    }
  };
}

async function assume(sts: STSClient, RoleArn: string): Promise<RoleSession> {
  const input = { RoleArn, RoleSessionName: 'reseal', DurationSeconds: LIFETIME_S };
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
    (await sts.send(new AssumeRoleCommand(input))).Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw oddAnswer('AssumeRole', 'Credentials', {});
  }
  const expiration = Expiration ?? new Date(Date.now() + LIFETIME_S * 1_000);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration };
}

function unreachable(roleArn: string, account: string, cause: unknown): ResealError {
  const message = `account ${account} cannot be reached, because role ${roleArn} could not be assumed (${whyOf(cause)}): deploy infra/member/roles.yml there for this hub, and see that no policy of the organization denies it`;
  return new ResealError('account-unreachable', message, { retryable: true, cause });
}

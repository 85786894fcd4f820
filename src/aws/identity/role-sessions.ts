import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { inPlace, type Place } from '../../bucket-id.ts';
import { ResealError } from '../../errors.ts';
import { createForAWhile, createRemembered } from '../sdk/remembered.ts';
import { errorName, failureOf, isOutOfTime, oddAnswer, whyOf } from '../sdk/service-error.ts';

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
 * Sessions of one role, by the account that it is in: one AssumeRole at a time for each, kept until shortly before its end, or until AWS has
 * refused one; those of a thousand accounts at most. `sessionName` is what the account's CloudTrail calls them. Throws ResealError
 * account-unreachable, retryable, where the role cannot be assumed, and says so again without asking for a moment.
 */
export function createRoleSessions(sts: STSClient, roleName: string, now: () => Date, sessionName = 'reseal') {
  const remembered = createRemembered<RoleSession>(now);
  const refused = createForAWhile<ResealError>(now, REFUSED_MS);
  const sessionIn = async (place: Place): Promise<RoleSession> => {
    const { account } = place;
    const known = refused.get(account);
    if (known !== undefined) throw known;
    const RoleArn = inPlace(roleName, place);
    try {
      return await remembered(account, KEPT_MS, () => assume(sts, { RoleArn, RoleSessionName: sessionName }));
    } catch (cause) {
      if (isOutOfTime(cause)) throw cause;
      const error = unreachable(RoleArn, account, cause);
      refused.put(account, error);
      throw error;
    }
  };
  /** No session that there is of that account so far is given to anybody any more. */
  const end = ({ account }: Place): void => remembered.forget(account);
  return { sessionIn, end };
}

async function assume(sts: STSClient, asked: { RoleArn: string; RoleSessionName: string }): Promise<RoleSession> {
  const input = { ...asked, DurationSeconds: LIFETIME_S };
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } =
    (await sts.send(new AssumeRoleCommand(input))).Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw oddAnswer('AssumeRole', 'Credentials', {});
  }
  const expiration = Expiration ?? new Date(Date.now() + LIFETIME_S * 1_000);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration };
}

function unreachable(roleArn: string, account: string, cause: unknown): ResealError {
  const message = `account ${account} cannot be reached, because role ${roleArn} could not be assumed (${whyOf(cause)}): ${whatToDo(cause)}`;
  return new ResealError('account-unreachable', message, { retryable: true, cause });
}

/** A refusal is of the member's making; what else STS says is not, and passes or is mended in the hub. */
function whatToDo(cause: unknown): string {
  if (errorName(cause) === 'RegionDisabledException')
    return "STS is turned off in the hub's Region: turn it on in the account settings of IAM";
  if (failureOf(cause) === 'denied')
    return 'deploy infra/member/roles.yml there for this hub and its OrganizationId, and see that the account is open, belongs to the organization, and that no policy of it denies this';
  return "STS did not answer, or did not take the function's own credentials, which says nothing of the account: it is tried again";
}

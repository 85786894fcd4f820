import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ResealError } from '../../errors.ts';
import { credentialsHint, whyOf } from '../sdk/service-error.ts';

export interface Caller {
  /** ARN of the user or of the role's session. */
  arn: string;
  account: string;
}

/** GetCallerIdentity: whose credentials these are; no permission is needed. Throws ResealError unreadable where STS does not say. */
export function createCaller(sts: STSClient) {
  return async function readCaller(): Promise<Caller> {
    const { Arn: arn, Account: account } = await sts.send(new GetCallerIdentityCommand({})).catch(notKnown);
    if (arn !== undefined && account !== undefined) return { arn, account };
    throw new ResealError(
      'unreadable',
      'STS GetCallerIdentity answered without Arn or Account: is a proxy in between?',
    );
  };
}

function notKnown(cause: unknown): never {
  const hint = credentialsHint(cause) ?? 'check the network, and that this shell has AWS credentials';
  const message = `STS did not say whose credentials these are: ${whyOf(cause)}; ${hint}`;
  throw new ResealError('unreadable', message, { cause });
}

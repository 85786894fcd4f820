import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { ResealError } from '../../errors.ts';
import { messageOf, nameOf } from '../sdk/service-error.ts';

export interface Caller {
  /** ARN of the user or of the role's session. */
  arn: string;
  account: string;
}

/** GetCallerIdentity: whose credentials these are; no permission is needed. Throws ResealError unreadable where STS does not say. */
export function createCaller(sts: STSClient) {
  return async function readCaller(): Promise<Caller> {
    const { Arn: arn, Account: account } = await answered(sts);
    if (arn !== undefined && account !== undefined) return { arn, account };
    throw new ResealError(
      'unreadable',
      'STS GetCallerIdentity answered without Arn or Account: is a proxy in between?',
    );
  };
}

async function answered(sts: STSClient) {
  try {
    return await sts.send(new GetCallerIdentityCommand({}));
  } catch (cause) {
    const message = `STS did not say whose credentials these are: ${nameOf(cause)}: ${messageOf(cause)}; give this shell credentials of AWS`;
    throw new ResealError('unreadable', message, { cause });
  }
}

import type { Statement } from '../../iam/statement.ts';

export interface LogFolder {
  /** An account id, or a pattern of ids: * where any account may have a folder. */
  account: string;
  service: string;
  /** The organization that the folder is in. */
  organization?: string;
}

/**
 * AWSLogs/ACCOUNT/SERVICE in the resources of a statement. An organization's trail has the organization's id before the account
 * (CloudTrail guide, log file names), a landing zone has it before AWSLogs.
 */
export function logFolders({ resources }: Statement): LogFolder[] {
  if (resources.not) return [];
  return resources.patterns.flatMap((pattern) => {
    const [before = '', after] = pattern.split('AWSLogs/');
    if (after === undefined) return [];
    const organization = [...before.split('/'), ...after.split('/')].find((part) => ORGANIZATION_ID.test(part));
    const [account = '', service = ''] = after.split('/').filter((part) => !part.startsWith('o-'));
    return [{ account, service, ...(organization === undefined ? {} : { organization }) }];
  });
}

const ORGANIZATION_ID = /^o-[a-z0-9]+$/;

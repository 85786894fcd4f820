import { ACCOUNT, REGION, TABLE } from '../aws/fixture.ts';

/** What Lambda and the stack set for every function, here for one that meets the embedded AWS at `endpoint`; and what `own` adds. */
export function functionEnvironment(endpoint: string, own: Record<string, string> = {}): Record<string, string> {
  return {
    POWERTOOLS_SERVICE_NAME: 'reseal',
    POWERTOOLS_METRICS_NAMESPACE: 'Reseal',
    LOG_LEVEL: 'INFO',
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: endpoint,
    ACCOUNT_ID: ACCOUNT,
    MEMBER_ROLE: 'arn:aws:iam::{account}:role/member',
    LEDGER_TABLE: TABLE,
    ...own,
  };
}

/** The role of every function in an account as a member, as wide as it may be. The functions' own credentials here are the administrator's. */
export function memberRole(account = ACCOUNT) {
  const name = 'member';
  const trust = { Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }] };
  const policies = [{ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }];
  return { arn: `arn:aws:iam::${account}:role/${name}`, name, trust, policies };
}

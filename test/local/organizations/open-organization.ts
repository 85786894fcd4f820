import { type LocalAws, type LocalOptions, startLocal } from '../../../local/start-local.ts';
import type { Session } from '../../../local/world.ts';

export const MANAGEMENT = '111111111111';
export const HUB = '222222222222';
export const MEMBER = '333333333333';

/** An embedded AWS with an organization of a management account and two members in its root. */
export async function openOrganization(options: LocalOptions = {}): Promise<LocalAws> {
  const aws = await startLocal(options);
  aws.organization.found(MANAGEMENT);
  for (const account of [HUB, MEMBER]) aws.organization.createAccount(account);
  return aws;
}

interface RoleWanted {
  readonly account: string;
  readonly name: string;
  readonly statements?: readonly object[];
}

/** Credentials of a role, named with its path, that may do what the statements say, or everything. */
export function sessionOf(aws: LocalAws, { account, name, statements }: RoleWanted): Session {
  const { identity } = aws.world;
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const trust = {
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const Statement = statements ?? [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  identity.putRole({
    arn,
    name: name.slice(name.lastIndexOf('/') + 1),
    trust,
    policies: [{ Version: '2012-10-17', Statement }],
  });
  return identity.startSession(arn, 'run', { service: 'lambda.amazonaws.com' });
}

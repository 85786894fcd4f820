import type { LocalAws } from '../../local/start-local.ts';
import type { Session } from '../../local/world.ts';

export interface Allowed {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly condition?: object;
}

/** Credentials of a role of 111111111111 that may do only this. */
export function sessionThatMay(aws: LocalAws, { actions, resource, condition }: Allowed): Session {
  const { identity } = aws.world;
  const arn = 'arn:aws:iam::111111111111:role/limited';
  identity.putRole({
    arn,
    name: 'limited',
    trust: {
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    policies: [
      {
        Statement: [
          { Effect: 'Allow', Action: actions, Resource: resource, ...(condition && { Condition: condition }) },
        ],
      },
    ],
  });
  return identity.startSession(arn, 's', { service: 'lambda.amazonaws.com' });
}

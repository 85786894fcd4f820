import { AwsError } from '../errors.ts';
import type { Permission } from '../service.ts';
import type { CallAs, World } from '../world.ts';

export interface RoleCheck {
  readonly world: Pick<World, 'identity' | 'now'>;
  /** The function's role. */
  readonly as: CallAs;
  readonly permissions: readonly Permission[];
  /** Says what the role lacks; gets the action and the refusal. */
  readonly refusal: (action: string, denied: AwsError) => string;
}

/** Lambda refuses a mapping that its function's role could not serve. Throws InvalidParameterValueException at the first missing permission. */
export function checkRole({ world: { identity, now }, as, permissions, refusal }: RoleCheck): void {
  for (const permission of permissions) {
    const [service = '', operation = ''] = permission.action.split(':');
    const call = {
      service,
      operation,
      caller: as.caller,
      region: as.region,
      requestId: '',
      time: now(),
      sourceIp: 'lambda.amazonaws.com',
      userAgent: 'lambda.amazonaws.com',
    };
    try {
      identity.authorize(call, [permission]);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError('InvalidParameterValueException', refusal(operation, error));
    }
  }
}

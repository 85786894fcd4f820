import * as z from 'zod/mini';

/** Who made a call, as far as the record says; every part may be missing (CloudTrail guide, userIdentity element). */
export const userIdentity = z.catch(
  z.optional(
    z.object({
      arn: z.optional(z.string()),
      sessionContext: z.optional(z.object({ sessionIssuer: z.optional(z.object({ arn: z.optional(z.string()) })) })),
    }),
  ),
  undefined,
);

/** The role's ARN for a role session, else the identity's own; undefined where an AWS service acted by itself. */
export function actorOf(identity: z.output<typeof userIdentity>): string | undefined {
  return identity?.sessionContext?.sessionIssuer?.arn ?? identity?.arn;
}

const ROLE = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//;

/** True where an actor is this role or a session of it; a session's ARN has lost the role's path. */
export function isRole(actor: string, roleArn: string): boolean {
  if (actor === roleArn) return true;
  const role = ROLE.exec(roleArn);
  const session = SESSION.exec(actor);
  return role !== null && session !== null && role[1] === session[1] && role[2] === session[2];
}

import { randomBytes } from 'node:crypto';
import type { Caller } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Role, Session } from '../world.ts';

/** STS's default, and the longest that a chained role gets. */
const DEFAULT_LIFETIME_S = 3600;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface Sessions {
  start(role: Role, sessionName: string, lifetimeS?: number): Session;
  /** The caller of a session's access key; undefined for every other key. Throws ExpiredToken. */
  callerOf(accessKeyId: string): Caller | undefined;
  /** The role is deleted: its sessions are those of nobody, also where another role gets its name. */
  disown(roleArn: string): void;
}

export function createSessions(now: () => Date): Sessions {
  const sessions = new Map<string, Session>();
  return {
    start: (role, sessionName, lifetimeS = DEFAULT_LIFETIME_S) => {
      const accountId = role.arn.split(':')[4] ?? '';
      const accessKeyId = `ASIA${randomText(16)}`;
      const session = {
        accessKeyId,
        secretAccessKey: randomBytes(30).toString('base64'),
        sessionToken: randomBytes(96).toString('base64'),
        expiration: new Date(now().getTime() + lifetimeS * 1000),
        caller: {
          accountId,
          accessKeyId,
          arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
          role: { arn: role.arn, name: role.name, sessionName },
        },
      };
      sessions.set(accessKeyId, session);
      return session;
    },
    callerOf: (accessKeyId) => {
      const session = sessions.get(accessKeyId);
      if (session === undefined || session.expiration > now()) return session?.caller;
      throw new AwsError('ExpiredToken', 'The provided token has expired.', 400);
    },
    disown: (roleArn) => {
      for (const [key, session] of sessions) {
        const { role } = session.caller;
        if (role?.arn === roleArn)
          sessions.set(key, { ...session, caller: { ...session.caller, role: { ...role, isDeleted: true } } });
      }
    },
  };
}

function randomText(length: number): string {
  return [...randomBytes(length)].map((byte) => BASE32.charAt(byte % BASE32.length)).join('');
}

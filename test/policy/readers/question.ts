import type { AccessPoint, AclGrant, Website } from '../../../src/policy/facts.ts';
import type { Reason } from '../../../src/policy/model.ts';
import type { Change } from '../../../src/policy/keys/party.ts';
import { readerHolds } from '../../../src/policy/readers/reader-holds.ts';
import { statementsOf } from '../../iam/documents.ts';
import { bucketWith, USABLE } from '../literals.ts';

export const PARTNER = '222222222222';
export const OBJECTS = 'arn:aws:s3:::logs/*';
export const DISTRIBUTION = 'arn:aws:cloudfront::111122223333:distribution/E1';

/** What a test says of a bucket, its policies as plain data; the rest is a bucket that lets nobody in, under a key that only its own account may use. */
export interface Told {
  policy?: object[];
  acl?: AclGrant[];
  website?: Website;
  accessPoints?: AccessPoint[];
  keyPolicy?: object[];
  bucket?: string;
  key?: Change['key'];
}

export const OWN_KEY_STATEMENT = {
  Sid: 'OwnAccount',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
};

export function document(statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function question(told: Told): Change {
  const key = 'key' in told ? told.key : USABLE;
  const isShown = key?.manager === 'CUSTOMER' && key.account === USABLE.account;
  const statements = (Statement: object[]) => statementsOf({ Statement });
  return {
    state: { ...bucketWith({ algorithm: 'AES256' }), bucket: told.bucket ?? 'logs' },
    key,
    partition: 'aws',
    safety: {
      bucketPolicy: statements(told.policy ?? []),
      acl: told.acl ?? [{ id: 'me', permission: 'FULL_CONTROL', isOwner: true }],
      website: told.website ?? 'none',
      accessPoints: (told.accessPoints ?? []).map(({ name, policy }) => ({
        name,
        statements: policy === undefined ? [] : statementsOf(JSON.parse(policy)),
      })),
      keyPolicy: isShown ? statements([OWN_KEY_STATEMENT, ...(told.keyPolicy ?? [])]) : undefined,
      replication: [],
      organization: {},
    },
  };
}

/** The codes of the reasons to hold. */
export function heldFor(told: Told): string[] {
  return codesOf(readerHolds(question(told)));
}

export function codesOf(problems: readonly Reason[]): string[] {
  return problems.map(({ code }) => code);
}

export function allow(Principal: unknown, more: object = {}): object {
  return { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: OBJECTS, ...more };
}

/** A statement of a key policy. */
export function decrypt(Principal: unknown, more: object = {}): object {
  return { Effect: 'Allow', Principal, Action: 'kms:Decrypt', Resource: '*', ...more };
}

export function when(operator: string, key: string, value: unknown): { Condition: object } {
  return { Condition: { [operator]: { [key]: value } } };
}

import type { AccessPoint, Fact, Grant, Website } from '../../../src/policy/facts.ts';
import {
  readerProblems,
  type ReaderProblems,
  type ReaderQuestion,
} from '../../../src/policy/readers/reader-problems.ts';
import { bucketWith, USABLE } from '../literals.ts';

export const PARTNER = '222222222222';
export const OBJECTS = 'arn:aws:s3:::logs/*';
export const DISTRIBUTION = 'arn:aws:cloudfront::111122223333:distribution/E1';

/** What a test says of a bucket, its policies as plain data; the rest is a bucket that lets nobody in, under a key that only its own account may use. */
export interface Told {
  policy?: object[];
  acl?: Grant[];
  website?: Website;
  accessPoints?: AccessPoint[];
  keyPolicy?: object[];
  bucket?: string;
  key?: ReaderQuestion['key'];
}

export const OWN_KEY_STATEMENT = {
  Sid: 'OwnAccount',
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'kms:*',
  Resource: '*',
};

const read = <T>(value: T): Fact<T> => ({ kind: 'read', value });

export function document(statements: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function question(told: Told): ReaderQuestion {
  return {
    state: { ...bucketWith({ algorithm: 'AES256' }), bucket: told.bucket ?? 'logs' },
    key: 'key' in told ? told.key : USABLE,
    partition: 'aws',
    facts: {
      bucketPolicy: read(told.policy === undefined ? undefined : document(told.policy)),
      acl: read(told.acl ?? [{ id: 'me', permission: 'FULL_CONTROL', isOwner: true }]),
      website: read(told.website ?? 'none'),
      accessPoints: read(told.accessPoints ?? []),
      keyPolicy: read(document([OWN_KEY_STATEMENT, ...(told.keyPolicy ?? [])])),
    },
  };
}

/** The codes of the reasons to hold, or what else was answered. */
export function heldFor(told: Told): string[] | string {
  return codesOf(readerProblems(question(told)));
}

export function codesOf(problems: ReaderProblems): string[] | string {
  return problems.kind === 'known' ? problems.holds.map(({ code }) => code) : problems.kind;
}

export function allow(Principal: unknown, more: object = {}): object {
  return { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: OBJECTS, ...more };
}

export function when(operator: string, key: string, value: unknown): { Condition: object } {
  return { Condition: { [operator]: { [key]: value } } };
}

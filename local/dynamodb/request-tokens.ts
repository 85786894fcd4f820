import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { canonical } from './canonical.ts';
import type { Json } from './json.ts';

/** A token is remembered for ten minutes after its transaction (DynamoDB API, TransactWriteItems, ClientRequestToken). */
const REMEMBERED_MS = 600_000;

export interface RequestTokens {
  /** Whether a transaction of that token was done already. Throws IdempotentParameterMismatchException where it was another one. */
  isDone(input: Json): boolean;
  remember(input: Json): void;
}

/** The ClientRequestTokens of transactions that were done. */
export function createRequestTokens(now: () => Date): RequestTokens {
  const done = new Map<string, { readonly digest: string; readonly atMs: number }>();
  return {
    isDone: ({ ClientRequestToken: token, ...rest }) => {
      const known = typeof token === 'string' ? done.get(token) : undefined;
      if (known === undefined || now().getTime() - known.atMs > REMEMBERED_MS) return false;
      if (known.digest === digestOf(rest)) return true;
      throw new AwsError(
        'IdempotentParameterMismatchException',
        `The ClientRequestToken ${String(token)} was used for a transaction with other parameters`,
      );
    },
    remember: ({ ClientRequestToken: token, ...rest }) => {
      if (typeof token === 'string') done.set(token, { digest: digestOf(rest), atMs: now().getTime() });
    },
  };
}

const digestOf = (input: Json): string =>
  createHash('sha256')
    .update(String(canonical(input)))
    .digest('hex');

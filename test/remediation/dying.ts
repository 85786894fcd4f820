import assert from 'node:assert/strict';
import type { AssessDeps } from '../../src/remediation/deps.ts';
import type { GuardedAccount } from './guarded-account.ts';
import { onEveryCall } from './recorded-calls.ts';

/** The function stops here, as it does when its time is over or its memory is. */
export class Died extends Error {}

export type Step = 'before the write' | 'after the write' | 'before the end' | 'after the end';

export const STEPS: readonly Step[] = ['before the write', 'after the write', 'before the end'];

/** Means that fail at one step of the repair and do everything before it. */
export function dyingAt(step: Step, { encryption, ledger }: AssessDeps): Partial<AssessDeps> {
  switch (step) {
    case 'before the write':
      return { encryption: { ...encryption, write: die }, ledger: { ...ledger, settle: die } };
    case 'after the write':
      return {
        encryption: {
          ...encryption,
          write: async (rule) => {
            await encryption.write(rule);
            die();
          },
        },
        // Nothing is told of the write that failed to answer: the invocation is over.
        ledger: { ...ledger, settle: die },
      };
    case 'before the end':
      return { ledger: { ...ledger, settle: die } };
    case 'after the end':
      return {
        ledger: {
          ...ledger,
          settle: async (...end) => {
            await ledger.settle(...end);
            return die();
          },
        },
      };
  }
}

function die(): never {
  throw new Died();
}

/** Delivers once more what an invocation that died has not answered. */
export function deliveredAgain(dying: { isDead: boolean }) {
  return (tell: () => Promise<unknown>) =>
    tell().catch((error) => {
      assert.ok(error instanceof Died, error);
      dying.isDead = false;
      return tell();
    });
}

/** The invocation that makes the last of so many calls of that operation dies, before or after AWS has done it, and makes no other call. */
export function dyingAtCall(
  { told }: Pick<GuardedAccount, 'told'>,
  operation: string,
  done: boolean,
): { callsLeft: number; isDead: boolean } {
  const dying = { callsLeft: 0, isDead: false };
  onEveryCall(told, async (call, send) => {
    if (dying.isDead) throw new Died();
    if (call.operation !== operation || dying.callsLeft === 0) return send();
    dying.callsLeft -= 1;
    if (dying.callsLeft > 0) return send();
    dying.isDead = true;
    if (done) await send();
    throw new Died();
  });
  return dying;
}

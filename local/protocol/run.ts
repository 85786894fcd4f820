import { setTimeout as delay } from 'node:timers/promises';
import type { Call } from '../call.ts';
import { AwsError } from '../errors.ts';
import type { Fault } from '../faults/fault.ts';
import { errorOf, type Faults } from '../faults/faults.ts';
import { type Membership, NO_ORGANIZATION } from '../membership.ts';
import type { Outcome } from '../world.ts';
import { credentialProblem } from './credential-problem.ts';

/** What stands around every operation, over the wire and in process alike: faults before it, whoever listens after it. */
export interface Runner {
  run(call: Call, input: object, perform: () => unknown): Promise<Ran>;
  /** Told after each call is decided, whether it succeeded or failed. */
  onOutcome(listener: (outcome: Outcome) => void): void;
}

/** `drop` is a connection that a fault takes away; in process it is an internal error. */
export type Ran =
  | { readonly kind: 'output'; readonly output: unknown }
  | { readonly kind: 'drop'; readonly afterMs: number };

/** A client waits at most this long on a `timeout` fault that names no time. */
const LONGEST_TIMEOUT_MS = 900_000;

export function createRunner(faults: Faults, membership: Membership = NO_ORGANIZATION): Runner {
  const listeners: ((outcome: Outcome) => void)[] = [];
  const tell = (outcome: Outcome): void => {
    for (const listener of listeners) listener(outcome);
  };
  return {
    onOutcome: (listener) => void listeners.push(listener),
    run: async (call, input, perform) => {
      const stranger = credentialProblem(call, membership);
      if (stranger !== undefined) throw stranger;
      try {
        const fault = faults.take(call, input);
        if (fault !== undefined) await play(fault, call);
        if (fault?.kind === 'timeout') return { kind: 'drop', afterMs: fault.ms ?? LONGEST_TIMEOUT_MS };
        if (fault?.kind === 'reset') return { kind: 'drop', afterMs: 0 };
        const output = await perform();
        tell({ call, input, output });
        return fault?.kind === 'lost-answer' ? { kind: 'drop', afterMs: 0 } : { kind: 'output', output };
      } catch (error) {
        if (error instanceof AwsError)
          tell({ call, input, error: { code: error.code, message: error.message, status: error.status } });
        throw error;
      }
    },
  };
}

async function play(fault: Fault, call: Call): Promise<void> {
  const error = errorOf(fault, call);
  if (error !== undefined) throw error;
  if (fault.kind === 'slow') await delay(fault.ms ?? 1);
}

import type { Batch } from './batch.ts';
import type { Runner } from './runner.ts';
import type { States } from './states.ts';

/** What changes jobs, beside what reads them. */
export interface Engine extends Batch {
  readonly states: States;
  readonly runner: Runner;
}

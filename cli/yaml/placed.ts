import type { Problem } from '../../src/problem.ts';

/** A problem that says itself where in the text it is. */
export interface Placed extends Problem {
  offset: number;
}

/** The time of the embedded AWS, which can be put forward. */
export interface Clock {
  readonly now: () => Date;
  /** How far it was put forward. */
  readonly aheadMs: () => number;
  readonly forward: (ms: number) => void;
}

export function createClock(given: () => Date = () => new Date()): Clock {
  let aheadMs = 0;
  return {
    now: () => (aheadMs === 0 ? given() : new Date(given().getTime() + aheadMs)),
    aheadMs: () => aheadMs,
    forward: (ms) => void (aheadMs += ms),
  };
}

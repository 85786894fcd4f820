/** What may happen at one step of a story: to the call itself, to whoever makes it, or to the bucket in between. */
export type Twist =
  /** The call fails and has done nothing, is denied, has done its work and the answer is lost, or is made twice by the SDK. */
  | { kind: 'fail' | 'deny' | 'lose' | 'twice' }
  /** The invocation ends before or after the call. */
  | { kind: 'die' | 'die-after' }
  | { kind: 'slow' | 'slow-after'; seconds: number }
  /** The next act of somebody else happens before the call. */
  | { kind: 'act' }
  /** Another delivery begins, or one that waits goes on. */
  | { kind: 'other' | 'rotate' }
  /** Of calls that are made at once, the last is first. */
  | { kind: 'last-first' };

export class Injected extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface Paused {
  name: string;
  go: (twist: Twist | undefined) => void;
}

/** Whoever makes calls: an invocation of the function, or a person. */
export interface Actor {
  name: string;
  startedMs: number;
  paused: Paused[];
  isOver: boolean;
  /** An invocation is ended by Lambda after its timeout; a person is not. */
  timeoutMs: number;
  ended: (how: { kind: 'done'; value: unknown } | { kind: 'failed'; error: unknown } | { kind: 'died' }) => void;
}

export type Step = <T>(name: string, effect: () => T) => Promise<T>;

/** Every call of an actor waits for the scheduler, and may be twisted. */
export function steps(actor: Actor): Step {
  return (name, effect) =>
    new Promise((resolve, reject) => {
      const go = (twist: Twist | undefined) => {
        try {
          if (twist?.kind === 'fail') throw new Injected('TimeoutError', `${name} did not arrive`);
          if (twist?.kind === 'deny') throw new Injected('AccessDenied', `${name} is denied`);
          if (twist?.kind === 'twice') effect();
          const value = effect();
          if (twist?.kind === 'die-after') return;
          if (twist?.kind === 'lose') throw new Injected('TimeoutError', `the answer of ${name} was lost`);
          resolve(value);
        } catch (error) {
          reject(error);
        }
      };
      actor.paused.push({ name, go });
    });
}

export function begin(actor: Actor, story: () => Promise<unknown>): void {
  const end = (how: Parameters<Actor['ended']>[0]) => {
    if (actor.isOver) return;
    actor.isOver = true;
    actor.ended(how);
  };
  story().then(
    (value) => end({ kind: 'done', value }),
    (error: unknown) => end({ kind: 'failed', error }),
  );
}

export function kill(actor: Actor): void {
  if (actor.isOver) return;
  actor.isOver = true;
  actor.ended({ kind: 'died' });
}

/** All that an actor can do before its next call has been done. Nothing in a story waits for anything but its calls. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Lets so many pieces of work go on at once; the others wait, first come first served. */
export class Turns {
  #free: number;
  #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Resolves when it is one's turn, with what gives the turn back: to be called once or more often. */
  async take(): Promise<() => void> {
    if (this.#free > 0) {
      this.#free--;
    } else {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    let isHeld = true;
    return () => {
      if (isHeld) {
        isHeld = false;
        this.#passOn();
      }
    };
  }

  /** Whoever waits takes the place over; nobody can come in between. */
  #passOn(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
    } else {
      this.#free++;
    }
  }
}

interface Entry<Item> {
  readonly dueMs: number;
  readonly item: Item;
}

/** A binary heap of what becomes due when: the earliest first, whatever order it came in. */
export class DueHeap<Item> {
  readonly #entries: Entry<Item>[] = [];

  get nextDueMs(): number | undefined {
    return this.#entries[0]?.dueMs;
  }

  add(dueMs: number, item: Item): void {
    this.#entries.push({ dueMs, item });
    this.#rise(this.#entries.length - 1);
  }

  /** Removes and returns the earliest item that is due at `nowMs`. */
  takeDue(nowMs: number): Item | undefined {
    const [first] = this.#entries;
    if (!first || first.dueMs > nowMs) {
      return undefined;
    }
    const last = this.#entries.pop();
    if (last && last !== first) {
      this.#entries[0] = last;
      this.#sink(0);
    }
    return first.item;
  }

  #due(index: number): number {
    return this.#entries[index]?.dueMs ?? Infinity;
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#due(parent) <= this.#due(index)) {
        return;
      }
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.#due(left + 1) < this.#due(left) ? left + 1 : left;
      if (this.#due(index) <= this.#due(child)) {
        return;
      }
      this.#swap(index, child);
      index = child;
    }
  }

  #swap(one: number, other: number): void {
    const first = this.#entries[one];
    const second = this.#entries[other];
    if (first && second) {
      this.#entries[one] = second;
      this.#entries[other] = first;
    }
  }
}

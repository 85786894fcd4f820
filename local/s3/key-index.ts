/** One key of a bucket and all its versions, newest first. */
export interface KeyRow<Version> {
  readonly key: string;
  readonly bytes: Buffer;
  readonly versions: Version[];
}

/** Keys in the order in which S3 lists them: by their UTF-8 bytes, which is neither UTF-16 order nor a locale's. */
export class KeyIndex<Version> {
  readonly #byKey = new Map<string, KeyRow<Version>>();
  readonly #rows: KeyRow<Version>[] = [];

  get size(): number {
    return this.#rows.length;
  }

  get(key: string): KeyRow<Version> | undefined {
    return this.#byKey.get(key);
  }

  /** The row of a key, made where it is not there yet. */
  ensure(key: string): KeyRow<Version> {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const row: KeyRow<Version> = { key, bytes: Buffer.from(key), versions: [] };
    const last = this.#rows.at(-1);
    if (last === undefined || Buffer.compare(last.bytes, row.bytes) < 0) this.#rows.push(row);
    else this.#rows.splice(this.#lowerBound(row.bytes), 0, row);
    this.#byKey.set(key, row);
    return row;
  }

  remove(key: string): void {
    const row = this.#byKey.get(key);
    if (row === undefined) return;
    this.#byKey.delete(key);
    this.#rows.splice(this.#lowerBound(row.bytes), 1);
  }

  /** Rows from the first key that is not before `key`, in order. */
  *from(key: string): Generator<KeyRow<Version>> {
    for (let at = this.#lowerBound(Buffer.from(key)); at < this.#rows.length; at += 1) {
      const row = this.#rows[at];
      if (row !== undefined) yield row;
    }
  }

  #lowerBound(bytes: Buffer): number {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.#rows[middle];
      if (row !== undefined && Buffer.compare(row.bytes, bytes) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

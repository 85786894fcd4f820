/** Lines kept for each function; the oldest go first. */
const KEPT_LINES = 5000;

/** What a function's processes wrote to stdout and stderr, by line. */
export class FunctionLog {
  #lines: string[] = [];

  /** A sink for one stream; a line that has no end yet is kept until it has. */
  stream(): (chunk: string) => void {
    let open = '';
    return (chunk) => {
      const parts = (open + chunk).split('\n');
      open = parts.pop() ?? '';
      this.add(parts);
    };
  }

  add(lines: readonly string[]): void {
    this.#lines.push(...lines.filter((line) => line !== ''));
    if (this.#lines.length > KEPT_LINES) {
      this.#lines = this.#lines.slice(-KEPT_LINES);
    }
  }

  get lines(): readonly string[] {
    return this.#lines;
  }
}

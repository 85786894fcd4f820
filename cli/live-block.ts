import { isLive } from '../scripts/progress.ts';

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'on' | 'off'> & { rows?: number };

/** What is shown of something that goes on: some lines where they can be rewritten in place, one, or none, where they cannot. */
export interface Shown {
  block: readonly string[];
  line?: string;
}

export interface LiveBlock extends Disposable {
  show(shown: Shown): void;
  /** A line that stays. */
  say(line: string): void;
  /** Takes away what can be rewritten. */
  clear(): void;
}

/** Rewrites a block of lines in place on a terminal; elsewhere, and where NO_COLOR or TERM=dumb say so, each change is a plain line. */
export function liveBlock(out: Out): LiveBlock {
  const isRewritten = isLive(out);
  let height = 0;
  let last = '';
  const clear = () => {
    if (height > 0) out.write(`\r\u001B[${height}A\u001B[J`);
    height = 0;
  };
  // The terminal has folded what stands there, so the next block goes below it.
  const resized = () => (height = 0);
  if (isRewritten) out.on('resize', resized);
  return {
    show({ block, line }) {
      if (!isRewritten) {
        if (line !== undefined && line !== last) out.write(`${line}\n`);
        last = line ?? last;
        return;
      }
      clear();
      const lines = fittingLines(block, out.rows || Infinity);
      out.write(lines.map((each) => `${each.slice(0, (out.columns || Infinity) - 1)}\n`).join(''));
      height = lines.length;
    },
    say(line) {
      clear();
      out.write(`${line}\n`);
    },
    clear,
    [Symbol.dispose]() {
      out.off('resize', resized);
    },
  };
}

/** What has scrolled out of a terminal cannot be rewritten. */
function fittingLines(block: readonly string[], rows: number): readonly string[] {
  const most = Math.max(1, rows - 1);
  return block.length <= most ? block : [...block.slice(0, most - 1), `... ${block.length - most + 1} more lines`];
}

const EVERY_MS = 200;
/** Where nothing can be rewritten, nobody waits in silence, and no log fills up. */
const FIRST_LINE_MS = 5_000;
const LINE_EVERY_MS = 30_000;

/** One line that is rewritten in place while something goes on, and is gone after it; where it cannot be, a plain line now and then. */
export function liveLine(out: Out, words: () => string): Disposable {
  const block = liveBlock(out);
  const isRewritten = isLive(out);
  let timer: NodeJS.Timeout;
  const again = (ms: number) => {
    timer = setTimeout(() => {
      block.show({ block: [words()], line: words() });
      again(isRewritten ? EVERY_MS : LINE_EVERY_MS);
    }, ms).unref();
  };
  again(isRewritten ? EVERY_MS : FIRST_LINE_MS);
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      block.clear();
      block[Symbol.dispose]();
    },
  };
}

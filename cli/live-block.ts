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

/** One line that is rewritten in place while something goes on, and is gone after it; nothing where it cannot be. */
export function liveLine(out: Out, words: () => string): Disposable & { show: () => void; isLive: boolean } {
  const block = liveBlock(out);
  const show = () => block.show({ block: [words()] });
  const isRewritten = isLive(out);
  const timer = isRewritten ? setInterval(show, EVERY_MS).unref() : undefined;
  return {
    show,
    isLive: isRewritten,
    [Symbol.dispose]() {
      clearInterval(timer);
      block.clear();
      block[Symbol.dispose]();
    },
  };
}

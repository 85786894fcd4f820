import { isLive } from '../../scripts/progress.ts';

type Out = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'on' | 'off'>;

/** What is shown of something that goes on: some lines where they can be rewritten in place, one where they cannot. */
export interface Shown {
  block: readonly string[];
  line: string;
}

export interface LiveBlock extends Disposable {
  show(shown: Shown): void;
  /** A line that stays. */
  say(line: string): void;
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
        if (line !== last) out.write(`${line}\n`);
        last = line;
        return;
      }
      clear();
      out.write(block.map((each) => `${each.slice(0, (out.columns || Infinity) - 1)}\n`).join(''));
      height = block.length;
    },
    say(line) {
      clear();
      out.write(`${line}\n`);
    },
    [Symbol.dispose]() {
      out.off('resize', resized);
    },
  };
}

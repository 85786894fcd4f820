/** What is under way in the embedded AWS right now. */
export interface Counts {
  queued: number;
  running: number;
  jobs: number;
  objectsDone: number;
}

export interface Progress extends Disposable {
  /** A phase of the scenario: a line of its own everywhere. */
  say(line: string): void;
}

const EVERY_MS = 100;

/** Live counts on a terminal, rewritten in place; plain lines, when something changed, elsewhere. */
export function showProgress(out: NodeJS.WriteStream, counts: () => Counts): Progress {
  let last = '';
  const tick = () => {
    const { queued, running, jobs, objectsDone } = counts();
    const line = `queue ${queued}  functions ${running}  jobs ${jobs}  tasks done ${objectsDone}`;
    if (line === last) return;
    last = line;
    if (out.isTTY) out.write(`\r\u001b[2K${line}`);
    else out.write(`  ${line}\n`);
  };
  const timer = setInterval(tick, out.isTTY ? EVERY_MS : EVERY_MS * 10);
  const clear = () => {
    if (out.isTTY && last !== '') out.write('\r\u001b[2K');
    last = '';
  };
  return {
    say(line) {
      clear();
      out.write(`${line}\n`);
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      clear();
    },
  };
}

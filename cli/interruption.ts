/**
 * While `work` runs, Ctrl-C tells it to come to an end with what it has, instead of ending the process; a second one ends the process at once.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  const usual = process.listeners('SIGINT');
  const resume = () => {
    for (const listener of usual) if (!process.listeners('SIGINT').includes(listener)) process.on('SIGINT', listener);
  };
  const interrupt = () => {
    over.abort();
    resume();
  };
  process.removeAllListeners('SIGINT').once('SIGINT', interrupt);
  try {
    return await work(over.signal);
  } finally {
    process.off('SIGINT', interrupt);
    resume();
  }
}

/** While this is there, Ctrl-C ends the process with what `say` has to say, and leaves alone what goes on elsewhere. */
export function leaving(say: () => void): Disposable {
  const interrupted = () => {
    say();
    process.exit(130);
  };
  // Before the listener of scripts/ending.ts, which ends the process.
  process.prependOnceListener('SIGINT', interrupted);
  return { [Symbol.dispose]: () => void process.off('SIGINT', interrupted) };
}

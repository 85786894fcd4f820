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

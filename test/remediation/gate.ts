/** A step of the story that waits until the test lets it go on. */
export function gate() {
  const arrived = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    arrived: arrived.promise,
    open: () => opened.resolve(),
    pass: async () => {
      arrived.resolve();
      await opened.promise;
    },
  };
}

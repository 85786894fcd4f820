/**
 * A read that hangs must end while its invocation can still say so: a try waits 5 s, and there are three. Without
 * `throwOnRequestTimeout` the SDK prints a warning and waits on.
 */
export const CLIENT_SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
};

/** Makes something at its first use and keeps it. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

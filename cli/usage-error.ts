/** The command line itself is wrong: main.ts shows how the command is used and exits with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

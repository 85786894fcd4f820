// Loaded before osls: where a function cannot be bundled, esbuild's service keeps the process alive after the error was told. And what
// nobody waits for any more is not packaged to its end.
const EVERY_MS = 200;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent || (process.exitCode !== undefined && process.exitCode !== 0)) process.exit();
}, EVERY_MS).unref();

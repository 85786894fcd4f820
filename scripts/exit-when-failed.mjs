// Loaded before osls: where a function cannot be bundled, esbuild's service keeps the process alive after the error was told.
const EVERY_MS = 200;

setInterval(() => {
  if (process.exitCode !== undefined && process.exitCode !== 0) process.exit();
}, EVERY_MS).unref();

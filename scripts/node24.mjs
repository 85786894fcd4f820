// Imported first by every entry point: TypeScript sources run as they are from Node 24 on. An older one hands over to the one that npm ci installed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) < 24) {
  const installed = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(installed) && realpathSync(installed) !== realpathSync(process.execPath)) {
    const child = spawn(installed, process.argv.slice(1), { stdio: 'inherit' });
    // A terminal sends Ctrl-C to both, and the other one says what becomes of it. Who ends this process alone means the other one.
    process.on('SIGINT', () => {});
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    const [status, signal] = await once(child, 'exit').catch(() => []);
    if (status !== undefined) process.exit(status ?? 128 + constants.signals[signal]);
  }
  console.error(
    `Reseal runs on Node.js 24 or newer; this is ${process.version} (${process.execPath}).\n` +
      'npm ci installs one, which everything here uses; where install scripts were not allowed, npm rebuild node brings it.',
  );
  process.exit(1);
}

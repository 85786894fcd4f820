// Imported first by every entry point: TypeScript sources run as they are from Node 24 on. An older one hands over to the one that npm ci installed.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

if (Number(process.versions.node.split('.')[0]) < 24) {
  const installed = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (existsSync(installed) && realpathSync(installed) !== realpathSync(process.execPath)) {
    const { status, error } = spawnSync(installed, process.argv.slice(1), { stdio: 'inherit' });
    if (error === undefined) process.exit(status ?? 1);
  }
  console.error(
    `Reseal runs on Node.js 24 or newer; this is ${process.version} (${process.execPath}).\n` +
      'npm ci installs one, which everything here uses; where install scripts were not allowed, npm rebuild node brings it.',
  );
  process.exit(1);
}

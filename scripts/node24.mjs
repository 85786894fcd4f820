// Imported first by every entry point: TypeScript sources run as they are from Node 24 on, and plain JavaScript can still say so.
import { existsSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  const isInstalled = existsSync(new URL('../node_modules/node/bin/node', import.meta.url));
  console.error(
    `Reseal runs on Node.js 24 or newer; this is ${process.version} (${process.execPath}).\n` +
      'Run it through npm, which uses the Node.js that `npm ci` installed into node_modules:\n' +
      '  npm ci && npm start        (or: npx reseal, npm run local, npm test)' +
      (isInstalled ? '' : '\nIt is not there now; where install scripts were not allowed, npm rebuild node brings it.'),
  );
  process.exit(1);
}

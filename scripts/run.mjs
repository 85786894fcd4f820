// Plain JavaScript on purpose: it must start on any Node, and say what to do where that is older than 24.
import { pathToFileURL } from 'node:url';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Reseal runs on Node.js 24 or newer; this is ${process.version} (${process.execPath}).\n` +
      'Run it through npm, which uses the Node.js that `npm ci` installed into node_modules:\n' +
      '  npm ci && npm start        (or: npx reseal, npm run local, npm test)',
  );
  process.exit(1);
}
const [script] = process.argv.splice(2, 1);
await import(pathToFileURL(script).href);

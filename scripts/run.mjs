// Starts a TypeScript file of this repository: node scripts/run.mjs FILE [ARGS]. Plain JavaScript, so that it starts on any Node.
import './node24.mjs';
import { pathToFileURL } from 'node:url';

const { endWell } = await import('./ending.ts');
endWell();

const [script] = process.argv.splice(2, 1);
await import(pathToFileURL(script).href);

#!/usr/bin/env node
import '../scripts/node24.mjs';
import module from 'node:module';

// What Node.js compiled is kept in its folder for temporary files: every later start is a tenth of a second shorter.
module.enableCompileCache();

// npm runs a script from the root of the checkout; files are named from where the person stands.
if (process.env.npm_lifecycle_event === 'reseal' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const { endWell } = await import('../scripts/ending.ts');
endWell();
const { main } = await import('./main.ts');
const status = await main(process.argv.slice(2));
// Whoever pressed Ctrl-C does not wait for calls that are under way.
if (status === 130) process.exit(status);
process.exitCode = status;

#!/usr/bin/env node
import '../scripts/node24.mjs';
import module from 'node:module';

// What Node.js compiled is kept in its folder for temporary files: every later start is a tenth of a second shorter.
module.enableCompileCache();

await import('./main.ts');

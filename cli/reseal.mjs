#!/usr/bin/env node
import '../scripts/node24.mjs';

await import('./main.ts');

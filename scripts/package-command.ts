// npm run package [-- --force] [-- --policy FILE]: prints the package's directory on stdout, everything else on stderr.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageStack } from './package.ts';

const { values } = parseArgs({ options: { force: { type: 'boolean' }, policy: { type: 'string' } } });

try {
  const { directory, seconds } = await packageStack(values);
  console.error(`packaged in ${seconds.toFixed(1)} s`);
  console.log(path.relative('.', directory));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

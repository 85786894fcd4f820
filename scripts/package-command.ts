// npm run package [-- --force] [-- --policy FILE]: prints the package's directory on stdout, everything else on stderr.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { compilePolicyFile } from '../cli/policy-file.ts';
import { packageStack } from './package.ts';

const { values } = parseArgs({ options: { force: { type: 'boolean' }, policy: { type: 'string' } } });

try {
  // Its problems are told as they are, and not through the packager.
  compilePolicyFile(values.policy ?? process.env['RESEAL_POLICY'] ?? 'reseal.yaml');
  const { directory, seconds } = await packageStack(values);
  console.error(`packaged in ${seconds.toFixed(1)} s`);
  console.log(path.relative('.', directory));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

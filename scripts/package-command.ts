import path from 'node:path';
import { compilePolicyFile } from '../cli/policy-file.ts';
import { readCommandLine } from './command-line.ts';
import { packageStack } from './package.ts';
import { showProgress } from './progress.ts';
import { paced } from './slowness.ts';

const { values } = readCommandLine({
  name: 'npm run package',
  does: 'Bundles the functions, writes the CloudFormation template, and prints the directory where they are.',
  options: {
    force: { type: 'boolean', help: 'also where nothing changed' },
    policy: { type: 'string', value: 'FILE', help: 'the policy document; else that of RESEAL_POLICY, or reseal.yaml' },
  },
});
// Its problems are told as they are, and not through the packager.
compilePolicyFile(values.policy ?? process.env['RESEAL_POLICY'] ?? 'reseal.yaml');
using progress = showProgress(process.stderr);
await paced(progress);
const { directory, seconds } = await packageStack({ ...values, progress });
progress.say(`packaged in ${seconds.toFixed(1)} s`);
console.log(path.relative('.', directory));

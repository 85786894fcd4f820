import { UsageError } from '../cli/usage-error.ts';
import { readCommandLine } from './command-line.ts';
import { LOCAL_SETTLE_SECONDS, readWhole } from './options.ts';
import { LOADING, showProgress } from './progress.ts';
import { paced } from './slowness.ts';

const { values } = readCommandLine({
  name: 'npm run local',
  does: 'Starts an embedded AWS for the AWS CLI and SDKs, with Reseal in it, until it is stopped.',
  options: {
    port: { type: 'string', default: '4566', value: 'NUMBER', help: 'where it listens; 0 takes a free port' },
    policy: { type: 'string', value: 'FILE', help: 'the policy document (default reseal.yaml)' },
    settle: {
      type: 'string',
      value: 'SECONDS',
      help: `from an event until Reseal reads the bucket, 0 to 900 (default ${LOCAL_SETTLE_SECONDS})`,
    },
    empty: { type: 'boolean', help: 'without Reseal, to deploy it as docs/deploy.md says' },
  },
});
const isEmpty = values.empty === true;
if (isEmpty && (values.policy ?? values.settle) !== undefined)
  throw new UsageError('--empty deploys nothing: --policy and --settle belong to the stack that it leaves out');
const settle = readWhole('--settle', values.settle ?? String(LOCAL_SETTLE_SECONDS), { min: 0, max: 900 });
const port = readWhole('--port', values.port, { min: 0, max: 65_535 });
using progress = showProgress(process.stdout);
const slowness = await paced(progress);
const [{ startLocal }, { functionsOn, localStack, overridesLine }] = await progress.within(LOADING, () =>
  Promise.all([import('../local/start-local.ts'), import('./local-stack.ts')]),
);
const stack = isEmpty ? undefined : await localStack({ policy: values.policy ?? 'reseal.yaml', settle }, progress);
const local = await startLocal({ port, lambda: functionsOn(slowness), ...(stack && { stack: stack.deployer }) });
if (!isEmpty) progress.say(overridesLine(settle));
const page = isEmpty ? 'docs/local.md, "Deploying by hand"' : 'README, "With the AWS CLI, on the laptop"';
progress.say(`what to try: ${page}; Ctrl-C stops it`);
progress.say(`ready ${local.endpoint}`);
// To be stopped is its usual end.
process.exitCode = 0;

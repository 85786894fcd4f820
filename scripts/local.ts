import { readCommandLine } from './command-line.ts';
import { LOCAL_SETTLE_SECONDS, readWhole } from './options.ts';
import { LOADING, showProgress } from './progress.ts';
import { paced } from './slowness.ts';

const { values } = readCommandLine({
  name: 'npm run local',
  does: 'Starts an embedded AWS with Reseal in it, for the AWS CLI and SDKs, until it is stopped.',
  options: {
    port: { type: 'string', default: '4566', value: 'NUMBER', help: 'where it listens; 0 takes a free port' },
    policy: { type: 'string', default: 'reseal.yaml', value: 'FILE', help: 'the policy document' },
    settle: {
      type: 'string',
      default: String(LOCAL_SETTLE_SECONDS),
      value: 'SECONDS',
      help: 'from an event until Reseal reads the bucket, 0 to 900',
    },
  },
});
const settle = readWhole('--settle', values.settle, { min: 0, max: 900 });
const port = readWhole('--port', values.port, { min: 0, max: 65_535 });
using progress = showProgress(process.stdout);
const slowness = await paced(progress);
const [{ startLocal }, { functionsOn, localStack, overridesLine }] = await progress.within(LOADING, () =>
  Promise.all([import('../local/start-local.ts'), import('./local-stack.ts')]),
);
const stack = await localStack({ policy: values.policy, settle }, progress);
const local = await startLocal({ port, stack: stack.deployer, lambda: functionsOn(slowness) });
progress.say(overridesLine(settle));
progress.say('what to try: README, "With the AWS CLI, on the laptop"; Ctrl-C stops it');
progress.say(`ready ${local.endpoint}`);
// To be stopped is its usual end.
process.exitCode = 0;

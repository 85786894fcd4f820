// npm run local -- [--port 4566] [--policy FILE] [--settle SECONDS]: the embedded AWS with Reseal in it, until it is stopped.
import { parseArgs } from 'node:util';
import { startLocal } from '../local/start-local.ts';
import { localStack, LOCAL_SETTLE_SECONDS, overridesLine } from './local-stack.ts';
import { readWhole, reported } from './options.ts';

const DEFAULT_PORT = 4566;

try {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      policy: { type: 'string', default: 'reseal.yaml' },
      settle: { type: 'string', default: String(LOCAL_SETTLE_SECONDS) },
    },
  });
  const settle = readWhole('--settle', values.settle, { min: 0, max: 900 });
  const port = readWhole('--port', values.port, { min: 0, max: 65_535 });
  const stack = await localStack({ policy: values.policy, settle });
  const local = await startLocal({ port, stack: stack.deployer });
  console.log(overridesLine(settle));
  console.log(`ready ${local.endpoint}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void local.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  process.exitCode = reported(error);
}

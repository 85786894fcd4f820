/** Runs one command line after the other, each with its own variables, so that the modules are loaded once. */
import '../../local/loopback-hook.mjs';
import { main } from '../../cli/main.ts';

interface Asked {
  args: string[];
  env: NodeJS.ProcessEnv;
}

process.on('message', (asked: Asked) => void answer(asked));

async function answer({ args, env }: Asked): Promise<void> {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = (chunk: string | Uint8Array) => {
      printed[stream] += String(chunk);
      return true;
    };
  }
  process.send?.({ status: await main(args), ...printed });
}

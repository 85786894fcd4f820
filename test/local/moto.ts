import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from '../../local/start-local.ts';
import { hasPython } from './has-python.ts';
import { send } from './protocol/raw-request.ts';

/** Why a test that compares with moto is skipped; false where python3 has it. */
export function motoMissing(): string | false {
  return hasPython('moto.server') ? false : 'python3 with moto[server] is not on the PATH';
}

export interface Moto extends AsyncDisposable {
  clientConfig(place: { account: string; region: string }): ClientConfig;
}

/** A moto server of its own process. Only what moto emulates may be sent to it: it takes unknown sub-resources for plain writes. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const answers = (): Promise<boolean> =>
    send({ port, target: '/moto-api/', signedFor: null }).then(
      () => true,
      () => false,
    );
  for (let tries = 0; !(await answers()); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error('moto did not start within 20 s');
    await delay(100);
  }
  return {
    clientConfig: ({ region }) => ({
      endpoint: `http://localhost:${port}`,
      region,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      forcePathStyle: true,
    }),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

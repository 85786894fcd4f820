import { createActivity } from './activity.ts';
import { answerFaults } from './faults/answer-faults.ts';
import { createFaults, type Faults } from './faults/faults.ts';
import { createFirstUse } from './first-use.ts';
import { createIdentity } from './identity/identity.ts';
import { createKms } from './kms/definition.ts';
import type { DispatchDeps } from './protocol/dispatch.ts';
import { createInvoke } from './protocol/invoke.ts';
import { mount, type Mounted } from './protocol/mount.ts';
import { createRunner } from './protocol/run.ts';
import { listen } from './protocol/server.ts';
import { createSts } from './sts/definition.ts';
import type { Events, World } from './world.ts';

export interface LocalOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly now?: () => Date;
  /** Runs before the first outside call of an account and Region goes on. */
  readonly onFirstUse?: (accountId: string, region: string) => Promise<void>;
  /** Paths under `/_local/` beyond `/_local/faults`. */
  readonly admin?: DispatchDeps['admin'];
}

/** A running embedded AWS. */
export interface LocalAws extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly world: World;
  readonly faults: Faults;
  /** For an SDK client of that account and Region; its administrator is the caller. */
  clientConfig(place: { account: string; region: string }): ClientConfig;
  close(): Promise<void>;
}

export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle: true;
}

/** Starts one embedded AWS on 127.0.0.1. It holds all its state itself, so that several run in one process. */
export async function startLocal(options: LocalOptions = {}): Promise<LocalAws> {
  const now = options.now ?? (() => new Date());
  const faults = createFaults();
  const runner = createRunner(faults);
  const identity = createIdentity({ now });
  const kms = createKms({ now });
  const mounted: Mounted[] = [];
  const world: World = {
    now,
    identity,
    keys: kms.keys,
    events: noEvents(),
    activity: createActivity(),
    invoke: createInvoke({ mounted, identity, runner, now }),
  };
  mounted.push(...[kms.service, createSts(world).service].map(mount));

  const server = await listen(
    {
      mounted,
      identity,
      runner,
      now,
      onOutsideCall: createFirstUse(options.onFirstUse ?? (async () => {})),
      admin: async (request) => (request.target.startsWith('/_local/faults') ? answerFaults(faults, request) : options.admin?.(request)),
    },
    { port: options.port ?? 0, host: '127.0.0.1' },
  );
  const endpoint = `http://localhost:${server.port}`;
  return {
    endpoint,
    port: server.port,
    world,
    faults,
    clientConfig: ({ account, region }) => ({
      endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'local' },
      forcePathStyle: true,
    }),
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function noEvents(): Events {
  return { publish: () => {} };
}

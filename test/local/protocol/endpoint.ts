import { createFaults, type Faults } from '../../../local/faults/faults.ts';
import { createIdentity } from '../../../local/identity/identity.ts';
import { mount } from '../../../local/protocol/mount.ts';
import { createRunner } from '../../../local/protocol/run.ts';
import { listen } from '../../../local/protocol/server.ts';
import type { RawService, ServiceDefinition } from '../../../local/service.ts';
import type { Identity, Outcome } from '../../../local/world.ts';
import type { ClientConfig } from '../../../local/start-local.ts';

/** An endpoint that serves only the services under test, and what it told its listeners. */
export interface TestEndpoint extends AsyncDisposable {
  readonly port: number;
  readonly identity: Identity;
  readonly faults: Faults;
  readonly outcomes: Outcome[];
  clientConfig(place: { account: string; region: string }): ClientConfig;
}

export const NOW = new Date('2026-05-01T12:00:00Z');

export async function serve(services: readonly (ServiceDefinition | RawService)[]): Promise<TestEndpoint> {
  const now = (): Date => NOW;
  const identity = createIdentity({ now });
  const faults = createFaults();
  const runner = createRunner(faults);
  const outcomes: Outcome[] = [];
  runner.onOutcome((outcome) => outcomes.push(outcome));
  const deps = {
    mounted: services.map(mount),
    identity,
    runner,
    now,
    onOutsideCall: async () => {},
    admin: async () => undefined,
  };
  const server = await listen(deps, { port: 0, host: '127.0.0.1' });
  return {
    port: server.port,
    identity,
    faults,
    outcomes,
    clientConfig: ({ account, region }) => ({
      endpoint: `http://localhost:${server.port}`,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'local' },
      forcePathStyle: true,
    }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A service whose operations answer what the test says and need no permission. */
export function serviceOf(
  base: Pick<ServiceDefinition, 'id' | 'signingName' | 'protocol' | 'sdk'> & Partial<ServiceDefinition>,
  operations: ServiceDefinition['operations'],
): ServiceDefinition {
  return {
    ...base,
    operations,
    permissions: Object.fromEntries(Object.keys(operations).map((name) => [name, () => []])),
  };
}
